package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The small planner that keeps all rules. The planners with faults are this one with one fault each. */
record TargetPlanner(boolean balances, boolean drains, boolean heedsRefusals) implements Scheduler {
    static final Reason REASON = new Reason("TARGET", "the least loaded node");

    /** Where two tables of the kit belong, whatever else is where. */
    private static final Map<TableName, NodeId> PINNED =
            Map.of(new TableName("kit", "t1"), new NodeId("kit-a"), new TableName("kit", "t2"), new NodeId("kit-b"));

    /** Which moves are declared to restore a constraint. */
    enum Restoring {
        /** Those that bring a pinned table back. */
        PINNED,
        /** The same, once the host wants no calm any more. */
        PINNED_AFTER_CALM,
        /** None, as nothing is brought back. */
        NOTHING,
        /** All, so that none has to wait. */
        ALL
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        return new Draft(snapshot, budget, snapshot.isRebalanceSuspended(), true, Restoring.PINNED).make();
    }

    Plan regardlessOfCalm(SchedulingSnapshot snapshot, Budget budget) {
        return new Draft(snapshot, budget, false, true, Restoring.PINNED).make();
    }

    Plan regardlessOfWeights(SchedulingSnapshot snapshot, Budget budget) {
        return new Draft(snapshot, budget, snapshot.isRebalanceSuspended(), false, Restoring.PINNED).make();
    }

    Plan restoring(SchedulingSnapshot snapshot, Budget budget, Restoring restoring) {
        boolean calm = snapshot.isRebalanceSuspended() && restoring != Restoring.ALL;
        return new Draft(snapshot, budget, calm, true, restoring).make();
    }

    private final class Draft {
        private final SchedulingSnapshot snapshot;
        private final Budget budget;
        private final boolean calm;
        private final Restoring restoring;
        private final Set<DispatcherId> restored = new HashSet<>();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Decision> decisions = new ArrayList<>();
        private final Set<DispatcherId> refused = new HashSet<>();
        private int moves;

        private Draft(SchedulingSnapshot snapshot, Budget budget, boolean calm, boolean weighs, Restoring restoring) {
            this.restoring = restoring;
            this.calm = calm;
            this.snapshot = snapshot;
            this.budget = budget;
            snapshot.nodes().forEach(view -> nodes.add(new Node(view, weighs)));
            if (heedsRefusals) {
                snapshot.refused().forEach(each -> refused.add(each.dispatcher()));
            }
        }

        private Plan make() {
            for (GroupId group : snapshot.groups()) {
                for (SpanView span : snapshot.absent(group)) {
                    if (refused.contains(span.dispatcher())) {
                        continue;
                    }
                    Node target = leastLoaded(false);
                    if (target == null || decisions.size() == budget.maxDecisions()) {
                        break;
                    }
                    decisions.add(new Decision.Place(span.dispatcher(), target.id, REASON));
                    target.arrive();
                }
            }
            restore();
            setShares();
            for (Node node : nodes) {
                while (node.load > node.share
                        && moves < budget.maxMoves()
                        && decisions.size() < budget.maxDecisions()) {
                    Node target = leastLoaded(true);
                    DispatcherId span = target == null ? null : next(node);
                    if (target == null || span == null) {
                        break;
                    }
                    Decision.Move move = new Decision.Move(span, node.id, target.id, REASON);
                    decisions.add(restoring == Restoring.ALL ? move.restoringConstraint() : move);
                    moves++;
                    node.load--;
                    target.arrive();
                }
            }
            return Plan.of(decisions, REASON);
        }

        private void restore() {
            boolean now = restoring == Restoring.PINNED
                    || restoring == Restoring.ALL
                    || (restoring == Restoring.PINNED_AFTER_CALM && !calm);
            for (Node home : now ? nodes : List.<Node>of()) {
                for (TableView table : snapshot.tables("kit", "t")) {
                    if (home.id.equals(PINNED.get(table.name())) && home.eligible) {
                        snapshot.spans(table.table()).forEach(span -> bring(span, home));
                    }
                }
            }
        }

        private void bring(SpanView span, Node home) {
            NodeId from = span.node();
            if (from == null) {
                return;
            }
            boolean possible = !from.equals(home.id)
                    && !snapshot.isInFlight(span.dispatcher())
                    && !refused.contains(span.dispatcher())
                    && moves < budget.maxMoves()
                    && decisions.size() < budget.maxDecisions()
                    && home.inFlight < budget.maxInFlightPerNode();
            if (possible) {
                decisions.add(new Decision.Move(span.dispatcher(), from, home.id, REASON).restoringConstraint());
                restored.add(span.dispatcher());
                moves++;
                home.arrive();
                nodes.stream().filter(node -> node.id.equals(from)).forEach(node -> node.load--);
            }
        }

        private boolean mayMove(SpanView span) {
            NodeId home = PINNED.get(span.name());
            return !restored.contains(span.dispatcher()) && (home == null || !home.equals(span.node()));
        }

        private @Nullable Node leastLoaded(boolean belowShare) {
            return nodes.stream()
                    .filter(node -> node.eligible && node.inFlight < budget.maxInFlightPerNode())
                    .filter(node -> !belowShare || node.load < node.share)
                    .min(Comparator.comparingDouble(node -> (node.load + 1.0) / node.weight))
                    .orElse(null);
        }

        private void setShares() {
            nodes.forEach(node -> node.share = node.load);
            int total = 0;
            List<Node> keeping = new ArrayList<>();
            for (Node node : nodes) {
                if (node.eligible) {
                    keeping.add(node);
                    total += node.load;
                } else if (drains) {
                    int movable = 0;
                    for (GroupId group : snapshot.groups()) {
                        movable += snapshot.replicatingCount(group, node.id);
                    }
                    movable = Math.min(movable, node.load);
                    node.share -= movable;
                    total += movable;
                }
            }
            long weight = keeping.stream().mapToLong(node -> node.weight).sum();
            int remainder = total;
            for (Node node : keeping) {
                node.part = (int) ((long) total * node.weight / weight);
                remainder -= node.part;
            }
            keeping.sort(Comparator.comparingInt(node -> node.part - node.load));
            for (int i = 0; i < keeping.size(); i++) {
                Node node = keeping.get(i);
                int share = node.part + (i < remainder ? 1 : 0);
                node.share = balances && !calm ? share : Math.max(share, node.load);
            }
        }

        private @Nullable DispatcherId next(Node node) {
            while (true) {
                while (node.spans == null || !node.spans.hasNext()) {
                    if (node.nextGroup == snapshot.groups().size()) {
                        return null;
                    }
                    GroupId group = snapshot.groups().get(node.nextGroup++);
                    node.spans = snapshot.replicating(group, node.id).iterator();
                }
                SpanView span = node.spans.next();
                if (mayMove(span)) {
                    return span.dispatcher();
                }
            }
        }
    }

    private static final class Node {
        private final NodeId id;
        private final boolean eligible;
        private int load;
        private int inFlight;
        private final int weight;
        private int part;
        private int share;
        private int nextGroup;
        private @Nullable Iterator<SpanView> spans;

        private Node(NodeView view, boolean weighs) {
            weight = weighs ? view.weight() : 1;
            id = view.id();
            eligible = view.eligible();
            load = view.load();
            inFlight = view.inFlight();
        }

        private void arrive() {
            load++;
            inFlight++;
        }
    }
}
