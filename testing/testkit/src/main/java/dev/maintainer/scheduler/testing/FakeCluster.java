package dev.maintainer.scheduler.testing;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import dev.maintainer.scheduler.spi.Violation;
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
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in memory: makes snapshots, and does what plans say. An admitted decision is under way until it is
 * finished. While a move is under way, the span counts as scheduling on its origin, and as load of its target.
 */
public final class FakeCluster {
    /** Within so many rounds a planner must settle. */
    public static final int MOST_ROUNDS = 1_000;

    private final SortedMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<DispatcherId, Span> spans = new LinkedHashMap<>();
    private final SortedMap<GroupId, Integer> sizes = new TreeMap<>();
    private final SortedMap<GroupId, Map<DispatcherId, Span>> absent = new TreeMap<>();
    private final Map<DispatcherId, Optional<NodeId>> underWay = new LinkedHashMap<>();
    private final List<RefusedDecision> refused = new ArrayList<>();
    private final Map<TableId, double[]> traffic = new HashMap<>();
    private final Map<TableId, TableName> names = new HashMap<>();
    private long lastId;
    private boolean calm;
    private long round;
    private long seed;
    private int reads;

    /** An empty cluster. */
    public FakeCluster() {}

    /**
     * {@return the id of the n-th span that was added}
     *
     * @param n from one
     */
    public static DispatcherId dispatcher(long n) {
        return new DispatcherId(1, n);
    }

    /**
     * Adds nodes that may get spans.
     *
     * @param ids their names, which no node has yet
     * @return this cluster
     */
    public FakeCluster nodes(String... ids) {
        for (String id : ids) {
            nodes.put(new NodeId(id), new Node());
        }
        return this;
    }

    /**
     * Makes a node drain: it stays, but may not get spans.
     *
     * @param id the node's name
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster drain(String id) {
        return obstacle(id, NodeObstacle.DRAINING);
    }

    /**
     * From now on a node may not get spans, for this reason.
     *
     * @param id the node's name
     * @param obstacle what is in its way, besides what is already
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster obstacle(String id, NodeObstacle obstacle) {
        node(new NodeId(id)).obstacles.add(obstacle);
        return this;
    }

    /**
     * From now on nothing is in the way of a node.
     *
     * @param id the node's name
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster open(String id) {
        node(new NodeId(id)).obstacles.clear();
        return this;
    }

    /**
     * A node is gone: its spans are absent. Nothing may be under way from it or towards it.
     *
     * @param id the node's name
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if something is under way from it or towards it
     */
    public FakeCluster leave(String id) {
        Node gone = node(new NodeId(id));
        if (gone.inFlight > 0 || gone.scheduling.values().stream().anyMatch(count -> count > 0)) {
            throw new IllegalStateException("something is under way from or towards " + id);
        }
        gone.running
                .values()
                .forEach(group -> group.values().forEach(span -> {
                    span.node = null;
                    absent.computeIfAbsent(span.group, unused -> new LinkedHashMap<>())
                            .put(span.id, span);
                }));
        nodes.remove(new NodeId(id));
        return this;
    }

    /**
     * From now on a table has this name. Others are called {@code s<schema id>.t<table id>}.
     *
     * @param table the table's id
     * @param schemaName the name of its schema
     * @param tableName its name within the schema
     * @return this cluster
     */
    public FakeCluster named(long table, String schemaName, String tableName) {
        names.put(new TableId(table), new TableName(schemaName, tableName));
        return this;
    }

    /**
     * From now on the host wants calm.
     *
     * @return this cluster
     */
    public FakeCluster calm() {
        return calm(true);
    }

    /**
     * From now on the host wants calm, or no calm any more.
     *
     * @param wanted whether it does
     * @return this cluster
     */
    public FakeCluster calm(boolean wanted) {
        calm = wanted;
        return this;
    }

    /**
     * Gives a node a label, such as {@code zone} or {@code weight}.
     *
     * @param id the node's name
     * @param key the label's name
     * @param value the label's value
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster label(String id, String key, String value) {
        node(new NodeId(id)).labels.put(key, value);
        return this;
    }

    /**
     * Adds whole-table spans that wait for placement.
     *
     * @param count how many
     * @return this cluster
     */
    public FakeCluster absent(int count) {
        for (int i = 0; i < count; i++) {
            add(TableSpan.whole(new TableId(lastId + 1)), null);
        }
        return this;
    }

    /**
     * Adds whole-table spans that run on a node.
     *
     * @param node the node's name
     * @param count how many
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster running(String node, int count) {
        for (int i = 0; i < count; i++) {
            add(TableSpan.whole(new TableId(lastId + 1)), new NodeId(node));
        }
        return this;
    }

    /**
     * Adds spans of one split table; on a node, or absent if it is null.
     *
     * @param table the table's id
     * @param count how many, each behind the one before
     * @param node the node's name; null if they are absent
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster split(long table, int count, @Nullable String node) {
        for (int i = 0; i < count; i++) {
            TableSpan span = new TableSpan(
                    new TableId(table),
                    SpanBound.before(String.format("%09d", lastId + 1)),
                    SpanBound.before(String.format("%09d", lastId + 2)));
            add(span, node == null ? null : new NodeId(node));
        }
        return this;
    }

    /**
     * From now on these are the bytes per second of a table's keys "a", "b", ... "z"; of other tables nobody knows.
     *
     * @param table the table's id
     * @param bytesPerKey in bytes per second; keys beyond them have no work
     * @return this cluster
     */
    public FakeCluster traffic(long table, double... bytesPerKey) {
        traffic.put(new TableId(table), bytesPerKey.clone());
        return this;
    }

    /**
     * Every table that is there now has no work.
     *
     * @return this cluster
     */
    public FakeCluster idle() {
        spans.values().forEach(span -> traffic.putIfAbsent(span.span.table(), new double[0]));
        return this;
    }

    private static SpanBound key(int index) {
        return SpanBound.before(String.valueOf((char) ('a' + index)));
    }

    private static boolean has(TableSpan span, int index) {
        return span.start().compareTo(key(index)) <= 0 && key(index).compareTo(span.end()) < 0;
    }

    private SpanLoad load(TableSpan span) {
        double[] bytes = traffic.get(span.table());
        if (bytes == null) {
            return SpanLoad.UNKNOWN;
        }
        double sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += has(span, i) ? bytes[i] : 0;
        }
        return new SpanLoad(sum, sum / 100);
    }

    /** Cuts before the key with which a part would get more than its share. */
    private List<SpanBound> cuts(TableSpan span, int parts) {
        double[] bytes = traffic.getOrDefault(span.table(), new double[0]);
        double share = load(span).bytesPerSecond() / parts;
        List<SpanBound> cuts = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (has(span, i)) {
                boolean full = sum > 0 && sum + bytes[i] > share * 1.0001;
                if (full && cuts.size() < parts - 1 && span.start().compareTo(key(i)) < 0) {
                    cuts.add(key(i));
                    sum = 0;
                }
                sum += bytes[i];
            }
        }
        return cuts;
    }

    /**
     * Shows the ranges of a table's spans, with their nodes.
     *
     * @param table the table's id
     * @return in their order, for example "[-inf, m)@n1"; "null" stands for no node
     */
    public List<String> table(long table) {
        return spans.values().stream()
                .filter(span -> span.span.table().equals(new TableId(table)))
                .sorted(Comparator.comparing(span -> span.span))
                .map(span -> "[" + span.span.start() + ", " + span.span.end() + ")@" + span.node)
                .toList();
    }

    /**
     * Sets the seed of the next snapshots.
     *
     * @param value what planners get
     * @return this cluster
     */
    public FakeCluster seed(long value) {
        seed = value;
        return this;
    }

    /**
     * Makes an operator without a target drive a span, for ever.
     *
     * @param id the span's dispatcher
     * @return this cluster
     */
    public FakeCluster drive(DispatcherId id) {
        underWay.put(id, Optional.empty());
        return this;
    }

    /**
     * Adds operators towards a node that never end and belong to no span.
     *
     * @param node the node's name
     * @param count how many
     * @return this cluster
     * @throws IllegalArgumentException if there is no such node
     */
    public FakeCluster stuckTowards(String node, int count) {
        node(new NodeId(node)).inFlight += count;
        return this;
    }

    /**
     * Admits every decision of a plan.
     *
     * @param plan what to admit
     * @return this cluster, a round later
     */
    public FakeCluster admit(Plan plan) {
        return admit(plan, decision -> true);
    }

    /**
     * Admits those decisions that pass; the others are refused as {@code NODE_DEAD} and shown in the next snapshot.
     *
     * @param plan what to admit
     * @param admission asked once for each decision, in order
     * @return this cluster, a round later
     */
    public FakeCluster admit(Plan plan, Predicate<Decision> admission) {
        return admit(plan, admission, RefusalReason.NODE_DEAD);
    }

    /**
     * Admits those decisions that pass; the next snapshot shows the others, with this reason.
     *
     * @param plan what to admit
     * @param admission asked once for each decision, in order
     * @param reason why the others are refused
     * @return this cluster, a round later
     */
    public FakeCluster admit(Plan plan, Predicate<Decision> admission, RefusalReason reason) {
        refused.clear();
        round++;
        for (Decision decision : plan.decisions()) {
            if (admission.test(decision)) {
                start(decision);
            } else {
                refused.add(new RefusedDecision(decision.dispatcher(), reason));
            }
        }
        return this;
    }

    /**
     * Ends every operator that has a target, with success.
     *
     * @return this cluster
     */
    public FakeCluster finishAll() {
        List.copyOf(underWay.keySet()).forEach(this::finish);
        return this;
    }

    /**
     * Carries out what a planner decides, round after round, until it decides nothing.
     *
     * @param planner is asked once a round
     * @param budget of each round
     * @return all that it has decided, in order
     * @throws AssertionError if a plan breaks a rule of {@link PlanCheck}, or if the planner decides something in each of
     *     {@value #MOST_ROUNDS} rounds
     */
    public List<Decision> settle(Scheduler planner, Budget budget) {
        List<Decision> done = new ArrayList<>();
        for (int asked = 0; asked < MOST_ROUNDS; asked++) {
            Plan plan = planner.plan(snapshot(), budget);
            List<Violation> violations = PlanCheck.check(snapshot(), budget, plan);
            if (!violations.isEmpty()) {
                throw new AssertionError("the plan breaks rules: " + violations);
            }
            if (plan.decisions().isEmpty()) {
                return done;
            }
            done.addAll(plan.decisions());
            admit(plan).finishAll();
        }
        throw new AssertionError("not settled after " + MOST_ROUNDS + " rounds, and " + done.size() + " decisions");
    }

    /**
     * Ends the operator that drives a span, with success, if it has a target.
     *
     * @param id the span's dispatcher; nothing happens if no operator with a target drives it
     * @return this cluster
     */
    public FakeCluster finish(DispatcherId id) {
        Optional<NodeId> target = underWay.getOrDefault(id, Optional.empty());
        target.ifPresent(to -> {
            Span span = span(id);
            NodeId from = span.node;
            if (from != null) {
                node(from).scheduling.merge(span.group, -1, Integer::sum);
            }
            span.node = to;
            node(to).running
                    .computeIfAbsent(span.group, group -> new LinkedHashMap<>())
                    .put(id, span);
            node(to).inFlight--;
            node(to).moves -= from == null || from.equals(to) ? 0 : 1;
            underWay.remove(id);
        });
        return this;
    }

    /**
     * {@return how many spans run on a node, or will when what is under way has ended}
     *
     * @param node the node's name
     * @throws IllegalArgumentException if there is no such node
     */
    public int load(String node) {
        return node(new NodeId(node)).load;
    }

    /**
     * {@return how many bytes per second the spans that run on a node are, those that operators drive left out}
     *
     * @param node the node's name
     */
    public double work(String node) {
        SchedulingSnapshot snapshot = snapshot();
        double sum = 0;
        for (GroupId group : snapshot.groups()) {
            for (SpanView span : snapshot.replicating(group, new NodeId(node))) {
                sum += snapshot.load(span.dispatcher()).bytesPerSecond();
            }
        }
        return sum;
    }

    /** {@return how many spans wait for placement} */
    public int absentCount() {
        return absent.values().stream().mapToInt(Map::size).sum();
    }

    /** {@return how many spans planners have read from the lists of all snapshots so far: their cost} */
    public int reads() {
        return reads;
    }

    /** {@return the present state; a view, so it is valid until the next change} */
    public SchedulingSnapshot snapshot() {
        return new View();
    }

    private void add(TableSpan tableSpan, @Nullable NodeId node) {
        DispatcherId id = dispatcher(++lastId);
        Span span = new Span(id, tableSpan, GroupId.of(tableSpan), node);
        spans.put(id, span);
        sizes.merge(span.group, 1, Integer::sum);
        if (node == null) {
            absent.computeIfAbsent(span.group, group -> new LinkedHashMap<>()).put(id, span);
        } else {
            Node home = node(node);
            home.running
                    .computeIfAbsent(span.group, group -> new LinkedHashMap<>())
                    .put(id, span);
            home.load++;
        }
    }

    /** Splits and merges are done at once. */
    private void start(Decision decision) {
        Span span = span(decision.dispatcher());
        if (decision instanceof Decision.Split split) {
            divide(span, split);
            return;
        }
        if (decision instanceof Decision.Merge merge) {
            List<Span> sources = merge.dispatchers().stream().map(this::span).toList();
            TableSpan last = sources.get(sources.size() - 1).span;
            sources.forEach(this::remove);
            add(new TableSpan(span.span.table(), span.span.start(), last.end()), merge.node());
            return;
        }
        if (decision instanceof Decision.Place) {
            absent.getOrDefault(span.group, Map.of()).remove(span.id);
            span.node = decision.target();
            node(decision.target()).scheduling.merge(span.group, 1, Integer::sum);
        } else if (decision instanceof Decision.Move move) {
            Node origin = node(move.origin());
            origin.running.getOrDefault(span.group, Map.of()).remove(span.id);
            origin.scheduling.merge(span.group, 1, Integer::sum);
            origin.load--;
        } else {
            throw new IllegalStateException("unknown kind of decision: " + decision);
        }
        node(decision.target()).load++;
        node(decision.target()).inFlight++;
        node(decision.target()).moves += decision instanceof Decision.Move ? 1 : 0;
        underWay.put(span.id, Optional.of(decision.target()));
    }

    private void divide(Span whole, Decision.Split split) {
        remove(whole);
        SpanBound start = whole.span.start();
        for (int i = 0; i <= split.cuts().size(); i++) {
            SpanBound end = i < split.cuts().size() ? split.cuts().get(i) : whole.span.end();
            NodeId target = i < split.targets().size() ? split.targets().get(i) : null;
            add(new TableSpan(whole.span.table(), start, end), target);
            start = end;
        }
    }

    private void remove(Span span) {
        spans.remove(span.id);
        sizes.merge(span.group, -1, Integer::sum);
        if (sizes.getOrDefault(span.group, 0) == 0) {
            sizes.remove(span.group);
        }
        absent.getOrDefault(span.group, new LinkedHashMap<>()).remove(span.id);
        NodeId home = span.node;
        if (home != null) {
            node(home).running.getOrDefault(span.group, new LinkedHashMap<>()).remove(span.id);
            node(home).load--;
        }
    }

    private Node node(NodeId id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return node;
    }

    private Span span(DispatcherId id) {
        Span span = spans.get(id);
        if (span == null) {
            throw new IllegalArgumentException("no span " + id);
        }
        return span;
    }

    private static final class Node {
        private final EnumSet<NodeObstacle> obstacles = EnumSet.noneOf(NodeObstacle.class);
        private final SortedMap<String, String> labels = new TreeMap<>();
        private int load;
        private int inFlight;
        private int moves;
        private final SortedMap<GroupId, Map<DispatcherId, Span>> running = new TreeMap<>();
        private final SortedMap<GroupId, Integer> scheduling = new TreeMap<>();
    }

    private static SchemaId schema(TableId table) {
        return new SchemaId(1 + table.value() % 7);
    }

    private TableName name(TableId table) {
        TableName name = names.get(table);
        return name != null ? name : new TableName("s" + schema(table), "t" + table);
    }

    private final class Span {
        private final DispatcherId id;
        private final TableSpan span;
        private final GroupId group;
        private @Nullable NodeId node;

        private Span(DispatcherId id, TableSpan span, GroupId group, @Nullable NodeId node) {
            this.id = id;
            this.span = span;
            this.group = group;
            this.node = node;
        }

        private SpanView view() {
            return new SpanView(id, span, schema(span.table()), name(span.table()), group, node);
        }
    }

    private final class View implements SchedulingSnapshot {
        @Override
        public boolean isRebalanceSuspended() {
            return calm;
        }

        @Override
        public long round() {
            return round;
        }

        @Override
        public long seed() {
            return seed;
        }

        @Override
        public List<NodeView> nodes() {
            List<NodeView> views = new ArrayList<>();
            nodes.forEach((id, node) -> views.add(
                    new NodeView(id, node.obstacles, node.load, node.inFlight - node.moves, node.moves, node.labels)));
            return views;
        }

        @Override
        public List<GroupId> groups() {
            return List.copyOf(sizes.keySet());
        }

        @Override
        public int size(GroupId group) {
            return sizes.getOrDefault(group, 0);
        }

        @Override
        public int absentCount(GroupId group) {
            return absent.getOrDefault(group, Map.of()).size();
        }

        @Override
        public Iterable<SpanView> absent(GroupId group) {
            return idle(absent.getOrDefault(group, Map.of()));
        }

        @Override
        public int schedulingCount(GroupId group, NodeId node) {
            return node(node).scheduling.getOrDefault(group, 0);
        }

        @Override
        public int replicatingCount(GroupId group, NodeId node) {
            return node(node).running.getOrDefault(group, Map.of()).size();
        }

        @Override
        public Iterable<SpanView> replicating(GroupId group, NodeId node) {
            return idle(node(node).running.getOrDefault(group, Map.of()));
        }

        @Override
        public Optional<SpanView> span(DispatcherId dispatcher) {
            return Optional.ofNullable(spans.get(dispatcher)).map(Span::view);
        }

        @Override
        public boolean isInFlight(DispatcherId dispatcher) {
            return underWay.containsKey(dispatcher);
        }

        @Override
        public int inFlightCount() {
            return underWay.size();
        }

        @Override
        public SpanLoad load(DispatcherId dispatcher) {
            Span span = spans.get(dispatcher);
            return span == null ? SpanLoad.UNKNOWN : FakeCluster.this.load(span.span);
        }

        @Override
        public List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
            Span span = spans.get(dispatcher);
            return span == null ? List.of() : FakeCluster.this.cuts(span.span, parts);
        }

        @Override
        public Iterable<String> schemaNames() {
            TreeSet<String> all = new TreeSet<>();
            spans.values().forEach(span -> all.add(name(span.span.table()).schema()));
            return all;
        }

        @Override
        public Iterable<TableView> tables(String schemaName, String prefix) {
            Map<TableId, TableView> found = new HashMap<>();
            for (Span span : spans.values()) {
                TableId table = span.span.table();
                TableName name = name(table);
                if (name.schema().equals(schemaName) && name.table().startsWith(prefix)) {
                    found.put(table, new TableView(table, schema(table), name));
                }
            }
            return found.values().stream()
                    .sorted(Comparator.comparing(TableView::name).thenComparing(TableView::table))
                    .toList();
        }

        @Override
        public Iterable<SpanView> spans(TableId table) {
            return spans.values().stream()
                    .filter(span -> span.span.table().equals(table))
                    .sorted(Comparator.comparing(span -> span.span))
                    .map(span -> {
                        reads++;
                        return span.view();
                    })
                    .toList();
        }

        @Override
        public List<RefusedDecision> refused() {
            return List.copyOf(refused);
        }

        private Iterable<SpanView> idle(Map<DispatcherId, Span> from) {
            return () -> from.values().stream()
                    .filter(span -> !underWay.containsKey(span.id))
                    .map(span -> {
                        reads++;
                        return span.view();
                    })
                    .iterator();
        }
    }
}
