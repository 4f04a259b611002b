package dev.maintainer.core.changefeed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.gate.CommandGate;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule between the parts of a maintainer sees what it is there for. */
class MaintainerAuditTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final SchemaId SHOP = new SchemaId(1);

    private LifecyclePhase phase = LifecyclePhase.RUNNING;
    private final Pipeline pipeline = new Pipeline(
            new Assignment(new ChangefeedId("orders"), new MaintainerEpoch(5), A, 100, List.of(), 0, false),
            SchedulerChoice.of("none"),
            MaintainerConfig.defaults(),
            new MaintainerPorts(
                    (to, message) -> Transport.SendResult.ENQUEUED,
                    (changefeed, ts) -> {},
                    new QueuedPlanning(name -> (snapshot, budget) -> Plan.keep(new Reason("none", ""))),
                    MaintainerObserver.none()),
            new CommandGate.Lifecycle() {
                @Override
                public LifecyclePhase phase() {
                    return phase;
                }

                @Override
                public boolean cascade() {
                    return false;
                }

                @Override
                public boolean quiesced() {
                    return false;
                }
            });
    private final Removal removal = new Removal(pipeline);
    private final DispositionCounts dispositions = new DispositionCounts();

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private List<Finding> audit() {
        return new MaintainerAudit(pipeline, phase).run(removal.highestCap(), dispositions);
    }

    private void sees(String invariant) {
        assertThat(audit()).extracting(Finding::invariant).contains(invariant);
    }

    private void runs(long n, NodeId node) {
        pipeline.registry.addReplicating(
                id(n), TableSpan.whole(new TableId(n)), SHOP, 100, node, ComponentState.WORKING);
    }

    private UnclaimedDispatchers.UnclaimedDispatcher leftover(long n) {
        return new UnclaimedDispatchers.UnclaimedDispatcher(
                id(n), A, TableSpan.whole(new TableId(n)), ComponentState.WORKING, 100, null);
    }

    @BeforeEach
    void aMaintainerWithOneSpan() {
        pipeline.members.note(Membership.of(1, Set.of(A, B)));
        pipeline.members.adopt();
        runs(1, A);
        pipeline.unclaimed.add(leftover(2));
        assertThat(audit()).isEmpty();
    }

    @Test
    void aSpanThatIsScheduledByNobody() {
        pipeline.registry.markScheduling(Objects.requireNonNull(pipeline.registry.get(id(1))));
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
        pipeline.registry.addAbsent(pipeline.trigger.id(), TableSpan.whole(new TableId(4)), SHOP, 100);
        sees("I-1");
    }

    @Test
    void aSpanThatWasRemovedOnPurpose() {
        pipeline.tombstones.add(id(1), 0);
        sees("I-30");
    }

    @Test
    void aQuiesceWhileItRuns() {
        pipeline.operators.quiesce(QuiesceAllowlist.NONE);
        sees("I-36");
    }

    @Test
    void aRemovalWithoutQuiesce() {
        phase = LifecyclePhase.REMOVING;
        sees("I-36");
    }

    @Test
    void aCheckpointAboveTheRemoval() {
        removal.begin(0);
        phase = LifecyclePhase.REMOVING;
        assertThat(audit()).isEmpty();
        assertThat(new MaintainerAudit(pipeline, phase).run(99, dispositions))
                .extracting(Finding::invariant)
                .contains("I-35");
    }

    @Test
    void aCommandThatTheGateHadToStop() {
        phase = LifecyclePhase.CLOSED;
        pipeline.sendRemove(LifecycleAction.SELF_HEAL, A, id(1));
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
        pipeline.unclaimed.dropFromTable(pipeline.unclaimed.get(id(2)));
        sees("I-4");
    }
}
