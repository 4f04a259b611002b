package dev.maintainer.core.scheduling.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
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
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.membership.RebalanceCooldown;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.PlanningSession;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.operator.DrivenSpan;
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
import dev.maintainer.scheduler.spi.Trait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final NodeId SELF = A;
    private static final Reason WHY = new Reason("TEST", "because");
    private static final Plan KEEP = Plan.keep(WHY);

    private final SpanRegistry registry = new SpanRegistry();
    private final ClusterState cluster = ClusterState.of(SELF, 10_000, 120_000, Set.of());
    private final Members members = cluster.members();
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
    private final RebalanceCooldown cooldown = cluster.cooldown();
    private final FakeScheduler scheduler = new FakeScheduler();
    private final FakeScheduler other = new FakeScheduler();
    private final Planning planning = new Planning();
    private final List<String> health = new ArrayList<>();
    private final List<String> planned = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final List<ShadowAnswer> compared = new ArrayList<>();
    private long lastId;
    private final PlanDemand demand = new PlanDemand();
    private final SchedulerHost host = new SchedulerHost(
            new SchedulingContext(
                    new ChangefeedId("cf"),
                    new MaintainerEpoch(3),
                    cluster,
                    registry,
                    operators,
                    () -> new DispatcherId(77, ++lastId),
                    PlanningConfig.DEFAULTS),
            SchedulerChoice.of("test"),
            planning,
            demand,
            new Outcome());

    private final class Outcome implements SchedulerHost.Outcome {
        @Override
        public void health(ErrorCode code, @Nullable String message) {
            if (message != null) {
                health.add(code + ": " + message);
            } else {
                health.removeIf(each -> each.startsWith(code + ": "));
            }
        }

        @Override
        public void planned(long round, int admitted, int refused, String reason) {
            planned.add("round " + round + ": " + admitted + " admitted, " + refused + " refused; " + reason);
        }

        @Override
        public void schedulerChanged(String name, SchedulerCondition condition, String why) {
            changes.add(name + " " + condition);
        }

        @Override
        public void shadowCompared(ShadowAnswer answer) {
            compared.add(answer);
        }
    }

    /** Planners answer when the test says so. */
    private final class Planning implements PlanningPort, PlannerSource {
        Set<Trait> claims = Set.of();
        PlanningSession session = fresh();
        final ArrayDeque<PlanRequest> asked = new ArrayDeque<>();
        int drops;
        int restarts;

        PlanningSession fresh() {
            return new PlanningSession(this, () -> 0);
        }

        @Override
        public Scheduler create(String name) {
            return switch (name) {
                case "test" -> scheduler;
                case "other" -> other;
                default -> throw new MaintainerException(ErrorCode.UNKNOWN_SCHEDULER, "no '" + name + "'");
            };
        }

        @Override
        public Set<Trait> traits(String name) {
            return claims;
        }

        @Override
        public void ask(PlanRequest request) {
            asked.add(request);
            restarts += request.delta().complete() ? 1 : 0;
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            drops++;
            asked.clear();
            session = fresh();
        }

        void answer(long now) {
            PlanRequest request = asked.remove();
            PlanAnswer answer = session.plan(request);
            assertThat(host.answered(answer, now)).isTrue();
            if (request.shadow() != null && answer instanceof PlanAnswer.Planned) {
                assertThat(host.shadowAnswered(request.round(), session.shadow()))
                        .isTrue();
            }
        }
    }

    /** Asks if there is a reason to, and has it answered at once. */
    private void plan(boolean tick, long now) {
        host.planIfWanted(tick, now);
        while (!planning.asked.isEmpty()) {
            planning.answer(now);
        }
    }

    private final class Output implements OperatorOutput {
        @Override
        public void send(
                DispatcherId dispatcher,
                @Nullable DrivenSpan span,
                OperatorType intent,
                OperatorCommand command,
                long request) {}

        @Override
        public void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {
            demand.operatorFinished();
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

        plan(false, 0);

        assertThat(operators.operators(0))
                .extracting(OperatorView::type)
                .containsExactly(OperatorType.ADD, OperatorType.MOVE);
        assertThat(health).isEmpty();
    }

    @Test
    @DisplayName("A refused decision comes back with the next snapshot, and with that one only")
    void refusedDecisionsComeBackOnce() {
        absent(1);
        absent(2);
        dead.add(B);
        scheduler.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), B, WHY), new Decision.Place(id(2), A, WHY)), WHY);
        plan(false, 0);
        scheduler.answer = () -> KEEP;

        demand.want();
        plan(false, 1);
        demand.want();
        plan(false, 2);

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

        plan(false, 0);

        assertThat(operators.refusals()).isEqualTo(Map.of(reason, 1L));
    }

    @Test
    @DisplayName("A scheduler that decides nothing while something can be placed is degraded in the end, and is named")
    void neglect() {
        absent(1);
        for (long now = 0; now < 4_900; now += 500) {
            plan(true, now);
        }
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        for (long now = 5_000; !changes.contains("test DEGRADED") && now < 60_000; now += 500) {
            plan(true, now);
        }
        assertThat(changes).containsExactly("test FAILING", "test FAILING", "test DEGRADED");
        assertThat(health).singleElement().asString().contains("'test'", "has decided nothing", "1 spans wait");
        for (long now = 60_000; now < 62_000; now += 500) {
            plan(true, now);
        }
        assertThat(operators.isInFlight(id(1)))
                .as("placed by the built-in placement")
                .isTrue();
    }

    @Test
    @DisplayName("Who throws and then decides nothing, in turn, has no good round while something can be placed")
    void alternatingNonsense() {
        absent(1);
        for (long now = 0; now < 120_000; now += 500) {
            scheduler.answer = () -> {
                if (scheduler.calls() % 2 == 0) {
                    throw new IllegalStateException("every other time");
                }
                return KEEP;
            };
            plan(true, now);
        }
        assertThat(changes).startsWith("test FAILING", "test FAILING", "test DEGRADED");
        assertThat(operators.isInFlight(id(1))).isTrue();
    }

    @Test
    @DisplayName("Deciding nothing is no fault where nothing is absent")
    void nothingToDecide() {
        for (long now = 0; now < 60_000; now += 500) {
            plan(true, now);
        }
        assertThat(changes).isEmpty();
    }

    @Test
    @DisplayName("In times of calm evening out waits, and what restores a constraint does not")
    void constraintsDoNotWaitForTheCalm() {
        for (long n = 1; n <= 2; n++) {
            registry.addReplicating(
                    id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), 100, A, ComponentState.WORKING);
        }
        cooldown.last(10_000);
        scheduler.answer = () -> Plan.of(
                List.of(new Decision.Move(id(1), A, B, WHY), new Decision.Move(id(2), A, B, WHY).restoringConstraint()),
                WHY);
        planning.claims = Set.of(Trait.RESTORES_CONSTRAINTS);

        plan(false, 0);

        assertThat(operators.isInFlight(id(1))).isFalse();
        assertThat(operators.isInFlight(id(2))).isTrue();
        assertThat(planned).containsExactly("round 1: 1 admitted, 1 refused; TEST: because");
        assertThat(health).isEmpty();
    }

    @Test
    void aMoveThatRestoresAConstraintWithoutTheClaimStartsNothing() {
        registry.addReplicating(
                id(1), TableSpan.whole(new TableId(1)), new SchemaId(1), 100, A, ComponentState.WORKING);
        scheduler.answer = () -> Plan.of(List.of(new Decision.Move(id(1), A, B, WHY).restoringConstraint()), WHY);

        plan(false, 0);

        assertThat(operators.isInFlight(id(1))).isFalse();
        assertThat(health).singleElement().asString().contains("PLAN_REJECTED", "UNCLAIMED_CONSTRAINT");
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

        plan(false, 0);

        assertThat(operators.size()).isZero();
        assertThat(registry.absentCount()).isEqualTo(2);
        String code = fault.name().startsWith("PLACES")
                ? "PLAN_REJECTED"
                : fault == Fault.DOES_NOT_LINK ? "MISALIGNED_JARS" : "SCHEDULER_FAILED";
        assertThat(health).singleElement().asString().startsWith(code + ": ");

        demand.want();
        plan(true, 499);
        assertThat(scheduler.calls()).isEqualTo(1);

        scheduler.answer = () -> placing(A, 1, 2);
        plan(true, 500);
        assertThat(operators.size()).isEqualTo(2);
        assertThat(health).isEmpty();
    }

    @Test
    void aPlannerThatThrowsIsNamed() {
        scheduler.answer = () -> misbehave(Fault.THROWS);

        plan(false, 0);

        assertThat(health)
                .containsExactly(
                        "SCHEDULER_FAILED: test threw java.lang.IllegalArgumentException: planner is confused");
    }

    @Test
    void nothingHasChangedSoNothingIsAskedUntilItIsTimeToBalance() {
        plan(false, 0);
        for (long now = 100; now < 15_000; now += 100) {
            plan(true, now);
        }
        assertThat(scheduler.calls()).isEqualTo(1);

        plan(true, 15_000);

        assertThat(scheduler.calls()).isEqualTo(2);
        assertThat(host.rounds()).isEqualTo(2);
    }

    @Test
    @DisplayName("Invariant 68: while spans wait for placement the planner is asked every half second")
    void absentSpansAreNotForgotten() {
        absent(1);
        for (long now = 0; now <= 2_000; now += 100) {
            plan(true, now);
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
        plan(false, 0);
        scheduler.answer = () -> KEEP;
        assertThat(operators.size()).isEqualTo(100);

        for (long n = 1; n <= 5; n++) {
            operators.reported(A, id(n), ComponentState.WORKING, 1);
            plan(false, 1);
        }
        assertThat(scheduler.calls()).isEqualTo(1);
        operators.reported(A, id(6), ComponentState.WORKING, 1);
        plan(false, 1);
        assertThat(scheduler.calls()).isEqualTo(2);

        operators.reported(A, id(7), ComponentState.WORKING, 2);
        plan(false, 2);
        assertThat(scheduler.calls()).isEqualTo(2);
        plan(true, 2);
        assertThat(scheduler.calls()).isEqualTo(3);
    }

    @Test
    @DisplayName("Chance is a function of changefeed, epoch and round")
    void theSeedChangesWithTheRound() {
        for (int i = 0; i < 3; i++) {
            demand.want();
            plan(false, i);
        }

        assertThat(scheduler.seeds).doesNotHaveDuplicates().hasSize(3);
    }

    // ---- away from the loop ------------------------------------------------------------------------------------

    @Test
    @DisplayName("One request is outstanding at most, and what happens meanwhile is in the next one")
    void oneRequestAtATime() {
        absent(1);
        host.planIfWanted(false, 0);
        absent(2);
        demand.want();
        host.planIfWanted(false, 1);
        assertThat(planning.asked).hasSize(1);

        planning.answer(2);
        host.planIfWanted(false, 2);

        assertThat(planning.asked.element().delta().changed()).hasSize(1);
        assertThat(planning.asked.element().delta().complete()).isFalse();
    }

    @Test
    @DisplayName("The world goes on while a planner plans: what no longer holds is refused, the rest is started")
    void stalePreconditionsAreRefused() {
        absent(1);
        absent(2);
        absent(3);
        scheduler.answer = () -> placing(A, 1, 2, 3);
        host.planIfWanted(false, 0);
        registry.remove(id(1));
        operators.add(id(2), B, 1);

        planning.answer(2);

        assertThat(planned).containsExactly("round 1: 1 admitted, 2 refused; TEST: because");
        assertThat(operators.isInFlight(id(3))).isTrue();
    }

    @Test
    @DisplayName("A node that has come back and has not answered yet gets nothing from an old plan")
    void aTargetThatIsNotReadyAnyMoreIsRefused() {
        absent(1);
        scheduler.answer = () -> placing(B, 1);
        host.planIfWanted(false, 0);
        members.note(Membership.of(2, List.of(A)));
        members.adopt();
        members.note(Membership.of(3, List.of(A, B)));
        members.adopt();

        planning.answer(1);

        assertThat(operators.size()).isZero();
    }

    @Test
    @DisplayName("A plan beyond its budget is cut from its end, not refused")
    void anExcessIsCut() {
        for (long n = 1; n <= 1_500; n++) {
            absent(n);
        }
        scheduler.answer = () -> placing(A, LongStream.rangeClosed(1, 1_500).toArray());

        plan(false, 0);

        assertThat(operators.size()).isEqualTo(1_000);
        assertThat(operators.isInFlight(id(1_000))).isTrue();
        assertThat(host.view().figures().cut()).isEqualTo(500);
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
    }

    @Test
    @DisplayName("A late plan is dropped by its round")
    void aLatePlanIsDropped() {
        absent(1);
        scheduler.answer = () -> placing(A, 1);
        host.planIfWanted(false, 0);
        PlanAnswer late = planning.session.plan(planning.asked.element());

        host.planIfWanted(true, 3_000);
        assertThat(health).singleElement().asString().startsWith("PLAN_TIMED_OUT: ");
        assertThat(planning.drops).isEqualTo(1);
        assertThat(host.answered(late, 3_001)).isFalse();
        host.planIfWanted(true, 3_500);
        assertThat(host.answered(late, 3_501)).isFalse();
        assertThat(operators.size()).isZero();

        planning.answer(3_600);
        assertThat(planning.restarts).as("the new session was told everything").isEqualTo(2);
        assertThat(operators.size()).isEqualTo(1);
        assertThat(host.view().figures().late()).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "After three faults in a row absent spans are placed all the same, nothing is moved, and all can see it")
    void degraded() {
        absent(1);
        absent(2);
        registry.addReplicating(
                id(3), TableSpan.whole(new TableId(3)), new SchemaId(1), 100, A, ComponentState.WORKING);
        scheduler.answer = () -> misbehave(Fault.THROWS);
        for (long now = 0; now <= 2_000; now += 50) {
            plan(true, now);
        }

        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.DEGRADED);
        assertThat(scheduler.calls()).isEqualTo(3);
        assertThat(operators.operators(0))
                .extracting(OperatorView::type)
                .containsExactly(OperatorType.ADD, OperatorType.ADD);
        assertThat(health)
                .singleElement()
                .asString()
                .startsWith("SCHEDULER_DEGRADED: 'test' has failed 3 times in a row")
                .contains("planner is confused");
        assertThat(changes).containsExactly("test FAILING", "test FAILING", "test DEGRADED");
    }

    @Test
    @DisplayName("Faults in a row are counted: a good round between them begins the count anew")
    void faultsInARow() {
        long now = 0;
        for (int time = 0; time < 4; time++) {
            scheduler.answer = () -> misbehave(Fault.THROWS);
            for (int fault = 1; fault < PlanningConfig.DEFAULTS.faultsUntilDegraded(); fault++) {
                now += 60_000;
                plan(true, now);
                assertThat(host.view().condition()).isNotIn(SchedulerCondition.HEALTHY, SchedulerCondition.DEGRADED);
            }
            scheduler.answer = () -> KEEP;
            now += 60_000;
            plan(true, now);
            assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        }
    }

    @Test
    @DisplayName("A planners' side that has lost its session is told everything again, and plans")
    void aLostSession() {
        absent(1);
        plan(true, 0);
        assertThat(scheduler.calls()).isEqualTo(1);
        planning.session = planning.fresh();
        absent(2);
        scheduler.answer = () -> placing(A, 1, 2);

        for (long now = 500; now <= 5_000; now += 500) {
            plan(true, now);
        }

        assertThat(planning.restarts).isEqualTo(2);
        assertThat(operators.size()).isEqualTo(2);
    }

    @Test
    @DisplayName("One that plans no more leaves no session behind")
    void closed() {
        plan(true, 0);
        host.close();
        assertThat(planning.drops).isEqualTo(1);
    }

    @Test
    @DisplayName("Even the built-in placement may be late, on a node that stands still: it is asked again")
    void theStandInMayBeLate() {
        absent(1);
        scheduler.answer = () -> misbehave(Fault.THROWS);
        for (long now = 0; now < 1_500; now += 50) {
            plan(true, now);
        }
        host.planIfWanted(true, 1_500);
        planning.answer(1_500);
        host.planIfWanted(true, 1_550);
        assertThat(planning.asked.element().scheduler()).isNull();

        host.planIfWanted(true, 4_550);
        assertThat(operators.size()).isZero();
        plan(true, 5_050);

        assertThat(operators.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("A degraded scheduler is tried again, less and less often, and works again after one good round")
    void probes() {
        scheduler.answer = () -> misbehave(Fault.RETURNS_NULL);
        List<Long> calls = new ArrayList<>();
        for (long now = 0; now <= 200_000; now += 50) {
            int before = scheduler.calls();
            plan(true, now);
            if (scheduler.calls() > before) {
                calls.add(now);
            }
        }
        assertThat(calls).containsExactly(0L, 500L, 1_500L, 16_500L, 46_500L, 106_500L);

        scheduler.answer = () -> KEEP;
        for (long now = 200_050; now <= 300_000; now += 50) {
            plan(true, now);
        }
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        assertThat(host.view().failure()).isNull();
        assertThat(health).isEmpty();
    }

    // ---- people ------------------------------------------------------------------------------------------------

    private SchedulingView.Request request(long number) {
        return host.view().requests().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("Another scheduler takes over at a plan boundary; operators go on")
    void selected() {
        absent(1);
        scheduler.answer = () -> placing(A, 1);
        plan(false, 0);
        absent(2);
        other.answer = () -> placing(B, 2);

        host.command(7, new SchedulerCommand.Select("other"), 1);
        assertThat(request(7).state()).isEqualTo(SchedulingView.Request.State.PENDING);
        plan(true, 1);

        assertThat(host.scheduler()).isEqualTo("other");
        assertThat(host.chosen()).as("for the next owner").isEqualTo("other");
        assertThat(request(7).state()).isEqualTo(SchedulingView.Request.State.DONE);
        assertThat(operators.isInFlight(id(1))).isTrue();
        assertThat(operators.isInFlight(id(2))).isTrue();
        demand.want();
        plan(true, 2);
        assertThat(scheduler.calls()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    @DisplayName("A scheduler whose first round fails does not take over")
    void rolledBack(Fault fault) {
        absent(1);
        absent(2);
        other.answer = () -> misbehave(fault);

        host.command(7, new SchedulerCommand.Select("other"), 1);
        plan(true, 1);

        assertThat(host.scheduler()).isEqualTo("test");
        assertThat(host.chosen()).isEmpty();
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        assertThat(request(7).state()).isEqualTo(SchedulingView.Request.State.REFUSED);
        assertThat(request(7).message()).contains("'test' goes on");
        host.planIfWanted(true, 2);
        planning.answer(2);
        assertThat(scheduler.calls()).isEqualTo(1);
    }

    @Test
    @DisplayName("Whoever chooses again while the first choice plans gets the second choice, and nothing of the first")
    void selectedAgain() {
        absent(1);
        other.answer = () -> placing(B, 1);
        host.command(7, new SchedulerCommand.Select("other"), 0);
        host.planIfWanted(true, 0);
        host.command(8, new SchedulerCommand.Select("nobody"), 1);

        planning.answer(1);
        assertThat(host.scheduler()).isEqualTo("test");
        assertThat(operators.size()).isZero();
        plan(true, 2);

        assertThat(host.scheduler()).isEqualTo("test");
        assertThat(request(7).message()).contains("was selected before its first round");
        assertThat(request(8).message()).contains("UNKNOWN_SCHEDULER");
        assertThat(host.view().trial()).isNull();
    }

    @Test
    @DisplayName("A scheduler that hangs in its first round, or that there is not, does not take over")
    void rolledBackByTheDeadline() {
        host.command(7, new SchedulerCommand.Select("other"), 0);
        host.planIfWanted(true, 0);
        host.planIfWanted(true, 3_000);
        assertThat(request(7).message()).contains("PLAN_TIMED_OUT");
        assertThat(host.scheduler()).isEqualTo("test");

        plan(true, 3_001);
        host.command(8, new SchedulerCommand.Select("nobody"), 4_000);
        plan(true, 4_000);
        assertThat(request(8).message()).contains("UNKNOWN_SCHEDULER", "no 'nobody'");
    }

    @Test
    @DisplayName("A shadow sees what the scheduler sees; its plans are compared and not carried out")
    void shadow() {
        absent(1);
        absent(2);
        scheduler.answer = () -> placing(A, 1, 2);
        other.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), A, WHY), new Decision.Place(id(2), B, WHY)), WHY);
        host.command(7, new SchedulerCommand.Shadow("other"), 0);

        plan(true, 0);

        assertThat(other.seeds).isEqualTo(scheduler.seeds);
        ShadowAnswer answer = compared.get(0);
        assertThat(answer.same()).isEqualTo(1);
        assertThat(answer.carriedOut()).isEqualTo(new ShadowAnswer.PlanFigures(2, 0, 2, 0));
        assertThat(answer.shadowed()).isEqualTo(new ShadowAnswer.PlanFigures(2, 0, 0, 0));
        assertThat(answer.differences()).hasSize(1);
        assertThat(registry.boundCount(A)).isEqualTo(2);
        assertThat(host.view().shadowFigures().rounds()).isEqualTo(1);
    }

    @Test
    @DisplayName("A shadow that fails three times, or hangs once, is sent away and costs the scheduler nothing")
    void aShadowThatFails() {
        other.answer = () -> misbehave(Fault.THROWS);
        host.command(7, new SchedulerCommand.Shadow("other"), 0);
        for (int i = 0; i < 4; i++) {
            demand.want();
            plan(true, i);
        }
        assertThat(compared).hasSize(3);
        assertThat(host.view().shadow()).isNull();

        host.command(8, new SchedulerCommand.Shadow("other"), 10);
        demand.want();
        host.planIfWanted(true, 10);
        PlanAnswer answer = planning.session.plan(planning.asked.remove());
        assertThat(host.answered(answer, 11)).isTrue();
        host.planIfWanted(true, 3_011);

        assertThat(host.view().shadow()).isNull();
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        assertThat(health).isEmpty();
        assertThat(planning.drops).isEqualTo(1);
    }

    @Test
    @DisplayName("A proposal is made and changes nothing; applied, it is carried out exactly")
    void proposedAndApplied() {
        plan(true, 0);
        absent(1);
        other.answer = () -> placing(B, 1);
        host.command(7, new SchedulerCommand.Propose("other"), 1);
        plan(true, 1);

        assertThat(operators.size()).isZero();
        long id = Objects.requireNonNull(request(7).plan());

        host.command(8, new SchedulerCommand.Apply(id), 2);
        assertThat(request(8).message()).isEqualTo("plan 1 applied: 1 placed, 0 moved, 0 refused");
        assertThat(operators.isInFlight(id(1))).isTrue();
        assertThat(host.scheduler()).isEqualTo("test");

        host.command(9, new SchedulerCommand.Apply(id), 3);
        assertThat(request(9).state()).isEqualTo(SchedulingView.Request.State.REFUSED);
    }

    @Test
    @DisplayName(
            "A proposal whose preconditions have changed is refused with the differences, and nothing of it is started")
    void anOutdatedProposal() {
        absent(1);
        absent(2);
        other.answer = () -> placing(B, 1, 2);
        host.command(7, new SchedulerCommand.Propose("other"), 1);
        plan(true, 1);
        operators.add(id(2), A, 2);

        host.command(8, new SchedulerCommand.Apply(1), 3);

        assertThat(request(8).message()).contains("PLAN_OUTDATED", "1 of its 2 preconditions", id(2).toString());
        assertThat(operators.isInFlight(id(1))).isFalse();
    }
}
