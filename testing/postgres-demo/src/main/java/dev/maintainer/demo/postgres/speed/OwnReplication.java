package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.PostgresSinkProvider;
import dev.maintainer.connector.postgres.PostgresSourceProvider;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.stream.StreamingDispatcherFactory;
import dev.maintainer.replication.stream.WrittenWork;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A source, a sink and dispatchers between them, as one node has them for a changefeed. Nobody plans: what is measured is the way
 * of the rows.
 */
final class OwnReplication implements AutoCloseable {
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final DispatcherId TRIGGER = new DispatcherId(0, 1);
    private static final AtomicInteger DISPATCHERS = new AtomicInteger();
    /** As a node has by default. */
    private static final int THREADS = 2;

    private final ChangefeedId changefeed;
    private final ScheduledExecutorService threads;
    private final Source source;
    private final Sink sink;
    private final StreamingDispatcherFactory factory;
    private final Listener listener = new Listener();
    private final Map<DispatcherId, Dispatcher> dispatchers = new ConcurrentHashMap<>();

    /** What dispatchers have told. */
    private static final class Listener implements DispatcherListener {
        private final Map<DispatcherId, Boolean> working = new ConcurrentHashMap<>();
        private volatile @Nullable String failure;

        @Override
        public void working(DispatcherId dispatcher) {
            working.put(dispatcher, true);
        }

        @Override
        public void stopped(DispatcherId dispatcher) {
            working.put(dispatcher, false);
        }

        @Override
        public void failed(DispatcherId dispatcher, ErrorCode code, String message) {
            failure = code.code() + " " + message;
        }

        @Override
        public void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged) {}

        @Override
        public void persisted(DispatcherId dispatcher, RedoMeta meta) {}
    }

    /**
     * Opens both ends.
     *
     * @param from the database that is replicated
     * @param to an empty database, or one that another node of this changefeed writes
     * @param directory where the source keeps what it has read
     */
    OwnReplication(SpeedServers servers, String from, String to, String changefeed, String node, Path directory) {
        this(servers, from, to, changefeed, node, directory, true);
    }

    /**
     * Opens both ends.
     *
     * @param together whether small batches may be written together
     */
    OwnReplication(
            SpeedServers servers,
            String from,
            String to,
            String changefeed,
            String node,
            Path directory,
            boolean together) {
        this.changefeed = new ChangefeedId(changefeed);
        NodeId id = new NodeId(node);
        this.threads = Executors.newScheduledThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "dispatchers-" + node);
            thread.setDaemon(true);
            return thread;
        });
        source = new PostgresSourceProvider()
                .open(
                        SpeedServers.address(servers.source(), from),
                        // The publication is that of the subscription, too, which has no room for notes of DDLs.
                        new TreeMap<>(Map.of("ddl", "none")),
                        new SourceContext(0, directory.resolve(changefeed).resolve(node), this.changefeed, id));
        Sink opened = new PostgresSinkProvider()
                .open(SpeedServers.address(servers.sink(), to), new TreeMap<>(), this.changefeed, source.identity());
        sink = together ? opened : new ApartSink(opened);
        factory = new StreamingDispatcherFactory(
                source, sink, null, new WrittenWork().of(id), new NodeContext(id, WriteLease.UNLIMITED, threads));
        factory.fence(this.changefeed, EPOCH);
    }

    Source source() {
        return source;
    }

    Sink sink() {
        return sink;
    }

    /** {@return with what the names of its slots begin} */
    String slots() {
        return "maintainer_" + changefeed.name() + "_";
    }

    /** {@return when the tables were created, as the source has it} */
    long createdTs() {
        return source.startTs() + 1;
    }

    /** Makes the tables in the sink. */
    void createTables() {
        List<DdlEvent> ddls = source.ddls(source.startTs()).poll(createdTs());
        var unused = sink.open(TableSpan.DDL, TRIGGER, EPOCH, () -> EPOCH).writeDdls(ddls);
    }

    TableInfo table(String name) {
        return source.tables().stream()
                .filter(table -> table.name().table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Replicates a span from a position on. */
    DispatcherId begin(TableInfo table, TableSpan span, long startTs) {
        DispatcherId id = new DispatcherId(1, DISPATCHERS.incrementAndGet());
        Dispatcher dispatcher =
                factory.create(new DispatcherSpec(changefeed, EPOCH, id, span, table.schema(), startTs), listener);
        dispatchers.put(id, dispatcher);
        dispatcher.start();
        return id;
    }

    /** Replicates all tables, each as a whole, from the beginning on. */
    void beginAll() {
        source.tables().forEach(table -> begin(table, TableSpan.whole(table.table()), createdTs()));
    }

    /**
     * Replicates a table in two spans from the beginning on.
     *
     * @param key the value of the first column of the key with which the second one begins
     */
    void beginHalves(TableInfo table, long key) {
        String definition = source.ddls(source.startTs()).poll(createdTs()).stream()
                .filter(ddl -> table.equals(ddl.after()))
                .map(DdlEvent::definition)
                .findFirst()
                .orElseThrow();
        RowFormat format = new RowFormat(TableImage.parse(String.valueOf(definition)));
        RowValues.Builder values = new RowValues.Builder(format.sent().size());
        SpanBound middle =
                format.order(values.set(format.keyPlace(0), Long.toString(key)).build());
        begin(table, new TableSpan(table.table(), SpanBound.LOWEST, middle), createdTs());
        begin(table, new TableSpan(table.table(), middle, SpanBound.HIGHEST), createdTs());
    }

    void awaitWorking(DispatcherId id) throws SQLException, RunFailedException, InterruptedException {
        Patience.await("dispatcher " + id + " to work", () -> isSound() && listener.working.containsKey(id));
    }

    /** {@return the last checkpoint of a dispatcher that ends} */
    long end(DispatcherId id) throws SQLException, RunFailedException, InterruptedException {
        Dispatcher dispatcher = dispatchers.remove(id);
        if (dispatcher == null) {
            throw new IllegalStateException("there is no dispatcher " + id);
        }
        dispatcher.close();
        Patience.await("dispatcher " + id + " to end", () -> isSound() && !listener.working.getOrDefault(id, true));
        return dispatcher.checkpointTs();
    }

    /** {@return the lowest checkpoint} */
    long checkpointTs() {
        return dispatchers.values().stream()
                .mapToLong(Dispatcher::checkpointTs)
                .min()
                .orElse(source.startTs());
    }

    /** Waits until everything up to a position is in the sink. */
    void follow(long ts) throws SQLException, RunFailedException, InterruptedException {
        Patience.await("the checkpoint to come to " + ts, () -> isSound() && checkpointTs() >= ts);
        source.retainAfter(ts);
    }

    /** True, unless something has failed. */
    boolean isSound() throws RunFailedException {
        String failure = listener.failure;
        if (failure != null) {
            throw new RunFailedException("a dispatcher has failed: " + failure);
        }
        source.check();
        return true;
    }

    /** Ends it, and leaves nothing at the source. */
    @Override
    public void close() {
        List<Dispatcher> all = new ArrayList<>(dispatchers.values());
        all.forEach(Dispatcher::abandon);
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        source.release(changefeed);
        source.close();
        sink.close();
    }
}
