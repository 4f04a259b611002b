package dev.maintainer.core.changefeed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.barrier.Barrier;
import dev.maintainer.core.barrier.BarrierInspection;
import dev.maintainer.core.barrier.BarrierOutput;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.checkpoint.Watermarks;
import dev.maintainer.core.gate.CommandGate;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.Tombstones;
import dev.maintainer.core.scheduling.host.PlanDemand;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorTimings;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule between the parts of a maintainer sees what it is there for. */
class MaintainerAuditTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final SchemaId SHOP = new SchemaId(1);

    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(5);

    private final LifecycleState lifecycle = new LifecycleState();
    private final Members members = new Members();
    private final SpanRegistry registry = new SpanRegistry();
    private final UnclaimedDispatchers unclaimed = new UnclaimedDispatchers();
    private final Tombstones tombstones = new Tombstones(600_000);
    private final DispatcherIds ids = new DispatcherIds(FEED, EPOCH);
    private final Trigger trigger = new Trigger(ids.next(), A, 100);
    private final CommandGate gate = new CommandGate(
            FEED, EPOCH, lifecycle, (to, message) -> Transport.SendResult.ENQUEUED, MaintainerObserver.none());
    private final CommandSender commands = new CommandSender(
            new Assignment(FEED, EPOCH, trigger.node(), 1, List.of(), 0, false, ChangefeedConfiguration.NONE),
            trigger,
            gate);
    private final CheckpointCalculator checkpoint = new CheckpointCalculator(A, registry, new Watermarks(), 100);
    private final OperatorController operators = new OperatorController(
            registry,
            new OperatorCommands(registry, trigger, commands, checkpoint, new PlanDemand(), new ErrorBoard(A)),
            members::isAlive,
            OperatorTimings.DEFAULTS);
    private final SpanState spans = new SpanState(registry, new PlacementRetries(), operators, unclaimed, tombstones);
    private final Barrier barrier = new Barrier(
            registry,
            A,
            new BarrierOutput() {
                @Override
                public void resolve(NodeId to, BlockKey event, BarrierAction action, long attempt) {}

                @Override
                public void advanced(BlockEvent event, BarrierPhase phase, long ageMillis) {}

                @Override
                public @Nullable String objection(BlockEvent event) {
                    return null;
                }

                @Override
                public void executed(BlockEvent event, long nowMillis) {}
            },
            1_000);
    private final MaintainerAudit audit =
            new MaintainerAudit(lifecycle, members, spans, trigger, checkpoint, gate, new BarrierInspection(barrier));
    private long removalCapTs = 100;
    private final DispositionCounts dispositions = new DispositionCounts();

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private List<Finding> audit() {
        return audit.run(Long.MAX_VALUE, removalCapTs, dispositions);
    }

    private void sees(String invariant) {
        assertThat(audit()).extracting(Finding::invariant).contains(invariant);
    }

    private void runs(long n, NodeId node) {
        registry.addReplicating(id(n), TableSpan.whole(new TableId(n)), SHOP, 100, node, ComponentState.WORKING);
    }

    private UnclaimedDispatchers.UnclaimedDispatcher leftover(long n) {
        return new UnclaimedDispatchers.UnclaimedDispatcher(
                id(n), A, TableSpan.whole(new TableId(n)), ComponentState.WORKING, 100, null);
    }

    @BeforeEach
    void aMaintainerWithOneSpan() {
        lifecycle.on(LifecyclePhase.Event.BOOTSTRAPPED);
        members.note(Membership.of(1, Set.of(A, B)));
        members.adopt();
        runs(1, A);
        unclaimed.add(leftover(2));
        assertThat(audit()).isEmpty();
    }

    @Test
    void aSpanThatIsScheduledByNobody() {
        registry.markScheduling(Objects.requireNonNull(registry.get(id(1))));
        sees("I-29");
    }

    @Test
    void aSpanOnADeadNode() {
        runs(3, new NodeId("dead"));
        sees("I-28");
    }

    @Test
    void aDispatcherThatIsKnownTwice() {
        runs(2, A);
        sees("I-1");
    }

    @Test
    void theTriggerAsASpan() {
        registry.addAbsent(trigger.id(), TableSpan.whole(new TableId(4)), SHOP, 100);
        sees("I-1");
    }

    @Test
    void aSpanThatWasRemovedOnPurpose() {
        tombstones.add(id(1), 0);
        sees("I-30");
    }

    @Test
    void aQuiesceWhileItRuns() {
        operators.quiesce(QuiesceAllowlist.NONE);
        sees("I-36");
    }

    @Test
    void aRemovalWithoutQuiesce() {
        lifecycle.begin(RemovalMode.HANDOFF);
        sees("I-36");
    }

    @Test
    void aCheckpointAboveTheRemoval() {
        lifecycle.begin(RemovalMode.HANDOFF);
        operators.quiesce(QuiesceAllowlist.closing(trigger.id()));
        assertThat(audit()).isEmpty();
        removalCapTs = 99;
        sees("I-35");
    }

    @Test
    void aCommandThatTheGateHadToStop() {
        lifecycle.on(LifecyclePhase.Event.FENCED);
        commands.remove(LifecycleAction.SELF_HEAL, A, id(1), OperatorType.REMOVE, 1);
        sees("I-33");
    }

    @Test
    void aMessageThatWasNotCounted() {
        dispositions.begin();
        sees("N-09");
        dispositions.count("Heartbeat", Disposition.APPLIED);
        assertThat(audit()).isEmpty();
        dispositions.count("Heartbeat", Disposition.APPLIED);
        sees("N-09");
    }

    @Test
    void anUnclaimedDispatcherThatItsTableDoesNotKnow() {
        unclaimed.dropFromTable(unclaimed.get(id(2)));
        sees("I-4");
    }
}
