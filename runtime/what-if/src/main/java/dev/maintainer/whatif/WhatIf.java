package dev.maintainer.whatif;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.core.scheduling.planner.DrainMoves;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.whatif.Loads.NodeLoad;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that things happen to, and that does at once what plans say. Settles once. Used by one thread.
 */
public final class WhatIf {
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    /** Ids of dispatchers that are made up begin like this; no hash of a real one has a reason to. */
    private static final long MADE_UP = -1;
    /** As the host reckons. */
    private static final int CHANGES_PER_MILLI = 100;

    private static final class Node {
        final SortedMap<String, String> labels;
        /** Stands for the node in fingerprints. */
        final long mark;

        final EnumSet<NodeObstacle> obstacles = EnumSet.noneOf(NodeObstacle.class);
        int load;

        Node(NodeId id, SortedMap<String, String> labels, Set<NodeObstacle> obstacles) {
            this.labels = labels;
            this.obstacles.addAll(obstacles);
            this.obstacles.addAll(new NodeView(id, Set.of(), 0, 0, 0, labels).obstacles());
            long sum = 0;
            for (int i = 0; i < id.value().length(); i++) {
                sum = mix(sum + id.value().charAt(i) + 1);
            }
            this.mark = sum;
        }

        NodeView view(NodeId id) {
            return new NodeView(id, obstacles, load, 0, 0, labels);
        }

        NodeLoad load(int spans) {
            return new NodeLoad(
                    spans, obstacles.isEmpty(), new NodeView(new NodeId("any"), Set.of(), 0, 0, 0, labels).weight());
        }
    }

    private final ClusterSnapshot picture;
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<DispatcherId, SpanView> spans = new LinkedHashMap<>();
    private final Loads snapshot;
    /** The sum of a number for each placement: equal states have equal sums, and others hardly ever. */
    private long fingerprint;

    private final long deadlineMillis;
    /** Whether a node was emptied, and it was not long ago. */
    private boolean drainedLately;

    private @Nullable NodeId paced;
    private int pace;

    /** A cluster as in a picture, with all operators at their end. Planners have as much time as in production. */
    public WhatIf(ClusterSnapshot picture) {
        this(picture, PlanningConfig.DEFAULTS.deadlineMillis());
    }

    /** The same, where a planner may take so long for a plan. */
    public WhatIf(ClusterSnapshot picture, long deadlineMillis) {
        this.deadlineMillis = deadlineMillis;
        this.picture = picture;
        picture.nodes().forEach(node -> nodes.put(node.id(), new Node(node.id(), node.labels(), node.obstacles())));
        picture.spans().forEach(this::put);
        snapshot = loads();
    }

    private void put(SpanView span) {
        SpanView before = spans.put(span.dispatcher(), span);
        if (before != null) {
            count(before, -1);
        }
        count(span, 1);
    }

    private void count(SpanView span, int sign) {
        NodeId node = span.node();
        long mark = 0;
        if (node != null) {
            Node bound = nodes.get(node);
            if (bound == null) {
                throw new IllegalStateException("no node " + node);
            }
            bound.load += sign;
            mark = bound.mark;
        }
        DispatcherId id = span.dispatcher();
        fingerprint += sign * mix(mix(mix(id.high()) + id.low()) + mark);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static SpanView on(SpanView span, @Nullable NodeId node) {
        return new SpanView(span.dispatcher(), span.span(), span.schema(), span.name(), span.group(), node);
    }

    // ---- events ------------------------------------------------------------------------------------------------

    /**
     * Something happens.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot happen to this cluster
     */
    public void happens(WhatIfEvent event) throws MaintainerException {
        if (event instanceof WhatIfEvent.NodeJoins joins) {
            if (nodes.putIfAbsent(joins.node(), new Node(joins.node(), joins.labels(), Set.of())) != null) {
                throw bad("node-join=" + joins.node() + ": the node is there already; give the new one another id");
            }
        } else if (event instanceof WhatIfEvent.NodeLeaves leaves) {
            known("node-leave", leaves.node());
            List.copyOf(spans.values()).stream()
                    .filter(span -> leaves.node().equals(span.node()))
                    .forEach(span -> put(on(span, null)));
            nodes.remove(leaves.node());
        } else if (event instanceof WhatIfEvent.NodeDrains drains) {
            known("node-drain", drains.node()).obstacles.add(NodeObstacle.DRAINING);
        } else if (event instanceof WhatIfEvent.TablesAdded added) {
            add(added.count());
        } else if (event instanceof WhatIfEvent.TableDropped dropped) {
            drop(dropped.table());
        } else {
            throw new IllegalStateException("unknown event " + event);
        }
    }

    private void add(int count) {
        long table = spans.values().stream()
                .mapToLong(span -> span.span().table().value())
                .max()
                .orElse(0);
        if (table > Long.MAX_VALUE - count) {
            throw bad("table-add=" + count + ": no table ids are left behind " + table
                    + "; drop that table in an event before");
        }
        for (int i = 1; i <= count; i++) {
            TableSpan range = TableSpan.whole(new TableId(table + i));
            DispatcherId id = new DispatcherId(MADE_UP, table + i);
            while (spans.containsKey(id)) {
                id = new DispatcherId(id.high() - 1, id.low());
            }
            put(new SpanView(id, range, new SchemaId(1), GroupId.of(range), null));
        }
    }

    private void drop(TableId table) {
        List<SpanView> gone = spans.values().stream()
                .filter(span -> span.span().table().equals(table))
                .toList();
        if (gone.isEmpty()) {
            throw bad("table-drop=" + table + ": no span is of this table; the snapshot has the ids of its tables");
        }
        for (SpanView span : gone) {
            spans.remove(span.dispatcher());
            count(span, -1);
        }
    }

    private Node known(String event, NodeId id) {
        Node node = nodes.get(id);
        if (node == null) {
            List<String> known = nodes.keySet().stream().map(NodeId::value).toList();
            String near = NearestName.question(id.value(), known);
            throw bad(
                    event + "=" + id + ": unknown node " + id + (near.isEmpty() ? "; there are " + some(known) : near));
        }
        return node;
    }

    private static String some(List<String> names) {
        return names.size() <= 10 ? names.toString() : names.subList(0, 10) + " and " + (names.size() - 10) + " more";
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }

    // ---- rounds ------------------------------------------------------------------------------------------------

    /**
     * Plans until nothing is decided any more. Between two rounds everything that was decided has happened.
     *
     * @param mostRounds gives up after so many
     * @param nanos a clock for the time that planners take; it decides nothing
     */
    public WhatIfResult settle(
            String scheduler, PlannerSource source, int mostRounds, LongSupplier nanos, PlanningDeadline deadline) {
        Loads before = loads();
        SortedMap<GroupId, SortedMap<NodeId, Integer>> groupsBefore = byGroup();
        Settling settling = new Settling(this, scheduler, source, nanos, deadline);
        WhatIfResult.Problem problem = settling.rest(mostRounds);
        int absent = (int)
                spans.values().stream().filter(span -> span.node() == null).count();
        return new WhatIfResult(
                scheduler,
                problem,
                settling.rounds(),
                settling.places(),
                settling.moves(),
                settling.movedByCore(),
                settling.cut(),
                settling.movesPerRound(),
                absent,
                settling.reason(),
                settling.left(),
                snapshot,
                before,
                loads(),
                groups(groupsBefore),
                settling.micros());
    }

    /** All spans, as a change of everything. */
    List<SnapshotDelta.Change> all() {
        List<SnapshotDelta.Change> all = new ArrayList<>(spans.size());
        spans.values().forEach(span -> all.add(change(span)));
        return all;
    }

    /**
     * What a scheduler is asked.
     *
     * @param question counts from 0; the first is complete
     * @param refused what became of its last plan, where it was refused
     */
    PlanRequest request(
            String scheduler, int question, List<SnapshotDelta.Change> changed, List<RefusedDecision> refused) {
        List<NodeView> views = new ArrayList<>(nodes.size());
        nodes.forEach((id, node) -> views.add(node.view(id)));
        SnapshotDelta delta = new SnapshotDelta(
                question + 1L,
                question == 0,
                picture.round() + question + 1,
                picture.seed() + question + 1,
                isRebalanceSuspended(),
                views,
                changed,
                List.of(),
                refused,
                0);
        Budget whole = picture.budget();
        Budget budget =
                new Budget(whole.maxDecisions(), Math.min(whole.maxMoves(), drainPace()), whole.maxInFlightPerNode());
        return new PlanRequest(new ChangefeedId(picture.changefeed()), EPOCH, scheduler, null, delta, budget);
    }

    /** How long a planner may take to answer, as in production. */
    long deadlineMillis(int changes) {
        return deadlineMillis + changes / CHANGES_PER_MILLI;
    }

    // ---- drains ------------------------------------------------------------------------------------------------

    /** The node that is emptied now: the first by id of those that drain and have something. */
    @Nullable
    NodeId draining() {
        for (Map.Entry<NodeId, Node> each : nodes.entrySet()) {
            if (each.getValue().load > 0 && each.getValue().obstacles.contains(NodeObstacle.DRAINING)) {
                return each.getKey();
            }
        }
        return null;
    }

    /** Whether nodes are left as they are: while one is emptied, and until somebody says that it was long ago. */
    boolean isRebalanceSuspended() {
        drainedLately |= draining() != null;
        return drainedLately;
    }

    /** Time passes. Returns whether that ends the calm. */
    boolean passTime() {
        boolean ends = drainedLately && draining() == null;
        drainedLately &= !ends;
        return ends;
    }

    /** How many moves away from the node that is emptied one round may have; without limit if there is none. */
    private int drainPace() {
        NodeId node = draining();
        if (node == null) {
            return Integer.MAX_VALUE;
        }
        if (!node.equals(paced)) {
            paced = node;
            pace = DrainMoves.atOnce(loadOf(node));
        }
        return pace;
    }

    private int loadOf(NodeId id) {
        Node node = nodes.get(id);
        return node == null ? 0 : node.load;
    }

    /** Whether the host would let a move wait for the calm to end. */
    boolean waits(Decision.Move move) {
        Node origin = nodes.get(move.origin());
        return isRebalanceSuspended() && !move.restoresConstraint() && origin != null && origin.obstacles.isEmpty();
    }

    /** What the core moves itself when a scheduler lets the spans of a node lie that is emptied; empty if nothing can go. */
    List<Decision> standIn() {
        NodeId from = draining();
        if (from == null) {
            return List.of();
        }
        List<DrainMoves.Taker> takers = new ArrayList<>();
        nodes.forEach((id, node) -> {
            if (node.obstacles.isEmpty()) {
                takers.add(new DrainMoves.Taker(id, node.load, picture.budget().maxInFlightPerNode()));
            }
        });
        List<DispatcherId> leaving = spans.values().stream()
                .filter(span -> from.equals(span.node()))
                .map(SpanView::dispatcher)
                .limit(Math.min(picture.budget().maxMoves(), drainPace()))
                .toList();
        return DrainMoves.of(from, leaving, takers, new Reason("DRAIN_STAND_IN", "the scheduler moves nothing"));
    }

    /** Carries a checked decision out. */
    SnapshotDelta.Change carryOut(Decision decision) {
        SpanView span = spans.get(decision.dispatcher());
        if (span == null) {
            throw new IllegalStateException("a checked plan decides on " + decision.dispatcher());
        }
        SpanView moved = on(span, decision.target());
        put(moved);
        return change(moved);
    }

    /** Equal for equal placements. */
    long fingerprint() {
        return fingerprint;
    }

    private static SnapshotDelta.Change change(SpanView span) {
        return new SnapshotDelta.Change(span, span.node() != null, false);
    }

    // ---- loads -------------------------------------------------------------------------------------------------

    private Loads loads() {
        SortedMap<NodeId, NodeLoad> loads = new TreeMap<>();
        nodes.forEach((id, node) -> loads.put(id, node.load(node.load)));
        return new Loads(loads);
    }

    private SortedMap<GroupId, SortedMap<NodeId, Integer>> byGroup() {
        Map<GroupId, Map<NodeId, int[]>> counts = new HashMap<>();
        for (SpanView span : spans.values()) {
            Map<NodeId, int[]> group = counts.computeIfAbsent(span.group(), id -> new HashMap<>());
            NodeId node = span.node();
            if (node != null) {
                group.computeIfAbsent(node, id -> new int[1])[0]++;
            }
        }
        SortedMap<GroupId, SortedMap<NodeId, Integer>> sorted = new TreeMap<>();
        counts.forEach((group, byNode) -> {
            SortedMap<NodeId, Integer> loads = new TreeMap<>();
            byNode.forEach((node, count) -> loads.put(node, count[0]));
            sorted.put(group, loads);
        });
        return sorted;
    }

    private List<WhatIfResult.GroupLoads> groups(SortedMap<GroupId, SortedMap<NodeId, Integer>> before) {
        if (before.size() <= 1) {
            return List.of();
        }
        Map<GroupId, Integer> sizes = new HashMap<>();
        spans.values().forEach(span -> sizes.merge(span.group(), 1, Integer::sum));
        SortedMap<GroupId, SortedMap<NodeId, Integer>> after = byGroup();
        List<WhatIfResult.GroupLoads> groups = new ArrayList<>();
        before.forEach((group, loads) -> groups.add(new WhatIfResult.GroupLoads(
                group, sizes.getOrDefault(group, 0), loads(loads), loads(after.getOrDefault(group, new TreeMap<>())))));
        return groups;
    }

    private Loads loads(Map<NodeId, Integer> counts) {
        SortedMap<NodeId, NodeLoad> loads = new TreeMap<>();
        nodes.forEach((id, node) -> loads.put(id, node.load(counts.getOrDefault(id, 0))));
        return new Loads(loads);
    }
}
