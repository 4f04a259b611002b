package dev.maintainer.node.server;

import dev.maintainer.admin.TableDirectory;
import dev.maintainer.admin.cluster.StartPosition;
import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactories;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaReader;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.connector.files.RedoPlace;
import dev.maintainer.connector.files.SharedRedoLog;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.node.run.SourceTables;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.ConnectorChoice;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.KeylessTables;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.ReopenedSource;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SpanWork;
import dev.maintainer.replication.stream.StreamingDispatcherFactory;
import dev.maintainer.replication.stream.WrittenWork;
import dev.maintainer.scheduler.spi.SpanLoad;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources and sinks of the changefeeds that are replicated on this node. They are opened when an owner first mentions a
 * changefeed here, and closed when the changefeed is gone, or has another configuration.
 */
final class ChangefeedConnections implements DispatcherFactories, SchemaReader, SpanStatistics, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangefeedConnections.class);

    /** Most sources and sinks open in a moment; the worker of the node waits no longer for the others. */
    private static final long PATIENCE_MILLIS = 200;
    /** So many sources or sinks may hang before others have to wait. */
    private static final int THREADS = 8;

    private static final TableDirectory NO_TABLES = new TableDirectory() {
        @Override
        public List<Entry> tables() {
            return List.of();
        }

        @Override
        public Optional<String> nameOf(TableId table) {
            return Optional.empty();
        }
    };

    private record Open(
            ChangefeedId changefeed,
            Source source,
            Sink sink,
            @Nullable RedoStore redo) {
        void close() {
            try (source;
                    sink;
                    redo) {
                LOG.info("changefeed {}: its source and its sink are closed on this node", changefeed);
            } catch (RuntimeException e) {
                LOG.warn("changefeed {}: closing its source and its sink has failed: {}", changefeed, e.toString());
            }
        }
    }

    /** How long to wait for a checkpoint that makes reading shorter. */
    private static final long CHECKPOINT_MILLIS = 2_000;

    /** Knows the checkpoints that are durable. */
    interface StoredCheckpoints {
        /**
         * Asks for one.
         *
         * @param found gets it, a TSO, on any thread; 0 if nothing is stored. Not called if it cannot be read
         */
        void ask(ChangefeedId changefeed, LongConsumer found);
    }

    private final Connectors connectors;
    private final StoredCheckpoints checkpoints;
    private final SourceDirectories directories;
    private final WrittenWork written = new WrittenWork();
    private final Map<ChangefeedId, Open> open = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "changefeed-opening");
        thread.setDaemon(true);
        return thread;
    });
    private final Openings<Open> openings;

    /**
     * Without any.
     *
     * @param checkpoints says what of a history is needed
     * @param directories where sources may keep what makes their next opening cheaper
     */
    ChangefeedConnections(Connectors connectors, StoredCheckpoints checkpoints, SourceDirectories directories) {
        this.connectors = connectors;
        this.checkpoints = checkpoints;
        this.directories = directories;
        this.openings = new Openings<>(threads, System::nanoTime, PATIENCE_MILLIS, Open::close);
    }

    /**
     * Opens the source, closes it again, and looks whether the sink could be opened; nothing changes.
     *
     * @return the position that was chosen; a TSO
     * @throws MaintainerException if that is not possible
     */
    long validate(ChangefeedId changefeed, ChangefeedConfiguration configuration, StartPosition start) {
        ConnectorChoice choice = ConnectorChoice.of(configuration.settings());
        connectors.sink(choice.sink());
        connectors.checkSource(choice.source());
        Optional<RedoPlace> redo = RedoPlace.of(configuration.settings(), choice.sink());
        try (Source source = choice.openSource(connectors, SourceContext.toLookAt(changefeed))) {
            OptionalLong end =
                    source instanceof PacedSource ends ? OptionalLong.of(ends.endTs()) : OptionalLong.empty();
            long from = start.choose(source.startTs(), end);
            connectors.checkSink(choice.sink(), choice.sinkSettings(), changefeed, source.identity());
            redo.ifPresent(place -> SharedRedoLog.check(place, source.identity()));
            refuseKeyless(source, connectors.sink(choice.sink()).takesRowsWithoutKey(), redo.isPresent());
            return from;
        }
    }

    /** Of tables that come later the dispatcher says so. */
    private static void refuseKeyless(Source source, boolean sinkTakes, boolean hasRedo) {
        if (sinkTakes && !hasRedo) {
            return;
        }
        for (TableInfo table : source.tables()) {
            if (!source.hasKey(table.table())) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION, KeylessTables.refusal(source, table.table(), sinkTakes));
            }
        }
    }

    /** Where a changefeed writes, its redo log included, for comparison only; empty if that leads nowhere. Blocks. */
    SortedSet<String> places(ChangefeedConfiguration configuration) {
        SortedSet<String> places = new TreeSet<>();
        try {
            ConnectorAddress sink = ConnectorChoice.of(configuration.settings()).sink();
            places.add(connectors.sinkPlace(sink));
            RedoPlace.of(configuration.settings(), sink)
                    .map(place -> new ConnectorAddress(
                            FileSinkProvider.SCHEME, place.path().toString()))
                    .ifPresent(log -> places.add(connectors.sinkPlace(log)));
        } catch (MaintainerException e) {
            LOG.debug("a changefeed writes to no place that can be compared: {}", e.toString());
        }
        return places;
    }

    @Override
    public DispatcherFactory create(NodeContext node, ChangefeedId changefeed, ChangefeedConfiguration configuration) {
        Open former = open.remove(changefeed);
        if (former != null) {
            former.close();
        }
        Open opened = openings.take(changefeed, configuration, () -> open(node.node(), changefeed, configuration));
        open.put(changefeed, opened);
        LOG.info("changefeed {}: source and sink are open on this node", changefeed);
        return new Released(
                changefeed,
                new StreamingDispatcherFactory(opened.source, opened.sink, opened.redo, written.of(node.node()), node));
    }

    private Open open(NodeId node, ChangefeedId changefeed, ChangefeedConfiguration configuration) {
        ConnectorChoice choice = ConnectorChoice.of(configuration.settings());
        long needed = durableCheckpoint(changefeed);
        Path own = directories.take(changefeed);
        Source source = new ReopenedSource(
                historyAfter -> choice.openSource(connectors, new SourceContext(historyAfter, own, changefeed, node)),
                needed,
                threads,
                System::nanoTime);
        @Nullable Sink sink = null;
        boolean whole = false;
        try {
            sink = choice.openSink(connectors, changefeed, source.identity());
            // The sink first: its directory may be that in which the redo log is made.
            Open opened = new Open(changefeed, source, sink, redo(changefeed, configuration, choice, source));
            whole = true;
            return opened;
        } finally {
            if (!whole) {
                try (source;
                        Sink opened = sink) {
                    LOG.info("changefeed {}: not all that it needs can be opened on this node", changefeed);
                }
            }
        }
    }

    private static @Nullable RedoStore redo(
            ChangefeedId changefeed, ChangefeedConfiguration configuration, ConnectorChoice choice, Source source) {
        return RedoPlace.of(configuration.settings(), choice.sink())
                .map(place -> SharedRedoLog.open(place, source.identity(), changefeed))
                .orElse(null);
    }

    /** The checkpoint of a changefeed, a TSO; 0 if it cannot be told now. */
    private long durableCheckpoint(ChangefeedId changefeed) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        checkpoints.ask(changefeed, answer::complete);
        try {
            return answer.completeOnTimeout(0L, CHECKPOINT_MILLIS, TimeUnit.MILLISECONDS)
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is being opened for it is not wanted any more. */
    @Override
    public void forget(ChangefeedId changefeed) {
        openings.forget(changefeed);
    }

    /** Both pipelines of a changefeed read one source. Null if it is not open on this node. */
    private @Nullable Open ofPipeline(ChangefeedId pipeline) {
        return open.get(pipeline.in(ReplicationMode.DEFAULT));
    }

    @Override
    public SchemaSnapshot tablesAt(ChangefeedId changefeed, long ts) {
        Open present = ofPipeline(changefeed);
        if (present == null) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "the source of changefeed " + changefeed + " is not open on this node yet; it is asked again");
        }
        return present.source.tablesAt(ts);
    }

    @Override
    public SpanLoad load(ChangefeedId changefeed, TableSpan span) {
        Open present = ofPipeline(changefeed);
        SpanWork work = present == null ? SpanWork.UNKNOWN : present.source.work(span);
        return new SpanLoad(work.bytesPerSecond(), work.rowsPerSecond());
    }

    @Override
    public List<SpanBound> cuts(ChangefeedId changefeed, TableSpan span, int parts) {
        Open present = ofPipeline(changefeed);
        return present == null ? List.of() : present.source.cuts(span, parts);
    }

    /** What the tables of a changefeed are called; there are none if its source is not open on this node. */
    TableDirectory tables(ChangefeedId changefeed) {
        Open present = ofPipeline(changefeed);
        return present == null ? NO_TABLES : new SourceTables(present.source);
    }

    /** The wall time of a position; empty if the source is not open on this node. */
    OptionalLong wallMillis(ChangefeedId changefeed, long ts) {
        Open present = ofPipeline(changefeed);
        return present == null ? OptionalLong.empty() : OptionalLong.of(present.source.wallMillis(ts));
    }

    /** The sources that are open on this node, by changefeed. */
    Map<ChangefeedId, Source> sources() {
        Map<ChangefeedId, Source> sources = new HashMap<>();
        open.forEach((changefeed, present) -> sources.put(changefeed, present.source));
        return sources;
    }

    @Override
    public void close() {
        openings.close();
        threads.shutdown();
        open.values().forEach(Open::close);
        open.clear();
    }

    /** A factory that closes source and sink when its changefeed is gone. Used by the worker of the node. */
    private final class Released implements DispatcherFactory {
        private final ChangefeedId changefeed;
        private final DispatcherFactory factory;
        /** Pipelines that have been spoken of, and are not gone: that into the redo log goes on its own. */
        private final Set<ReplicationMode> pipelines = EnumSet.noneOf(ReplicationMode.class);

        Released(ChangefeedId changefeed, DispatcherFactory factory) {
            this.changefeed = changefeed;
            this.factory = factory;
        }

        @Override
        public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
            return factory.create(spec, listener);
        }

        @Override
        public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
            return factory.createTrigger(spec, listener);
        }

        @Override
        public void fence(ChangefeedId pipeline, MaintainerEpoch epoch) {
            pipelines.add(pipeline.mode());
            factory.fence(pipeline, epoch);
        }

        @Override
        public void release(ChangefeedId pipeline) {
            factory.release(pipeline);
            pipelines.remove(pipeline.mode());
            if (pipelines.isEmpty()) {
                Open present = open.remove(changefeed);
                if (present != null) {
                    present.close();
                }
                directories.delete(changefeed);
            }
        }
    }
}
