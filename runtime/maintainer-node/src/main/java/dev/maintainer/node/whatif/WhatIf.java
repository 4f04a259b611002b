package dev.maintainer.node.whatif;

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
import dev.maintainer.core.planning.PlanRequest;
import dev.maintainer.core.planning.PlannerSource;
import dev.maintainer.core.planning.SnapshotDelta;
import dev.maintainer.node.whatif.Loads.NodeLoad;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final class Node {
        final SortedMap<String, String> labels;
        /** Stands for the node in fingerprints. */
        final long mark;

        boolean eligible;
        int load;

        Node(NodeId id, SortedMap<String, String> labels, boolean eligible) {
            this.labels = labels;
            this.eligible = eligible;
            long sum = 0;
            for (int i = 0; i < id.value().length(); i++) {
                sum = mix(sum + id.value().charAt(i) + 1);
            }
            this.mark = sum;
        }
    }

    private final ClusterPicture picture;
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<DispatcherId, SpanView> spans = new LinkedHashMap<>();
    private final Loads snapshot;
    /** The sum of a number for each placement: equal states have equal sums, and others hardly ever. */
    private long fingerprint;

    /** A cluster as in a picture, with all operators at their end. */
    public WhatIf(ClusterPicture picture) {
        this.picture = picture;
        picture.nodes().forEach(node -> nodes.put(node.id(), new Node(node.id(), node.labels(), node.eligible())));
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
        return new SpanView(span.dispatcher(), span.span(), span.schema(), span.group(), node);
    }

    // ---- events ------------------------------------------------------------------------------------------------

    /**
     * Something happens.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot happen to this cluster
     */
    public void happens(WhatIfEvent event) throws MaintainerException {
        if (event instanceof WhatIfEvent.NodeJoins joins) {
            if (nodes.putIfAbsent(joins.node(), new Node(joins.node(), joins.labels(), true)) != null) {
                throw bad("node-join=" + joins.node() + ": the node is there already; give the new one another id");
            }
        } else if (event instanceof WhatIfEvent.NodeLeaves leaves) {
            known("node-leave", leaves.node());
            List.copyOf(spans.values()).stream()
                    .filter(span -> leaves.node().equals(span.node()))
                    .forEach(span -> put(on(span, null)));
            nodes.remove(leaves.node());
        } else if (event instanceof WhatIfEvent.NodeDrains drains) {
            known("node-drain", drains.node()).eligible = false;
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
            String near = NearestWord.question(id.value(), known);
            throw bad(event + "=" + id + ": there is no node " + id
                    + (near.isEmpty() ? "; there are " + some(known) : near));
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
    public WhatIfResult settle(String scheduler, PlannerSource source, int mostRounds, LongSupplier nanos) {
        Loads before = loads();
        SortedMap<GroupId, SortedMap<NodeId, Integer>> groupsBefore = byGroup();
        Settling settling = new Settling(this, scheduler, source, nanos);
        WhatIfResult.Problem problem = settling.rest(mostRounds);
        int absent = (int)
                spans.values().stream().filter(span -> span.node() == null).count();
        return new WhatIfResult(
                scheduler,
                problem,
                settling.rounds(),
                settling.places(),
                settling.moves(),
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

    /** What a scheduler is asked in a round; the first is 0, and complete. */
    PlanRequest request(String scheduler, int round, List<SnapshotDelta.Change> changed) {
        List<NodeView> views = new ArrayList<>(nodes.size());
        nodes.forEach((id, node) -> views.add(new NodeView(id, node.eligible, node.load, 0, node.labels)));
        SnapshotDelta delta = new SnapshotDelta(
                round + 1L,
                round == 0,
                picture.round() + round + 1,
                picture.seed() + round + 1,
                false,
                views,
                changed,
                List.of(),
                List.of(),
                0);
        return new PlanRequest(new ChangefeedId(picture.changefeed()), EPOCH, scheduler, null, delta, picture.budget());
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
        nodes.forEach((id, node) -> loads.put(id, new NodeLoad(node.load, node.eligible)));
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
        nodes.forEach((id, node) -> loads.put(id, new NodeLoad(counts.getOrDefault(id, 0), node.eligible)));
        return new Loads(loads);
    }
}
