package dev.maintainer.core.scheduling.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorTimings;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What counts is the limit at admission: a plan was made before, when less was under way. */
class PlanAdmissionTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Reason WHY = new Reason("TEST", "because");
    private static final int LIMIT = 3;
    /** How many moves away from a node that has few spans may be under way. */
    private static final int PACE = 10;

    private final SpanRegistry registry = new SpanRegistry();
    private final ClusterState cluster = ClusterState.of(A, 10_000, 120_000, Set.of());
    private final Members members = cluster.members();
    private final OperatorController operators = new OperatorController(
            registry, (dispatcher, span, intent, command, request) -> {}, members::isAlive, OperatorTimings.DEFAULTS);
    private final Drain drain = cluster.drain();
    private int inFlight = LIMIT;
    private long lastId;

    @BeforeEach
    void threeNodesThatHaveAnswered() {
        members.note(Membership.of(1, List.of(A, B, C)));
        members.adopt();
        for (NodeId node : List.of(A, B, C)) {
            members.answered(
                    node,
                    new BootstrapSnapshot(new ChangefeedId("cf"), new MaintainerEpoch(3), 1, 0, List.of(), List.of()),
                    false);
        }
    }

    private static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private final PlacementRetries retries = new PlacementRetries();

    private SchedulingContext context() {
        return new SchedulingContext(
                new ChangefeedId("cf"),
                new MaintainerEpoch(3),
                cluster,
                registry,
                retries,
                operators,
                () -> new DispatcherId(77, ++lastId),
                PlanningConfig.builder()
                        .maxInFlightPerNode(inFlight)
                        .drainPatienceMillis(60_000)
                        .build());
    }

    private DrainFallback drainFallback() {
        return new DrainFallback(context());
    }

    private PlanAdmission admission() {
        return new PlanAdmission(context(), drainFallback());
    }

    private void absent(long spans) {
        for (long n = 1; n <= spans; n++) {
            registry.addAbsent(id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), 100);
        }
    }

    private void running(NodeId node, long spans) {
        for (long n = 1; n <= spans; n++) {
            registry.addReplicating(
                    id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), 100, node, ComponentState.WORKING);
        }
    }

    private static Plan places(long first, long last) {
        return Plan.of(
                LongStream.rangeClosed(first, last)
                        .mapToObj(n -> new Decision.Place(id(n), B, WHY))
                        .toList(),
                WHY);
    }

    private static Plan moves(NodeId from, NodeId to, long spans) {
        return Plan.of(
                LongStream.rangeClosed(1, spans)
                        .mapToObj(n -> new Decision.Move(id(n), from, to, WHY))
                        .toList(),
                WHY);
    }

    private void assertRefusedAsNotYet(PlanAdmission admission, int refused) {
        assertThat(admission.refused())
                .hasSize(refused)
                .extracting(RefusedDecision::reason)
                .containsOnly(RefusalReason.NOT_YET);
    }

    @Test
    @DisplayName("no more operators go to a node at once than the limit says, to the last one")
    void limitOfANode() {
        absent(2 * LIMIT);
        PlanAdmission admission = admission();

        assertThat(admission.admit(1, "test", places(1, LIMIT - 1), false, 0).placed())
                .isEqualTo(LIMIT - 1);
        assertThat(admission
                        .admit(2, "test", places(LIMIT, 2 * LIMIT), false, 0)
                        .placed())
                .isEqualTo(1);

        assertThat(operators.traffic().towards(B)).isEqualTo(LIMIT);
        assertRefusedAsNotYet(admission, LIMIT);
    }

    @Test
    @DisplayName("one that arrives makes room for exactly one")
    void roomForOne() {
        absent(2 * LIMIT);
        PlanAdmission admission = admission();
        admission.admit(1, "test", places(1, LIMIT), false, 0);
        operators.reported(B, id(1), ComponentState.WORKING, 0);
        operators.reported(B, id(1), ComponentState.WORKING, 0);

        admission.admit(2, "test", places(LIMIT + 1, 2 * LIMIT), false, 0);

        assertThat(operators.traffic().towards(B)).isEqualTo(LIMIT);
        assertRefusedAsNotYet(admission, LIMIT - 1);
    }

    @Test
    @DisplayName(
            "no more moves leave a node that is being emptied at once than its pace allows, whoever makes the plan")
    void paceOfADrain() {
        inFlight = 1_000;
        running(B, 50);
        drain.note(new DrainTarget(B, 1), 0);
        PlanAdmission admission = admission();

        assertThat(admission.admit(1, "test", moves(B, C, 50), false, 0).moved())
                .isEqualTo(PACE);

        assertThat(operators.traffic().leaving(B)).isEqualTo(PACE);
        assertThat(drainFallback().freeMoves(100)).isZero();
        assertRefusedAsNotYet(admission, 50 - PACE);
        assertThat(drainFallback().standIn(100, 100_000)).isEmpty();
    }

    @Test
    @DisplayName("what has left makes room for as much")
    void paceGoesOn() {
        inFlight = 1_000;
        running(B, 50);
        drain.note(new DrainTarget(B, 1), 0);
        PlanAdmission admission = admission();
        admission.admit(1, "test", moves(B, C, 50), false, 0);
        operators.reported(B, id(1), ComponentState.STOPPED, 0);
        assertThat(drainFallback().freeMoves(100)).as("it has not arrived").isZero();
        operators.reported(C, id(1), ComponentState.WORKING, 0);

        assertThat(drainFallback().freeMoves(100)).isEqualTo(1);
    }
}
