package dev.maintainer.scheduler.testing;

import static dev.maintainer.scheduler.testing.FakeCluster.dispatcher;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.PlanRule;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.scheduler.spi.Violation;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanCheckTest {
    private static final Reason WHY = new Reason("TEST", "for the test");
    private static final Budget AMPLE = new Budget(100, 100, 100);
    private static final DispatcherId ABSENT = dispatcher(1);
    private static final DispatcherId ALSO_ABSENT = dispatcher(2);
    private static final DispatcherId ON_N1 = dispatcher(3);
    private static final DispatcherId BUSY = dispatcher(4);
    private static final DispatcherId UNKNOWN = dispatcher(99);

    private final FakeCluster cluster = new FakeCluster()
            .nodes("n1", "n2", "n3")
            .absent(2)
            .running("n1", 2)
            .drain("n3")
            .stuckTowards("n2", 1)
            .drive(BUSY)
            .split(50, 3, "n1")
            .split(51, 1, "n2");

    private static final List<DispatcherId> PARTS = List.of(dispatcher(5), dispatcher(6), dispatcher(7));
    private static final SpanBound CUT = SpanBound.before("m");
    private static final SpanBound LATER_CUT = SpanBound.before("p");

    @Test
    void acceptsAPlanThatKeepsEveryRule() {
        assertThat(check(AMPLE, place(ABSENT, "n1"), move(ON_N1, "n1", "n2"))).isEmpty();
        assertThat(PlanCheck.check(cluster.snapshot(), AMPLE, Plan.keep(WHY))).isEmpty();
        assertThat(check(AMPLE, split(ON_N1, "n1", List.of(CUT)), merge("n1", PARTS)))
                .isEmpty();
        assertThat(check(AMPLE, split(ON_N1, "n1", List.of(CUT, LATER_CUT), "n1", "n2", "n2")))
                .isEmpty();
    }

    @Test
    void aSplitAndAMergeMayBreakSeveralRules() {
        assertThat(check(AMPLE, split(ABSENT, "n1", List.of(CUT)), split(BUSY, "n2", List.of(CUT), "n3", "n9")))
                .extracting(Violation::rule)
                .containsExactly(
                        PlanRule.NOT_REPLICATING,
                        PlanRule.IN_FLIGHT,
                        PlanRule.WRONG_ORIGIN,
                        PlanRule.TARGET_NOT_ELIGIBLE,
                        PlanRule.UNKNOWN_TARGET);
        assertThat(check(AMPLE, merge("n1", PARTS), move(PARTS.get(2), "n1", "n2")))
                .extracting(Violation::rule)
                .containsExactly(PlanRule.DECIDED_TWICE);
        assertThat(check(new Budget(9, 1, 9), merge("n1", PARTS.subList(0, 2)), move(ON_N1, "n1", "n2")))
                .extracting(Violation::rule)
                .containsExactly(PlanRule.OVER_MAX_MOVES);
        assertThat(check(new Budget(9, 9, 2), split(ON_N1, "n1", List.of(CUT), "n2", "n2")))
                .extracting(Violation::rule)
                .containsExactly(PlanRule.OVER_MAX_IN_FLIGHT_PER_NODE);
    }

    private static Decision split(DispatcherId id, String origin, List<SpanBound> cuts, String... targets) {
        return new Decision.Split(
                id,
                new NodeId(origin),
                cuts,
                Stream.of(targets).map(NodeId::new).toList(),
                WHY);
    }

    private static Decision merge(String node, List<DispatcherId> sources) {
        return new Decision.Merge(sources, new NodeId(node), WHY);
    }

    record BrokenPlan(PlanRule rule, Budget budget, int index, String value, List<Decision> decisions) {
        BrokenPlan(PlanRule rule, Budget budget, int index, String value, Decision... decisions) {
            this(rule, budget, index, value, List.of(decisions));
        }

        @Override
        public String toString() {
            return rule.name();
        }
    }

    static Stream<BrokenPlan> brokenPlans() {
        return Stream.of(
                new BrokenPlan(PlanRule.MISSING_PART, AMPLE, 0, "no reason", placeWithoutReason()),
                new BrokenPlan(PlanRule.UNKNOWN_SPAN, AMPLE, 0, UNKNOWN.toString(), place(UNKNOWN, "n1")),
                new BrokenPlan(
                        PlanRule.DECIDED_TWICE, AMPLE, 1, ABSENT.toString(), place(ABSENT, "n1"), place(ABSENT, "n2")),
                new BrokenPlan(PlanRule.IN_FLIGHT, AMPLE, 0, BUSY.toString(), move(BUSY, "n1", "n2")),
                new BrokenPlan(PlanRule.NOT_ABSENT, AMPLE, 0, "bound to node n1", place(ON_N1, "n2")),
                new BrokenPlan(PlanRule.NOT_REPLICATING, AMPLE, 0, "is absent", move(ABSENT, "n1", "n2")),
                new BrokenPlan(PlanRule.WRONG_ORIGIN, AMPLE, 0, "runs on n1", move(ON_N1, "n3", "n2")),
                new BrokenPlan(PlanRule.MOVE_TO_ITSELF, AMPLE, 0, "from n1 to itself", move(ON_N1, "n1", "n1")),
                new BrokenPlan(PlanRule.BAD_SPLIT, AMPLE, 0, "cuts []", split(ON_N1, "n1", List.of())),
                new BrokenPlan(PlanRule.BAD_SPLIT, AMPLE, 0, "[p, m]", split(ON_N1, "n1", List.of(LATER_CUT, CUT))),
                new BrokenPlan(PlanRule.BAD_SPLIT, AMPLE, 0, "+inf", split(ON_N1, "n1", List.of(SpanBound.HIGHEST))),
                new BrokenPlan(PlanRule.BAD_SPLIT, AMPLE, 0, "-inf", split(ON_N1, "n1", List.of(SpanBound.LOWEST))),
                new BrokenPlan(
                        PlanRule.BAD_SPLIT, AMPLE, 0, "1 targets for 2 parts", split(ON_N1, "n1", List.of(CUT), "n2")),
                new BrokenPlan(
                        PlanRule.NOT_MERGEABLE,
                        AMPLE,
                        0,
                        "does not begin where",
                        merge("n1", List.of(dispatcher(5), dispatcher(7)))),
                new BrokenPlan(
                        PlanRule.NOT_MERGEABLE,
                        AMPLE,
                        0,
                        "does not begin",
                        merge("n1", List.of(dispatcher(6), dispatcher(5)))),
                new BrokenPlan(PlanRule.UNKNOWN_TARGET, AMPLE, 0, "node n9", place(ABSENT, "n9")),
                new BrokenPlan(PlanRule.TARGET_NOT_ELIGIBLE, AMPLE, 0, "node n3", place(ABSENT, "n3")),
                new BrokenPlan(
                        PlanRule.OVER_MAX_DECISIONS,
                        new Budget(1, 1, 100),
                        1,
                        "a decision too many, at most 1",
                        place(ABSENT, "n1"),
                        place(ALSO_ABSENT, "n1")),
                new BrokenPlan(
                        PlanRule.OVER_MAX_MOVES,
                        new Budget(100, 0, 100),
                        1,
                        "a move too many, at most 0",
                        place(ABSENT, "n1"),
                        move(ON_N1, "n1", "n2")),
                new BrokenPlan(
                        PlanRule.OVER_MAX_IN_FLIGHT_PER_NODE,
                        new Budget(100, 100, 2),
                        1,
                        "1 operators under way and 2 decisions towards node n2, at most 2",
                        place(ABSENT, "n2"),
                        place(ALSO_ABSENT, "n2")));
    }

    @ParameterizedTest
    @MethodSource("brokenPlans")
    void namesTheRuleTheDecisionAndTheValue(BrokenPlan broken) {
        assertThat(check(broken.budget(), broken.decisions().toArray(Decision[]::new)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.rule()).isEqualTo(broken.rule());
                    assertThat(violation.decision()).isEqualTo(broken.index());
                    assertThat(violation.message()).contains(broken.value());
                });
    }

    @Test
    void everyRuleHasAPlanThatBreaksIt() {
        // Whether a move may be declared to restore a constraint is no matter of the plan alone: it has a test below.
        Set<PlanRule> broken = EnumSet.of(PlanRule.UNCLAIMED_CONSTRAINT);
        brokenPlans().forEach(plan -> broken.add(plan.rule()));
        assertThat(broken).containsExactlyInAnyOrder(PlanRule.values());
    }

    @Test
    void reportsEveryViolationNotOnlyTheFirst() {
        List<Violation> violations = check(
                new Budget(3, 0, 0),
                move(UNKNOWN, "n1", "n1"),
                place(ON_N1, "n9"),
                place(ON_N1, "n3"),
                move(BUSY, "n2", "n3"));

        assertThat(violations)
                .extracting(Violation::rule)
                .containsExactly(
                        PlanRule.UNKNOWN_SPAN,
                        PlanRule.NOT_ABSENT,
                        PlanRule.UNKNOWN_TARGET,
                        PlanRule.DECIDED_TWICE,
                        PlanRule.NOT_ABSENT,
                        PlanRule.TARGET_NOT_ELIGIBLE,
                        PlanRule.IN_FLIGHT,
                        PlanRule.WRONG_ORIGIN,
                        PlanRule.TARGET_NOT_ELIGIBLE,
                        PlanRule.OVER_MAX_MOVES,
                        PlanRule.OVER_MAX_IN_FLIGHT_PER_NODE,
                        PlanRule.OVER_MAX_IN_FLIGHT_PER_NODE,
                        PlanRule.OVER_MAX_DECISIONS);
    }

    @Test
    @DisplayName("I-104: a node that has spans but is not eligible is refused as a target")
    void refusesADeadNodeThatStillHasSpans() {
        FakeCluster withDead = new FakeCluster()
                .nodes("dead", "n1")
                .running("dead", 1)
                .running("n1", 3)
                .drain("dead");

        List<Violation> violations =
                PlanCheck.check(withDead.snapshot(), AMPLE, Plan.of(List.of(move(dispatcher(2), "n1", "dead")), WHY));

        assertThat(violations).extracting(Violation::rule).containsExactly(PlanRule.TARGET_NOT_ELIGIBLE);
    }

    @Test
    void aMoveMayRestoreAConstraintOnlyIfThePlannerClaimsIt() {
        Plan plan = Plan.of(List.of(move(ON_N1, "n1", "n2").restoringConstraint()), WHY);

        assertThat(PlanCheck.check(cluster.snapshot(), AMPLE, plan, Set.of(Trait.BALANCES, Trait.DRAINS)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.rule()).isEqualTo(PlanRule.UNCLAIMED_CONSTRAINT);
                    assertThat(violation.message()).contains("RESTORES_CONSTRAINTS", ON_N1.toString());
                });
        assertThat(PlanCheck.check(cluster.snapshot(), AMPLE, plan, Set.of(Trait.RESTORES_CONSTRAINTS)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("reasonsThatSayNothing")
    @SuppressWarnings("NullAway") // a plug-in need not be null-checked
    void aReasonHasACodeAndAText(Reason reason) {
        Decision decision = new Decision.Place(ABSENT, new NodeId("n1"), reason);

        assertThat(check(AMPLE, decision)).extracting(Violation::rule).containsExactly(PlanRule.MISSING_PART);
        assertThat(PlanCheck.check(cluster.snapshot(), AMPLE, Plan.keep(reason)))
                .extracting(Violation::rule)
                .containsExactly(PlanRule.MISSING_PART);
    }

    @SuppressWarnings("NullAway")
    static Stream<Reason> reasonsThatSayNothing() {
        return Stream.of(new Reason(null, "text"), new Reason("CODE", null), new Reason(null, null));
    }

    @Test
    void nullIsNoDecision() {
        List<Decision> decisions = new ArrayList<>();
        decisions.add(place(ABSENT, "n1"));
        decisions.add(null);

        assertThat(PlanCheck.check(cluster.snapshot(), AMPLE, Plan.of(decisions, WHY)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.rule()).isEqualTo(PlanRule.MISSING_PART);
                    assertThat(violation.decision()).isEqualTo(1);
                });
    }

    @Test
    void readsOneDecisionBeyondTheBudgetAndNeverAsksForTheSize() {
        AtomicInteger read = new AtomicInteger();
        List<Decision> endless = new AbstractList<>() {
            @Override
            public Decision get(int index) {
                read.incrementAndGet();
                return place(dispatcher(1_000 + index), "n1");
            }

            @Override
            public int size() {
                throw new UnsupportedOperationException("nobody knows");
            }

            @Override
            public Iterator<Decision> iterator() {
                return IntStream.iterate(0, i -> i + 1).mapToObj(this::get).iterator();
            }
        };

        assertThat(PlanCheck.check(cluster.snapshot(), new Budget(7, 0, 100), Plan.of(endless, WHY)))
                .extracting(Violation::rule)
                .contains(PlanRule.OVER_MAX_DECISIONS);
        assertThat(read).hasValue(8);
    }

    @Test
    void readsNoSpanLists() {
        FakeCluster large = new FakeCluster().nodes("n1").absent(10_000);
        List<Decision> decisions = IntStream.rangeClosed(1, 100)
                .<Decision>mapToObj(i -> place(dispatcher(i), "n1"))
                .toList();

        assertThat(PlanCheck.check(large.snapshot(), AMPLE, Plan.of(decisions, WHY)))
                .isEmpty();
        assertThat(large.reads()).isZero();
    }

    private List<Violation> check(Budget budget, Decision... decisions) {
        return PlanCheck.check(cluster.snapshot(), budget, Plan.of(List.of(decisions), WHY));
    }

    private static Decision place(DispatcherId id, String target) {
        return new Decision.Place(id, new NodeId(target), WHY);
    }

    private static Decision.Move move(DispatcherId id, String origin, String target) {
        return new Decision.Move(id, new NodeId(origin), new NodeId(target), WHY);
    }

    @SuppressWarnings("NullAway") // a plug-in need not be null-checked
    private static Decision placeWithoutReason() {
        return new Decision.Place(ABSENT, new NodeId("n1"), null);
    }
}
