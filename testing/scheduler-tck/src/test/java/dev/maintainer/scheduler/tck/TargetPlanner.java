package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The small planner that keeps all rules. The planners with faults are this one with one fault each. */
record TargetPlanner(boolean balances, boolean drains, boolean heedsRefusals) implements Scheduler {
    static final Reason REASON = new Reason("TARGET", "the least loaded node");

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        return new Draft(snapshot, budget, snapshot.isCalm(), true).make();
    }

    Plan regardlessOfCalm(SchedulingSnapshot snapshot, Budget budget) {
        return new Draft(snapshot, budget, false, true).make();
    }

    Plan regardlessOfWeights(SchedulingSnapshot snapshot, Budget budget) {
        return new Draft(snapshot, budget, snapshot.isCalm(), false).make();
    }

    private final class Draft {
        private final SchedulingSnapshot snapshot;
        private final Budget budget;
        private final boolean calm;
        private final List<Node> nodes = new ArrayList<>();
        private final List<Decision> decisions = new ArrayList<>();
        private final Set<DispatcherId> refused = new HashSet<>();
        private int moves;

        private Draft(SchedulingSnapshot snapshot, Budget budget, boolean calm, boolean weighs) {
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
                    decisions.add(new Decision.Move(span, node.id, target.id, REASON));
                    moves++;
                    node.load--;
                    target.arrive();
                }
            }
            return Plan.of(decisions, REASON);
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
            while (node.spans == null || !node.spans.hasNext()) {
                if (node.nextGroup == snapshot.groups().size()) {
                    return null;
                }
                GroupId group = snapshot.groups().get(node.nextGroup++);
                node.spans = snapshot.replicating(group, node.id).iterator();
            }
            return node.spans.next().dispatcher();
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
