package dev.maintainer.core.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorOutput;
import dev.maintainer.operator.OperatorTimings;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchedulerHostTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final Reason WHY = new Reason("TEST", "because");
    private static final Plan KEEP = Plan.keep(WHY);

    private final SpanRegistry registry = new SpanRegistry();
    private final Members members = new Members();
    /** Nodes that admission takes for dead, although the snapshot shows them. */
    private final Set<NodeId> dead = new TreeSet<>();

    /** What the policy says to every admission. */
    private Optional<RefusalReason> forbidden = Optional.empty();

    private final OperatorController operators = new OperatorController(
            registry,
            new Output(),
            node -> members.isAlive(node) && !dead.contains(node),
            OperatorTimings.DEFAULTS,
            (dispatcher, type) -> forbidden);
    private final FakeScheduler scheduler = new FakeScheduler();
    private final List<String> health = new ArrayList<>();
    private final List<String> planned = new ArrayList<>();
    private final SchedulerHost host = new SchedulerHost(
            new ChangefeedId("cf"),
            new MaintainerEpoch(3),
            scheduler,
            registry,
            operators,
            members,
            MaintainerConfig.defaults(),
            new Outcome());

    private final class Outcome implements SchedulerHost.Outcome {
        @Override
        public void health(ErrorCode code, @Nullable String message) {
            health.add(code + (message == null ? " is over" : ": " + message));
        }

        @Override
        public void planned(long round, int admitted, int refused, String reason) {
            planned.add("round " + round + ": " + admitted + " admitted, " + refused + " refused; " + reason);
        }
    }

    private final class Output implements OperatorOutput {
        @Override
        public void send(DispatcherId dispatcher, OperatorType intent, OperatorCommand command, long request) {}

        @Override
        public void finished(DispatcherId dispatcher, OperatorType type) {
            host.operatorFinished();
        }

        @Override
        public void stuck(OperatorView operator) {}
    }

    /** Returns what it is told to, and remembers what it saw. */
    private static final class FakeScheduler implements Scheduler {
        final List<List<RefusedDecision>> refusedSeen = new ArrayList<>();
        final List<Long> seeds = new ArrayList<>();
        Supplier<Plan> answer = () -> KEEP;

        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            refusedSeen.add(snapshot.refused());
            seeds.add(snapshot.seed());
            return answer.get();
        }

        int calls() {
            return refusedSeen.size();
        }
    }

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private void absent(long n) {
        registry.addAbsent(id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), 100);
    }

    private static Plan placing(NodeId target, long... spans) {
        return Plan.of(
                LongStream.of(spans)
                        .mapToObj(n -> new Decision.Place(id(n), target, WHY))
                        .toList(),
                WHY);
    }

    @BeforeEach
    void twoNodesThatHaveAnswered() {
        members.note(Membership.of(1, List.of(A, B)));
        members.adopt();
        for (NodeId node : List.of(A, B)) {
            members.answered(
                    node,
                    new BootstrapSnapshot(new ChangefeedId("cf"), new MaintainerEpoch(3), 1, 0, List.of(), List.of()),
                    false);
        }
    }

    @Test
    void whatAPlanSaysIsStarted() {
        absent(1);
        registry.addReplicating(
                id(2), TableSpan.whole(new TableId(2)), new SchemaId(1), 100, A, ComponentState.WORKING);
        scheduler.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), B, WHY), new Decision.Move(id(2), A, B, WHY)), WHY);

        host.planIfWanted(false, 0);

        assertThat(operators.operators(0))
                .extracting(OperatorView::type)
                .containsExactly(OperatorType.ADD, OperatorType.MOVE);
        assertThat(health).containsExactly("SCHEDULER_FAILED is over", "PLAN_REJECTED is over");
    }

    @Test
    @DisplayName("A refused decision comes back with the next snapshot, and with that one only")
    void refusedDecisionsComeBackOnce() {
        absent(1);
        absent(2);
        dead.add(B);
        scheduler.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), B, WHY), new Decision.Place(id(2), A, WHY)), WHY);
        host.planIfWanted(false, 0);
        scheduler.answer = () -> KEEP;

        host.wantPlan();
        host.planIfWanted(false, 1);
        host.wantPlan();
        host.planIfWanted(false, 2);

        assertThat(scheduler.refusedSeen)
                .containsExactly(List.of(), List.of(new RefusedDecision(id(1), RefusalReason.NODE_DEAD)), List.of());
        assertThat(operators.isInFlight(id(1))).isFalse();
        assertThat(operators.isInFlight(id(2))).isTrue();
        assertThat(planned).containsExactly("round 1: 1 admitted, 1 refused; TEST: because");
    }

    @ParameterizedTest
    @EnumSource(
            value = RefusalReason.class,
            names = {"QUIESCING", "CLOSED"})
    @DisplayName("Invariant 62, I-102: the first terminal refusal ends the round")
    void aTerminalRefusalEndsTheRound(RefusalReason reason) {
        for (long n = 1; n <= 100; n++) {
            absent(n);
        }
        if (reason == RefusalReason.QUIESCING) {
            operators.quiesce(QuiesceAllowlist.NONE);
        } else {
            forbidden = Optional.of(reason);
        }
        scheduler.answer = () -> placing(A, LongStream.rangeClosed(1, 100).toArray());

        host.planIfWanted(false, 0);

        assertThat(operators.refusals()).isEqualTo(Map.of(reason, 1L));
    }

    private enum Fault {
        THROWS,
        ASSERTS,
        DOES_NOT_LINK,
        RECURSES,
        RETURNS_NULL,
        PLACES_ON_AN_UNKNOWN_NODE,
        PLACES_TWICE
    }

    @SuppressWarnings("NullAway")
    private static Plan misbehave(Fault fault) {
        return switch (fault) {
            case THROWS -> throw new IllegalArgumentException("planner is confused");
            case ASSERTS -> throw new AssertionError("planner is confused");
            case DOES_NOT_LINK -> throw new NoClassDefFoundError("gone/Away");
            case RECURSES -> throw new StackOverflowError();
            case RETURNS_NULL -> null;
            case PLACES_ON_AN_UNKNOWN_NODE ->
                Plan.of(
                        List.of(
                                new Decision.Place(id(1), A, WHY),
                                new Decision.Place(id(2), new NodeId("nowhere"), WHY)),
                        WHY);
            case PLACES_TWICE -> placing(A, 1, 1);
        };
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    @DisplayName("A planner that misbehaves starts nothing, is named, and is asked again after a pause")
    void aPlannerThatMisbehavesStartsNothing(Fault fault) {
        absent(1);
        absent(2);
        scheduler.answer = () -> misbehave(fault);

        host.planIfWanted(false, 0);

        assertThat(operators.size()).isZero();
        assertThat(registry.absentCount()).isEqualTo(2);
        String code = fault.name().startsWith("PLACES") ? "PLAN_REJECTED" : "SCHEDULER_FAILED";
        assertThat(health).singleElement().asString().startsWith(code + ": ");

        host.wantPlan();
        host.planIfWanted(true, 999);
        assertThat(scheduler.calls()).isEqualTo(1);

        scheduler.answer = () -> placing(A, 1, 2);
        host.planIfWanted(true, 1_000);
        assertThat(operators.size()).isEqualTo(2);
        assertThat(health).endsWith("SCHEDULER_FAILED is over", "PLAN_REJECTED is over");
    }

    @Test
    void aPlannerThatThrowsIsNamed() {
        scheduler.answer = () -> misbehave(Fault.THROWS);

        host.planIfWanted(false, 0);

        assertThat(health)
                .containsExactly("SCHEDULER_FAILED: " + FakeScheduler.class.getName()
                        + " threw java.lang.IllegalArgumentException: planner is confused");
    }

    @Test
    void nothingHasChangedSoNothingIsAskedUntilItIsTimeToBalance() {
        host.planIfWanted(false, 0);
        for (long now = 100; now < 15_000; now += 100) {
            host.planIfWanted(true, now);
        }
        assertThat(scheduler.calls()).isEqualTo(1);

        host.planIfWanted(true, 15_000);

        assertThat(scheduler.calls()).isEqualTo(2);
        assertThat(host.rounds()).isEqualTo(2);
    }

    @Test
    @DisplayName("Invariant 68: while spans wait for placement the planner is asked every half second")
    void absentSpansAreNotForgotten() {
        absent(1);
        for (long now = 0; now <= 2_000; now += 100) {
            host.planIfWanted(true, now);
        }

        assertThat(scheduler.calls()).isEqualTo(5);
    }

    @Test
    @DisplayName("Slots that become free are used at the next tick, or at once when they are a sixteenth")
    void finishedOperatorsAskForAPlan() {
        for (long n = 1; n <= 100; n++) {
            absent(n);
        }
        scheduler.answer = () -> placing(A, LongStream.rangeClosed(1, 100).toArray());
        host.planIfWanted(false, 0);
        scheduler.answer = () -> KEEP;
        assertThat(operators.size()).isEqualTo(100);

        for (long n = 1; n <= 5; n++) {
            operators.reported(A, id(n), ComponentState.WORKING, 1);
            host.planIfWanted(false, 1);
        }
        assertThat(scheduler.calls()).isEqualTo(1);
        operators.reported(A, id(6), ComponentState.WORKING, 1);
        host.planIfWanted(false, 1);
        assertThat(scheduler.calls()).isEqualTo(2);

        operators.reported(A, id(7), ComponentState.WORKING, 2);
        host.planIfWanted(false, 2);
        assertThat(scheduler.calls()).isEqualTo(2);
        host.planIfWanted(true, 2);
        assertThat(scheduler.calls()).isEqualTo(3);
    }

    @Test
    @DisplayName("Chance is a function of changefeed, epoch and round")
    void theSeedChangesWithTheRound() {
        for (int i = 0; i < 3; i++) {
            host.wantPlan();
            host.planIfWanted(false, i);
        }

        assertThat(scheduler.seeds).doesNotHaveDuplicates().hasSize(3);
    }
}
