package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a plan against the snapshot and the budget that it was made from. The host runs it on every plan before it
 * admits anything; plug-in authors run it in their tests.
 *
 * <p>It is the last gate before two nodes write the same table, so it trusts nothing that a planner can get wrong,
 * nulls included. It costs O(decisions + nodes), and it reads only one decision beyond the budget of a plan that is too
 * long. Thread-safe; the snapshot must be valid during the call.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public final class PlanCheck {
    private static final int LONGEST_MESSAGE = 1_000;

    private final SchedulingSnapshot snapshot;
    private final Budget budget;
    private final Set<Trait> claims;
    private final Map<NodeId, NodeView> nodes = new HashMap<>();
    private final Map<NodeId, Integer> headedFor = new HashMap<>();
    private final Set<DispatcherId> decided = new HashSet<>();
    private final List<Violation> violations = new ArrayList<>();
    private int moves;

    private PlanCheck(SchedulingSnapshot snapshot, Budget budget, Set<Trait> claims) {
        this.snapshot = snapshot;
        this.budget = budget;
        this.claims = claims;
        for (NodeView node : snapshot.nodes()) {
            nodes.put(node.id(), node);
        }
    }

    /**
     * All violations, in the order of the decisions; empty if the plan may be used. An excess over a limit is reported
     * once, at the first decision beyond it. As {@link #check(SchedulingSnapshot, Budget, Plan, Set)} for a planner
     * that declares all traits.
     *
     * @param snapshot what the plan was made from
     * @param budget what it was allowed
     * @param plan what the planner returned
     * @return unmodifiable; empty if the plan may be used
     */
    public static List<Violation> check(SchedulingSnapshot snapshot, Budget budget, Plan plan) {
        return check(snapshot, budget, plan, EnumSet.allOf(Trait.class));
    }

    /**
     * All violations, as the host finds them.
     *
     * @param snapshot what the plan was made from
     * @param budget what it was allowed
     * @param plan what the planner returned
     * @param claims the traits of the planner's descriptor
     * @return in the order of the decisions; unmodifiable; empty if the plan may be used
     */
    public static List<Violation> check(SchedulingSnapshot snapshot, Budget budget, Plan plan, Set<Trait> claims) {
        PlanCheck check = new PlanCheck(snapshot, budget, claims);
        check.run(plan);
        return List.copyOf(check.violations);
    }

    private void run(Plan plan) {
        if (lacks(plan.reason())) {
            add(PlanRule.MISSING_PART, Violation.WHOLE_PLAN, "the plan has no reason with a code and a text");
        }
        int most = budget.maxDecisions() == Integer.MAX_VALUE ? Integer.MAX_VALUE : budget.maxDecisions() + 1;
        List<Decision> decisions = plan.upTo(most, 0).decisions();
        for (int i = 0; i < decisions.size(); i++) {
            Decision decision = decisions.get(i);
            if (isComplete(decision, i)) {
                checkSpan(decision, i);
                checkTarget(decision, i);
            }
        }
        checkTotals(decisions);
    }

    private boolean isComplete(Decision decision, int index) {
        if (Objects.isNull(decision)) {
            add(PlanRule.MISSING_PART, index, "null instead of a decision");
            return false;
        }
        int before = violations.size();
        require(decision.dispatcher(), "dispatcher", decision, index);
        require(decision.target(), "target", decision, index);
        if (lacks(decision.reason())) {
            add(PlanRule.MISSING_PART, index, "no reason with a code and a text in " + decision);
        }
        if (decision instanceof Decision.Move move) {
            require(move.origin(), "origin", decision, index);
        }
        // The lists of a split and a merge have no nulls: copying them refuses those.
        return violations.size() == before;
    }

    private void require(Object part, String name, Decision decision, int index) {
        if (Objects.isNull(part)) {
            add(PlanRule.MISSING_PART, index, "no " + name + " in " + decision);
        }
    }

    /** Plug-ins need not be null-checked, so what is declared non-null may be null here. */
    private static boolean lacks(Reason reason) {
        return Objects.isNull(reason) || Objects.isNull(reason.code()) || Objects.isNull(reason.text());
    }

    private void checkSpan(Decision decision, int index) {
        List<SpanView> found = new ArrayList<>();
        for (DispatcherId id : decision.dispatchers()) {
            if (!decided.add(id)) {
                add(PlanRule.DECIDED_TWICE, index, "dispatcher " + id + " has an earlier decision in this plan");
            }
            Optional<SpanView> span = snapshot.span(id);
            if (span.isEmpty()) {
                add(PlanRule.UNKNOWN_SPAN, index, "dispatcher " + id + " is not in the snapshot");
            } else if (snapshot.isInFlight(id)) {
                add(PlanRule.IN_FLIGHT, index, "an operator drives dispatcher " + id);
            }
            span.ifPresent(found::add);
        }
        if (found.size() < decision.dispatchers().size()) {
            return;
        }
        DispatcherId id = decision.dispatcher();
        NodeId node = found.get(0).node();
        if (decision instanceof Decision.Merge merge) {
            checkMerge(merge, found, index);
        } else if (decision instanceof Decision.Split split) {
            checkSplit(split, found.get(0), index);
        } else if (decision instanceof Decision.Place) {
            if (node != null) {
                add(PlanRule.NOT_ABSENT, index, "dispatcher " + id + " to place is bound to node " + node);
            }
        } else if (decision instanceof Decision.Move move) {
            checkOrigin(move.dispatcher(), "move from", move.origin(), node, index);
            if (move.restoresConstraint() && !claims.contains(Trait.RESTORES_CONSTRAINTS)) {
                add(
                        PlanRule.UNCLAIMED_CONSTRAINT,
                        index,
                        "the move of dispatcher " + id + " is declared to restore a constraint; claim the trait "
                                + Trait.RESTORES_CONSTRAINTS + ", or declare it no more");
            }
            if (move.origin().equals(move.target())) {
                add(PlanRule.MOVE_TO_ITSELF, index, "dispatcher " + id + " would move from " + node + " to itself");
            }
        } else {
            throw new IllegalStateException("unknown kind of decision: " + decision);
        }
    }

    private void checkOrigin(DispatcherId id, String what, NodeId origin, @Nullable NodeId node, int index) {
        if (node == null) {
            add(PlanRule.NOT_REPLICATING, index, "dispatcher " + id + " to " + what + " " + origin + " is absent");
        } else if (!node.equals(origin)) {
            add(PlanRule.WRONG_ORIGIN, index, "dispatcher " + id + " to " + what + " " + origin + " runs on " + node);
        }
    }

    private void checkSplit(Decision.Split split, SpanView whole, int index) {
        checkOrigin(split.dispatcher(), "split on", split.origin(), whole.node(), index);
        SpanBound reached = whole.span().start();
        boolean ascending = !split.cuts().isEmpty();
        for (SpanBound cut : split.cuts()) {
            ascending &= reached.compareTo(cut) < 0;
            reached = cut;
        }
        if (!ascending || reached.compareTo(whole.span().end()) >= 0) {
            add(PlanRule.BAD_SPLIT, index, "cuts " + split.cuts() + " are not ascending inside of " + whole.span());
        }
        int targets = split.targets().size();
        if (targets != 0 && targets != split.cuts().size() + 1) {
            String parts = split.cuts().size() + 1 + " parts of dispatcher " + split.dispatcher();
            add(PlanRule.BAD_SPLIT, index, targets + " targets for " + parts + "; name one for each, or none");
        }
    }

    private void checkMerge(Decision.Merge merge, List<SpanView> sources, int index) {
        for (int i = 0; i < sources.size(); i++) {
            SpanView source = sources.get(i);
            if (!merge.node().equals(source.node())) {
                String where = source.node() == null ? "is absent" : "runs on " + source.node();
                add(
                        PlanRule.NOT_MERGEABLE,
                        index,
                        "dispatcher " + source.dispatcher() + " to merge on " + merge.node() + " " + where);
            }
            TableSpan span = source.span();
            TableSpan before = i == 0 ? null : sources.get(i - 1).span();
            if (before != null && !before.adjoins(span)) {
                add(PlanRule.NOT_MERGEABLE, index, span + " to merge does not begin where " + before + " ends");
            }
        }
    }

    /** The node towards which a decision starts an operator. */
    private static List<NodeId> destinations(Decision decision) {
        if (decision instanceof Decision.Split split) {
            return split.targets();
        }
        boolean none =
                Objects.isNull(decision) || decision instanceof Decision.Merge || Objects.isNull(decision.target());
        return none ? List.of() : List.of(decision.target());
    }

    private void checkTarget(Decision decision, int index) {
        for (NodeId target : destinations(decision)) {
            NodeView node = nodes.get(target);
            if (node == null) {
                add(PlanRule.UNKNOWN_TARGET, index, "node " + target + " is not in the snapshot");
                continue;
            }
            if (!node.eligible()) {
                add(PlanRule.TARGET_NOT_ELIGIBLE, index, "node " + target + " may not get spans");
            }
            headedFor.merge(target, 1, Integer::sum);
        }
    }

    /** Whether a running span stops for it, so that it counts as a move. */
    private static boolean interrupts(Decision decision) {
        return !(Objects.isNull(decision) || decision instanceof Decision.Place);
    }

    private void checkTotals(List<Decision> decisions) {
        Map<NodeId, Integer> soFar = new HashMap<>();
        Set<PlanRule> reported = EnumSet.noneOf(PlanRule.class);
        for (int i = 0; i < decisions.size(); i++) {
            Decision decision = decisions.get(i);
            if (i >= budget.maxDecisions() && reported.add(PlanRule.OVER_MAX_DECISIONS)) {
                over(PlanRule.OVER_MAX_DECISIONS, i, "a decision too many", budget.maxDecisions());
            }
            if (interrupts(decision) && ++moves > budget.maxMoves() && reported.add(PlanRule.OVER_MAX_MOVES)) {
                over(PlanRule.OVER_MAX_MOVES, i, "a move too many", budget.maxMoves());
            }
            for (NodeId target : destinations(decision)) {
                checkRoom(target, soFar, i);
            }
        }
    }

    private void checkRoom(NodeId target, Map<NodeId, Integer> soFar, int index) {
        NodeView node = nodes.get(target);
        if (node == null) {
            return;
        }
        int planned = soFar.merge(target, 1, Integer::sum);
        int room = Math.max(0, budget.maxInFlightPerNode() - node.inFlight());
        if (planned == room + 1) {
            String what = node.inFlight() + " operators under way and " + headedFor.getOrDefault(target, 0)
                    + " decisions towards node " + target;
            over(PlanRule.OVER_MAX_IN_FLIGHT_PER_NODE, index, what, budget.maxInFlightPerNode());
        }
    }

    private void over(PlanRule rule, int index, String what, int limit) {
        add(rule, index, what + ", at most " + limit + " allowed");
    }

    private void add(PlanRule rule, int index, String message) {
        // Decisions are shown in messages, and a plug-in chooses how long their reasons are.
        violations.add(new Violation(rule, index, Printable.shortened(message, LONGEST_MESSAGE)));
    }
}
