package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One mistake that an author of a planner can make for each rule that is about plans. */
enum Fault {
    NONE(null, "none", () -> new TargetPlanner(true, true, true)),
    DECIDES_TWICE(Rule.R2, "decides on one span twice", () -> Fault::decideTwice),
    IGNORES_ELIGIBILITY(Rule.R3, "places on a node that may not get spans", () -> Fault::ignoreEligibility),
    MISCOUNTS_BUDGET(
            Rule.R4,
            "is one above the budget",
            () -> (snapshot, budget) -> target(
                    snapshot,
                    new Budget(budget.maxDecisions() + 1, budget.maxMoves() + 1, budget.maxInFlightPerNode()))),
    ANSWERS_ONCE(Rule.R5, "answers each round once", AnswersOnce::new),
    REMEMBERS(Rule.R6, "remembers its first round", Remembers::new),
    USES_IDENTITY(Rule.R7, "lets the order of a set of enums decide", () -> Fault::useIdentity),
    EXPECTS_NODES(Rule.R8, "expects at least one node", () -> (snapshot, budget) -> {
        NodeView first = snapshot.nodes().get(0);
        return first.load() < 0 ? Plan.keep(TargetPlanner.REASON) : target(snapshot, budget);
    }),
    READS_ALL(Rule.R9, "reads all spans", () -> Fault::readAll),
    HANGS(Rule.R10, "waits for ever in a large cluster", () -> Fault::hang),
    FORGETS_SPLIT_TABLES(Rule.R11, "never places spans of split tables", () -> Fault::forgetSplitTables),
    PLAYS_PING_PONG(Rule.R12, "moves a span of a split table to and fro", () -> Fault::playPingPong),
    OVERREACTS(
            Rule.R13,
            "moves spans while earlier ones are under way",
            () -> (snapshot, budget) -> snapshot.nodes().stream().anyMatch(node -> node.inFlight() > 0)
                    ? withSwap(snapshot, budget)
                    : target(snapshot, budget)),
    MOVES_UNCLAIMED(Rule.R14, "moves spans and does not claim it", () -> new TargetPlanner(true, true, true)),
    LEAVES_UNEVEN(Rule.R15, "claims to balance and does not", () -> new TargetPlanner(false, true, true)),
    SHUFFLES_ON_JOIN(
            Rule.R16,
            "moves others when a node joins",
            () -> (snapshot, budget) -> isJoin(snapshot) ? withSwap(snapshot, budget) : target(snapshot, budget)),
    SHUFFLES_ON_LEAVE(
            Rule.R17,
            "moves others when spans are absent",
            () -> (snapshot, budget) ->
                    snapshot.absent(GroupId.DEFAULT).iterator().hasNext()
                            ? withSwap(snapshot, budget)
                            : target(snapshot, budget)),
    DETOURS(Rule.R18, "takes a detour when the budget is small", () -> Fault::detour),
    DOES_NOT_DRAIN(Rule.R19, "claims to drain and does not", () -> new TargetPlanner(true, false, true)),
    IGNORES_REFUSALS(
            Rule.R20, "tries the refused spans first, again and again", () -> new TargetPlanner(true, true, false)),
    MISTAKES_ORIGIN(Rule.R2, "moves a span from where it does not run", () -> Fault::mistakeOrigin),
    INVENTS_A_NODE(
            Rule.R3,
            "places on a node that is gone",
            () -> (snapshot, budget) ->
                    placingLastOn(snapshot, target(snapshot, budget), Optional.of(new NodeId("gone")))),
    MISCOUNTS_OPERATORS(
            Rule.R4,
            "is one above the operators that one node may get",
            () -> (snapshot, budget) -> target(
                    snapshot, new Budget(budget.maxDecisions(), budget.maxMoves(), budget.maxInFlightPerNode() + 1))),
    NEEDS_A_BUDGET(Rule.R8, "throws when it may do nothing", () -> (snapshot, budget) -> {
        if (budget.equals(new Budget(0, 0, 0))) {
            throw new IllegalArgumentException("no budget");
        }
        return target(snapshot, budget);
    }),
    TOLERATES_TWO(Rule.R15, "leaves loads two apart", () -> Fault::tolerateTwo),
    DRAINS_WHOLE_TABLES(Rule.R19, "leaves spans of split tables on a draining node", () -> Fault::drainWholeTables),
    SPLITS_UNCLAIMED(Rule.R21, "splits and does not claim it", () -> new TargetPlanner(false, false, true)),
    NEVER_SPLITS(Rule.R22, "claims to split and does not", WorkPlanner.Flaw.NEVER_SPLITS),
    NEVER_MERGES(Rule.R23, "splits and never merges", WorkPlanner.Flaw.NEVER_MERGES),
    FLAPS(Rule.R24, "moves a part of a busy table to and fro", WorkPlanner.Flaw.FLAPS),
    TAKES_UNKNOWN_FOR_MUCH(Rule.R25, "splits tables of unknown work", WorkPlanner.Flaw.TAKES_UNKNOWN_FOR_MUCH),
    SEES_NO_ZONES(Rule.R26, "puts all parts on the first two nodes", WorkPlanner.Flaw.SEES_NO_ZONES),
    EVENS_OUT_IN_CALM(Rule.R27, "evens nodes out although the host wants calm", () -> Fault::evenWithoutCalm),
    IGNORES_WEIGHTS(
            Rule.R28, "gives all nodes the same", () -> new TargetPlanner(true, true, true)::regardlessOfWeights),
    RESTORES_UNCLAIMED(
            Rule.R29,
            "declares moves to restore a constraint and does not claim it",
            () -> new TargetPlanner(true, true, true)),
    NEVER_RESTORES(
            Rule.R30, "claims to restore constraints and does not", () -> restoring(TargetPlanner.Restoring.NOTHING)),
    RESTORES_AFTER_CALM(
            Rule.R30,
            "restores constraints when the calm is over",
            () -> restoring(TargetPlanner.Restoring.PINNED_AFTER_CALM)),
    CALLS_ALL_MOVES_RESTORING(
            Rule.R31, "declares that evening out restores a constraint", () -> restoring(TargetPlanner.Restoring.ALL)),
    TAKES_NAMES_APART(Rule.R32, "takes the name of a table apart at its only dot", () -> (snapshot, budget) -> {
        Plan plan = target(snapshot, budget);
        for (Decision decision : plan.decisions()) {
            String name =
                    snapshot.span(decision.dispatcher()).orElseThrow().name().toString();
            if (name.split("\\.", -1).length != 2) {
                throw new IllegalArgumentException("no table: " + name);
            }
        }
        return plan;
    });

    private enum Letter {
        A,
        B,
        C,
        D,
        E,
        F,
        G,
        H
    }

    private final @Nullable Rule killer;
    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // None of them has state.
    private final Supplier<Scheduler> planner;

    @SuppressWarnings("ImmutableEnumChecker") // Nobody writes to it.
    private final WorkPlanner.Flaw[] flaws;

    Fault(@Nullable Rule killer, String text, WorkPlanner.Flaw flaw) {
        this(killer, text, () -> new TargetPlanner(true, true, true), flaw);
    }

    Fault(@Nullable Rule killer, String text, Supplier<Scheduler> planner, WorkPlanner.Flaw... flaws) {
        this.flaws = flaws;
        this.killer = killer;
        this.text = text;
        this.planner = planner;
    }

    /** The rule that is there to find this fault; null if there is no fault. */
    @Nullable
    Rule killer() {
        return killer;
    }

    String text() {
        return text;
    }

    /** What is wrong with plans is wrong with the planner below; what work asks for is right unless a flaw says so. */
    Scheduler planner() {
        return this == MOVES_UNCLAIMED ? planner.get() : new WorkPlanner(planner.get(), flaws);
    }

    private static Scheduler restoring(TargetPlanner.Restoring restoring) {
        return (snapshot, budget) -> new TargetPlanner(true, true, true).restoring(snapshot, budget, restoring);
    }

    private static Plan target(SchedulingSnapshot snapshot, Budget budget) {
        return new TargetPlanner(true, true, true).plan(snapshot, budget);
    }

    private static Plan decideTwice(SchedulingSnapshot snapshot, Budget budget) {
        Plan plan = target(snapshot, budget);
        if (plan.decisions().isEmpty()) {
            return plan;
        }
        Plan twice = plus(plan, List.of(plan.decisions().get(0)));
        return PlanCheck.check(snapshot, budget, twice).size() == 1 ? twice : plan;
    }

    private static Plan ignoreEligibility(SchedulingSnapshot snapshot, Budget budget) {
        return placingLastOn(
                snapshot,
                target(snapshot, budget),
                snapshot.nodes().stream()
                        .filter(node -> !node.eligible() && node.inFlight() < budget.maxInFlightPerNode())
                        .findFirst()
                        .map(NodeView::id));
    }

    /** In some rounds only, so that the span gets placed in the end. */
    private static Plan placingLastOn(SchedulingSnapshot snapshot, Plan plan, Optional<NodeId> node) {
        List<Decision> decisions = new ArrayList<>(plan.decisions());
        for (int i = decisions.size() - 1; i >= 0 && snapshot.round() % 4 == 1 && node.isPresent(); i--) {
            if (decisions.get(i) instanceof Decision.Place place) {
                decisions.set(i, new Decision.Place(place.dispatcher(), node.get(), TargetPlanner.REASON));
                break;
            }
        }
        return Plan.of(decisions, TargetPlanner.REASON);
    }

    private static Plan mistakeOrigin(SchedulingSnapshot snapshot, Budget budget) {
        List<Decision> decisions = new ArrayList<>(target(snapshot, budget).decisions());
        int last = decisions.size() - 1;
        boolean fitting = budget.maxMoves() < 1_000 && snapshot.round() % 2 == 0 && last >= 0;
        if (fitting && decisions.get(last) instanceof Decision.Move move) {
            NodeId wrong = new NodeId("wrong");
            decisions.set(last, new Decision.Move(move.dispatcher(), wrong, move.target(), move.reason()));
        }
        return Plan.of(decisions, TargetPlanner.REASON);
    }

    private static Plan tolerateTwo(SchedulingSnapshot snapshot, Budget budget) {
        var loads = snapshot.nodes().stream()
                .filter(NodeView::eligible)
                .mapToInt(NodeView::load)
                .summaryStatistics();
        Plan plan = target(snapshot, budget);
        return loads.getMax() - loads.getMin() <= 2
                ? without(plan, decision -> isMove(snapshot, decision, true))
                : plan;
    }

    private static Plan drainWholeTables(SchedulingSnapshot snapshot, Budget budget) {
        return without(
                target(snapshot, budget),
                decision -> isMove(snapshot, decision, false) && isOfSplitTable(snapshot, decision));
    }

    private static Plan evenWithoutCalm(SchedulingSnapshot snapshot, Budget budget) {
        return new TargetPlanner(true, true, true).regardlessOfCalm(snapshot, budget);
    }

    private static boolean isMove(SchedulingSnapshot snapshot, Decision decision, boolean fromEligible) {
        return decision instanceof Decision.Move move
                && node(snapshot, move.origin()).eligible() == fromEligible;
    }

    private static boolean isOfSplitTable(SchedulingSnapshot snapshot, Decision decision) {
        return snapshot.span(decision.dispatcher())
                .filter(span -> !span.group().isDefault())
                .isPresent();
    }

    private static Plan without(Plan plan, Predicate<Decision> which) {
        List<Decision> decisions = new ArrayList<>(plan.decisions());
        decisions.removeIf(which);
        return Plan.of(decisions, plan.reason());
    }

    private static Plan useIdentity(SchedulingSnapshot snapshot, Budget budget) {
        Plan plan = target(snapshot, budget);
        Iterator<Letter> letters = new HashSet<>(List.of(Letter.values())).iterator();
        for (Letter letter : Letter.values()) {
            if (letters.next() != letter) {
                return reversed(plan);
            }
        }
        return plan;
    }

    private static Plan readAll(SchedulingSnapshot snapshot, Budget budget) {
        int seen = 0;
        for (GroupId group : snapshot.groups()) {
            for (SpanView span : snapshot.absent(group)) {
                seen += span.node() == null ? 1 : 0;
            }
            for (NodeView node : snapshot.nodes()) {
                for (SpanView span : snapshot.replicating(group, node.id())) {
                    seen += span.node() == null ? 0 : 1;
                }
            }
        }
        return seen < 0 ? Plan.keep(TargetPlanner.REASON) : target(snapshot, budget);
    }

    private static Plan hang(SchedulingSnapshot snapshot, Budget budget) {
        if (snapshot.nodes().size() >= 1_000) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return target(snapshot, budget);
    }

    private static Plan forgetSplitTables(SchedulingSnapshot snapshot, Budget budget) {
        return without(
                target(snapshot, budget),
                decision -> decision instanceof Decision.Place && isOfSplitTable(snapshot, decision));
    }

    private static Plan playPingPong(SchedulingSnapshot snapshot, Budget budget) {
        Plan plan = target(snapshot, budget);
        for (GroupId group : plan.decisions().isEmpty() ? snapshot.groups() : List.<GroupId>of()) {
            for (NodeView from : snapshot.nodes()) {
                for (NodeView to : snapshot.nodes()) {
                    Iterator<SpanView> spans =
                            snapshot.replicating(group, from.id()).iterator();
                    if (!group.isDefault() && spans.hasNext()) {
                        Plan more = plus(plan, List.of(move(spans.next(), from.id(), to.id())));
                        if (PlanCheck.check(snapshot, budget, more).isEmpty()) {
                            return more;
                        }
                    }
                }
            }
        }
        return plan;
    }

    private static Plan detour(SchedulingSnapshot snapshot, Budget budget) {
        List<Decision> decisions = new ArrayList<>(target(snapshot, budget).decisions());
        if (snapshot.round() == 0 && budget.maxMoves() <= 3 && !decisions.isEmpty()) {
            if (decisions.get(0) instanceof Decision.Move move) {
                for (NodeView via : snapshot.nodes()) {
                    List<Decision> other = new ArrayList<>(decisions);
                    other.set(0, new Decision.Move(move.dispatcher(), move.origin(), via.id(), move.reason()));
                    Plan plan = Plan.of(other, TargetPlanner.REASON);
                    if (via.load() > node(snapshot, move.target()).load()
                            && PlanCheck.check(snapshot, budget, plan).isEmpty()) {
                        return plan;
                    }
                }
            }
        }
        return Plan.of(decisions, TargetPlanner.REASON);
    }

    private static NodeView node(SchedulingSnapshot snapshot, NodeId id) {
        return snapshot.nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isJoin(SchedulingSnapshot snapshot) {
        List<Integer> loads = snapshot.nodes().stream()
                .filter(NodeView::eligible)
                .map(NodeView::load)
                .sorted()
                .toList();
        return loads.size() > 3
                && loads.get(0) == 0
                && loads.get(1) > 1
                && loads.get(loads.size() - 1) - loads.get(1) <= 1;
    }

    /** The right plan, and on top of it two nodes exchange a whole table each, if the plan stays valid. */
    private static Plan withSwap(SchedulingSnapshot snapshot, Budget budget) {
        Plan plan = target(snapshot, budget);
        Set<Object> decided = new HashSet<>();
        plan.decisions().forEach(decision -> decided.add(decision.dispatcher()));
        List<SpanView> free = new ArrayList<>();
        for (NodeView node : snapshot.nodes()) {
            for (SpanView span : snapshot.replicating(GroupId.DEFAULT, node.id())) {
                if (!decided.contains(span.dispatcher())) {
                    free.add(span);
                    break;
                }
            }
        }
        // Small budgets stay as they are, so that this fault is not the one that depends on the budget.
        if (free.size() >= 2 && budget.maxMoves() > 3) {
            SpanView a = free.get(free.size() - 2);
            SpanView b = free.get(free.size() - 1);
            NodeId nodeOfA = a.node();
            NodeId nodeOfB = b.node();
            if (nodeOfA != null && nodeOfB != null) {
                Plan more = plus(plan, List.of(move(a, nodeOfA, nodeOfB), move(b, nodeOfB, nodeOfA)));
                return PlanCheck.check(snapshot, budget, more).isEmpty() ? more : plan;
            }
        }
        return plan;
    }

    private static Decision move(SpanView span, NodeId from, NodeId to) {
        return new Decision.Move(span.dispatcher(), from, to, TargetPlanner.REASON);
    }

    private static Plan plus(Plan plan, List<Decision> more) {
        List<Decision> decisions = new ArrayList<>(plan.decisions());
        decisions.addAll(more);
        return Plan.of(decisions, plan.reason());
    }

    private static Plan reversed(Plan plan) {
        List<Decision> decisions = new ArrayList<>(plan.decisions());
        Collections.reverse(decisions);
        return Plan.of(decisions, plan.reason());
    }

    private static final class AnswersOnce implements Scheduler {
        private long answered = -1;

        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            boolean again = snapshot.round() == answered;
            answered = snapshot.round();
            return again ? Plan.keep(TargetPlanner.REASON) : target(snapshot, budget);
        }
    }

    private static final class Remembers implements Scheduler {
        private long first = -1;

        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            first = first < 0 ? snapshot.round() : first;
            Plan plan = target(snapshot, budget);
            return first % 2 == 0 ? plan : reversed(plan);
        }
    }
}
