package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of any size that holds no spans: it makes them up when they are read, and counts. Spans from one run on the
 * first nodes in turn, the rest are absent; all are whole tables.
 */
final class VastSnapshot implements SchedulingSnapshot {
    private static final int SCHEMAS = 7;

    private final List<NodeView> nodes = new ArrayList<>();
    private final int busy;
    private final int running;
    private final int absent;
    private final long limit;
    private long reads;

    /**
     * A snapshot.
     *
     * @param nodes how many nodes there are
     * @param busy how many of them run spans
     * @param running how many spans run
     * @param absent how many wait for placement
     * @param limit the read of a span beyond it fails
     */
    VastSnapshot(int nodes, int busy, int running, int absent, long limit) {
        this.busy = busy;
        this.running = running;
        this.absent = absent;
        this.limit = limit;
        for (int i = 0; i < nodes; i++) {
            this.nodes.add(new NodeView(new NodeId("n" + (10_000 + i)), true, load(i), 0));
        }
    }

    private int load(int node) {
        return node >= busy ? 0 : running / busy + (node < running % busy ? 1 : 0);
    }

    long reads() {
        return reads;
    }

    @Override
    public long round() {
        return 1;
    }

    @Override
    public long seed() {
        return 1;
    }

    @Override
    public List<NodeView> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public List<GroupId> groups() {
        return List.of(GroupId.DEFAULT);
    }

    @Override
    public int size(GroupId group) {
        return group.isDefault() ? running + absent : 0;
    }

    @Override
    public int absentCount(GroupId group) {
        return group.isDefault() ? absent : 0;
    }

    @Override
    public Iterable<SpanView> absent(GroupId group) {
        return read(running, 1, absentCount(group), null);
    }

    @Override
    public int schedulingCount(GroupId group, NodeId node) {
        return 0;
    }

    @Override
    public int replicatingCount(GroupId group, NodeId node) {
        int index = indexOf(node);
        return group.isDefault() && index >= 0 ? load(index) : 0;
    }

    @Override
    public Iterable<SpanView> replicating(GroupId group, NodeId node) {
        return read(indexOf(node), busy, replicatingCount(group, node), node);
    }

    @Override
    public Optional<SpanView> span(DispatcherId dispatcher) {
        long n = dispatcher.low() - 1;
        if (dispatcher.high() != 1 || n < 0 || n >= (long) running + absent) {
            return Optional.empty();
        }
        return Optional.of(read(n, n < running ? nodes.get((int) (n % busy)).id() : null));
    }

    @Override
    public boolean isInFlight(DispatcherId dispatcher) {
        return false;
    }

    @Override
    public int inFlightCount() {
        return 0;
    }

    @Override
    public List<RefusedDecision> refused() {
        return List.of();
    }

    private int indexOf(NodeId node) {
        return node.value().matches("n\\d{5}") ? Integer.parseInt(node.value().substring(1)) - 10_000 : -1;
    }

    private Iterable<SpanView> read(long first, int step, int count, @Nullable NodeId node) {
        return () -> LongStream.range(0, count)
                .mapToObj(i -> read(first + i * step, node))
                .iterator();
    }

    private SpanView read(long n, @Nullable NodeId node) {
        if (++reads > limit) {
            throw new AssertionError("one plan read more than " + limit + " of " + (running + absent) + " spans");
        }
        TableSpan span = TableSpan.whole(new TableId(n + 1));
        return new SpanView(Cluster.dispatcher(n + 1), span, schema(n), name(n), GroupId.DEFAULT, node);
    }

    private static SchemaId schema(long n) {
        return new SchemaId(1 + n % SCHEMAS);
    }

    /** So that the order of the names is that of the tables. */
    private static TableName name(long n) {
        return new TableName("s" + schema(n), "t" + (10_000_000 + n));
    }

    @Override
    public Iterable<String> schemaNames() {
        return () -> LongStream.range(0, Math.min(SCHEMAS, (long) running + absent))
                .mapToObj(n -> name(n).schema())
                .iterator();
    }

    @Override
    public Iterable<TableView> tables(String schemaName, String prefix) {
        return () -> LongStream.range(0, Math.min(SCHEMAS, (long) running + absent))
                .filter(n -> name(n).schema().equals(schemaName))
                .flatMap(first -> LongStream.iterate(first, n -> n < (long) running + absent, n -> n + SCHEMAS))
                .filter(n -> name(n).table().startsWith(prefix))
                .mapToObj(n -> new TableView(new TableId(n + 1), schema(n), name(n)))
                .iterator();
    }

    @Override
    public Iterable<SpanView> spans(TableId table) {
        return span(Cluster.dispatcher(table.value())).stream().toList();
    }
}
