package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in memory: shows snapshots and does what plans say. Unlike the host it takes the valid decisions out of a
 * plan that also has others, so that a planner which breaks one rule is not blamed for breaking all.
 */
final class Cluster {
    private static final int LETTERS = 26;

    final SortedMap<NodeId, Node> nodes = new TreeMap<>();
    final Map<DispatcherId, Span> spans = new LinkedHashMap<>();
    final SortedMap<GroupId, Integer> sizes = new TreeMap<>();
    final SortedMap<GroupId, Map<DispatcherId, Span>> absent = new TreeMap<>();
    final Map<DispatcherId, Optional<NodeId>> underWay = new LinkedHashMap<>();
    final List<RefusedDecision> refused = new ArrayList<>();
    private final Map<TableId, Double> work = new HashMap<>();
    private final Map<TableId, TableName> names = new HashMap<>();
    final long seed;
    private long lastId;
    boolean calm;
    long round;

    Cluster(long seed) {
        this.seed = seed;
    }

    /** The id of the n-th span that was added, from one. */
    static DispatcherId dispatcher(long n) {
        return new DispatcherId(1, n);
    }

    Cluster node(String id) {
        nodes.put(new NodeId(id), new Node());
        return this;
    }

    /** A node that stays, but may not get spans. */
    Cluster drain(String id) {
        home(new NodeId(id)).obstacles.add(NodeObstacle.DRAINING);
        return this;
    }

    /** From now on the host wants calm. */
    Cluster calm() {
        calm = true;
        return this;
    }

    /** From now on the host has nothing against evening out. */
    Cluster noCalm() {
        calm = false;
        return this;
    }

    /** From now on a table has this name. Others are called {@code s<schema id>.t<table id>}. */
    Cluster named(long table, TableName name) {
        names.put(new TableId(table), name);
        return this;
    }

    /** The id of the table that was added last. */
    long lastTable() {
        return lastId;
    }

    TableName name(TableId table) {
        TableName name = names.get(table);
        return name != null ? name : new TableName("s" + Span.schema(table), "t" + table);
    }

    /** A node that is gone: what it ran is absent. */
    Cluster leave(String id) {
        Node gone = nodes.remove(new NodeId(id));
        if (gone == null) {
            throw new IllegalStateException("no node " + id);
        }
        gone.running
                .values()
                .forEach(group -> group.values().forEach(span -> {
                    span.node = null;
                    absentOf(span.group).put(span.id, span);
                }));
        return this;
    }

    /** Whole tables; on a node, or absent if it is null. */
    Cluster tables(int count, @Nullable String node) {
        for (int i = 0; i < count; i++) {
            add(TableSpan.whole(new TableId(lastId + 1)), node);
        }
        return this;
    }

    /** Spans of one split table; on a node, or absent if it is null. */
    Cluster split(long table, int count, @Nullable String node) {
        for (int i = 0; i < count; i++) {
            SpanBound start = SpanBound.before(key(lastId + 1));
            add(new TableSpan(new TableId(table), start, SpanBound.before(key(lastId + 2))), node);
        }
        return this;
    }

    /** A table in parts of about one size, on these nodes in turn; its keys are "a" to "z". */
    Cluster parts(long table, int count, List<String> on) {
        SpanBound start = SpanBound.LOWEST;
        for (int i = 1; i <= count; i++) {
            SpanBound end = i == count ? SpanBound.HIGHEST : letter(i * LETTERS / count);
            add(new TableSpan(new TableId(table), start, end), on.get(i % on.size()));
            start = end;
        }
        return this;
    }

    /** From now on a table is so much work, evenly over its keys "a" to "z"; that of other tables is unknown. */
    Cluster work(long table, double bytesPerSecond) {
        work.put(new TableId(table), bytesPerSecond);
        return this;
    }

    SpanLoad load(TableSpan span) {
        Double whole = work.get(span.table());
        if (whole == null) {
            return SpanLoad.UNKNOWN;
        }
        double bytes = whole * letters(span).size() / LETTERS;
        return new SpanLoad(bytes, bytes / 100);
    }

    /** Between keys, as evenly as there are keys. */
    List<SpanBound> cuts(TableSpan span, int parts) {
        List<Integer> letters = work.containsKey(span.table()) ? letters(span) : List.of();
        int most = Math.min(parts, letters.size());
        List<SpanBound> cuts = new ArrayList<>();
        for (int i = 1; i < most; i++) {
            cuts.add(letter(letters.get(i * letters.size() / most)));
        }
        return cuts;
    }

    private static SpanBound letter(int index) {
        return SpanBound.before(String.valueOf((char) ('a' + index)));
    }

    private static List<Integer> letters(TableSpan span) {
        List<Integer> inside = new ArrayList<>();
        for (int i = 0; i < LETTERS; i++) {
            if (span.start().compareTo(letter(i)) <= 0 && letter(i).compareTo(span.end()) < 0) {
                inside.add(i);
            }
        }
        return inside;
    }

    /** The spans of a table, in the order of their ranges. */
    List<Span> table(long table) {
        return spans.values().stream()
                .filter(span -> span.span.table().equals(new TableId(table)))
                .sorted(Comparator.comparing(span -> span.span))
                .toList();
    }

    private static String key(long n) {
        return Long.toString(1_000_000_000L + n);
    }

    /** Makes an operator without a target drive a span, for ever. */
    Cluster drive(DispatcherId id) {
        underWay.put(id, Optional.empty());
        return this;
    }

    SchedulingSnapshot snapshot() {
        return new ClusterSnapshot(this);
    }

    /** Starts those decisions of a plan that can start; the next snapshot shows the others as refused. */
    List<Decision> admit(Plan plan) {
        return admit(plan, decision -> true);
    }

    /** As {@link #admit(Plan)}, but refuses what does not pass. */
    List<Decision> admit(Plan plan, Predicate<Decision> admission) {
        refused.clear();
        round++;
        List<Decision> admitted = new ArrayList<>();
        for (Decision decision : plan.decisions()) {
            if (!canStart(decision)) {
                continue;
            }
            if (admission.test(decision)) {
                start(decision);
                admitted.add(decision);
            } else {
                refused.add(new RefusedDecision(decision.dispatcher(), RefusalReason.NODE_DEAD));
            }
        }
        return admitted;
    }

    private boolean canStart(Decision decision) {
        Span span = spans.get(decision.dispatcher());
        Node target = nodes.get(decision.target());
        if (span == null || target == null || !target.isEligible() || underWay.containsKey(span.id)) {
            return false;
        }
        NodeId node = span.node;
        if (decision instanceof Decision.Split || decision instanceof Decision.Merge) {
            // Carried out at once, so it only has to be right.
            return PlanCheck.check(snapshot(), SeededClusters.AMPLE, Plan.of(List.of(decision), decision.reason()))
                    .isEmpty();
        }
        if (decision instanceof Decision.Place) {
            return node == null;
        } else if (decision instanceof Decision.Move move) {
            return move.origin().equals(node) && !move.origin().equals(move.target());
        }
        throw new IllegalStateException("unknown kind of decision: " + decision);
    }

    private void start(Decision decision) {
        Span span = spans.get(decision.dispatcher());
        if (span == null) {
            throw new IllegalStateException("no span " + decision);
        }
        if (decision instanceof Decision.Split split) {
            divide(span, split);
            return;
        }
        if (decision instanceof Decision.Merge merge) {
            unite(merge);
            return;
        }
        Node target = home(decision.target());
        NodeId from = span.node;
        if (from == null) {
            absentOf(span.group).remove(span.id);
            span.node = decision.target();
            target.scheduling.merge(span.group, 1, Integer::sum);
        } else {
            Node origin = home(from);
            origin.runningOf(span.group).remove(span.id);
            origin.scheduling.merge(span.group, 1, Integer::sum);
            origin.load--;
            target.moves++;
        }
        target.load++;
        target.inFlight++;
        underWay.put(span.id, Optional.of(decision.target()));
    }

    private void divide(Span whole, Decision.Split split) {
        remove(whole);
        SpanBound start = whole.span.start();
        for (int i = 0; i <= split.cuts().size(); i++) {
            SpanBound end = i < split.cuts().size() ? split.cuts().get(i) : whole.span.end();
            String target = i < split.targets().size() ? split.targets().get(i).value() : null;
            add(new TableSpan(whole.span.table(), start, end), target);
            start = end;
        }
    }

    private void unite(Decision.Merge merge) {
        List<TableSpan> ranges = new ArrayList<>();
        for (DispatcherId id : merge.dispatchers()) {
            Span source = spans.get(id);
            if (source != null) {
                ranges.add(source.span);
                remove(source);
            }
        }
        TableSpan first = ranges.get(0);
        TableSpan last = ranges.get(ranges.size() - 1);
        add(
                new TableSpan(first.table(), first.start(), last.end()),
                merge.node().value());
    }

    private void remove(Span span) {
        spans.remove(span.id);
        sizes.merge(span.group, -1, Integer::sum);
        sizes.remove(span.group, 0);
        NodeId node = span.node;
        if (node != null) {
            home(node).runningOf(span.group).remove(span.id);
            home(node).load--;
        }
    }

    /** Ends every operator that has a target, with success. */
    Cluster finishAll() {
        for (DispatcherId id : List.copyOf(underWay.keySet())) {
            Optional<NodeId> target = underWay.getOrDefault(id, Optional.empty());
            Span span = spans.get(id);
            if (target.isPresent() && span != null) {
                finish(span, target.get());
            }
        }
        return this;
    }

    private void finish(Span span, NodeId to) {
        NodeId from = span.node;
        if (from != null) {
            home(from).scheduling.merge(span.group, -1, Integer::sum);
            home(to).moves -= from.equals(to) ? 0 : 1;
        }
        span.node = to;
        home(to).runningOf(span.group).put(span.id, span);
        home(to).inFlight--;
        underWay.remove(span.id);
    }

    /** Absent spans that no operator drives. */
    int idleAbsent() {
        return (int) absent.values().stream()
                .flatMap(group -> group.keySet().stream())
                .filter(id -> !underWay.containsKey(id))
                .count();
    }

    /** Highest less lowest load of the nodes that may get spans; zero if there is none. */
    int skew() {
        var loads = nodes.values().stream()
                .filter(Node::isEligible)
                .mapToInt(node -> node.load)
                .summaryStatistics();
        return loads.getCount() == 0 ? 0 : loads.getMax() - loads.getMin();
    }

    int load(String node) {
        return home(new NodeId(node)).load;
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("round ").append(round).append(", seed ").append(seed);
        nodes.forEach((id, node) -> text.append(", ")
                .append(id)
                .append(node.isEligible() ? "" : " (not eligible)")
                .append(": ")
                .append(node.load));
        return text.append(", absent: ")
                .append(absent.values().stream().mapToInt(Map::size).sum())
                .append(", under way: ")
                .append(underWay.size())
                .toString();
    }

    private void add(TableSpan tableSpan, @Nullable String node) {
        NodeId on = node == null ? null : new NodeId(node);
        Span span = new Span(dispatcher(++lastId), tableSpan, on);
        spans.put(span.id, span);
        sizes.merge(span.group, 1, Integer::sum);
        if (on == null) {
            absentOf(span.group).put(span.id, span);
        } else {
            home(on).runningOf(span.group).put(span.id, span);
            home(on).load++;
        }
    }

    private Map<DispatcherId, Span> absentOf(GroupId group) {
        return absent.computeIfAbsent(group, unused -> new LinkedHashMap<>());
    }

    private Node home(NodeId id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalStateException("no node " + id);
        }
        return node;
    }

    /** A node, with what runs on it and no operator has taken away. */
    static final class Node {
        final EnumSet<NodeObstacle> obstacles = EnumSet.noneOf(NodeObstacle.class);
        final SortedMap<String, String> labels = new TreeMap<>();
        int load;
        int inFlight;
        int moves;
        final SortedMap<GroupId, Map<DispatcherId, Span>> running = new TreeMap<>();
        final SortedMap<GroupId, Integer> scheduling = new TreeMap<>();

        private Map<DispatcherId, Span> runningOf(GroupId group) {
            return running.computeIfAbsent(group, unused -> new LinkedHashMap<>());
        }

        NodeView view(NodeId id) {
            return new NodeView(id, obstacles, load, inFlight - moves, moves, labels);
        }

        boolean isEligible() {
            return view(new NodeId("any")).eligible();
        }
    }

    /** A span and where it is bound. */
    static final class Span {
        final DispatcherId id;
        final TableSpan span;
        final SchemaId schema;
        final GroupId group;

        @Nullable
        NodeId node;

        static SchemaId schema(TableId table) {
            return new SchemaId(1 + table.value() % 7);
        }

        private Span(DispatcherId id, TableSpan span, @Nullable NodeId node) {
            this.id = id;
            this.span = span;
            this.schema = schema(span.table());
            this.group = GroupId.of(span);
            this.node = node;
        }
    }
}
