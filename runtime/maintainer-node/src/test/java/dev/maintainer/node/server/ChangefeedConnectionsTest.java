package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.node.server.ChangefeedConnections.StoredCheckpoints;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChangefeedConnectionsTest {
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final StoredCheckpoints SILENT = (changefeed, found) -> {};
    private static final int ROWS = 100;
    private static final int LENGTH = 100_000;
    private static final long END = 101 + ROWS;

    @TempDir
    private Path directory;

    private final ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    private Path log = Path.of("");
    /** As a changefeed is told to keep one; empty for none. */
    private String redo = "";

    /** More than lies between two places from which a log can be read on. */
    @BeforeEach
    void writeLog() throws IOException {
        String value = "x".repeat(LENGTH);
        StringBuilder lines =
                new StringBuilder("{\"commitTs\":101,\"ddl\":\"CREATE_TABLE\",\"schema\":\"shop\",\"table\":\"t\"}\n");
        for (int i = 1; i <= ROWS; i++) {
            lines.append(
                    "{\"commitTs\":%1$d,\"op\":\"I\",\"schema\":\"shop\",\"table\":\"t\",\"key\":\"k%2$d\",\"row\":{\"n\":\"%3$s\"}}%n{\"type\":\"resolved\",\"ts\":%1$d}%n"
                            .formatted(101 + i, i, value));
        }
        log = directory.resolve("log.ndjson");
        Files.writeString(log, lines, StandardCharsets.UTF_8);
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static StoredCheckpoints at(long ts) {
        return (changefeed, found) -> found.accept(ts);
    }

    private ChangefeedConnections connections(StoredCheckpoints checkpoints) {
        return new ChangefeedConnections(
                Connectors.load(ChangefeedConnections.class.getClassLoader()),
                checkpoints,
                new SourceDirectories(directory.resolve("sources")));
    }

    private static TableSpan table(Source source) {
        return TableSpan.whole(source.tables().get(0).table());
    }

    private static Source source(ChangefeedConnections connections) {
        return Objects.requireNonNull(connections.sources().get(ORDERS));
    }

    private Source opened(ChangefeedConnections connections) throws InterruptedException {
        DispatcherFactory unused = factory(connections);
        return source(connections);
    }

    private ChangefeedConfiguration configuration(String sink) {
        TreeMap<String, String> settings =
                new TreeMap<>(Map.of("source", "changelog:" + log + "?mode=tail", "sink", sink));
        if (!redo.isEmpty()) {
            settings.put("redo", redo);
        }
        return new ChangefeedConfiguration(settings);
    }

    /** Asks as often as a worker does, until source and sink are open. */
    private DispatcherFactory factory(ChangefeedConnections connections) throws InterruptedException {
        ChangefeedConfiguration configuration = configuration("files:" + directory.resolve("sink"));
        NodeContext node = new NodeContext(new NodeId("n1"), WriteLease.UNLIMITED, threads);
        AtomicReference<@Nullable DispatcherFactory> factory = new AtomicReference<>();
        ClusterOfServers.await("source and sink to be open", () -> {
            try {
                factory.set(connections.create(node, ORDERS, configuration));
                return true;
            } catch (MaintainerException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
                return false;
            }
        });
        Source source = source(connections);
        ClusterOfServers.await("the log to be read", () -> source.resolvedTs() >= END);
        return Objects.requireNonNull(factory.get());
    }

    @Test
    @DisplayName(
            "A node that is started again begins behind the durable checkpoint, and says so to whoever asks for more")
    void behindTheCheckpoint() throws InterruptedException {
        try (ChangefeedConnections first = connections(at(101))) {
            opened(first).retainAfter(END);
        }
        try (ChangefeedConnections again = connections(at(END))) {
            Source source = opened(again);
            assertThat(source.tablesAt(END).tables()).hasSize(1);
            assertThatThrownBy(() -> source.rows(table(source), 101, () -> {}))
                    .isInstanceOfSatisfying(
                            MaintainerException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST));
        }
    }

    @Test
    @DisplayName("Both pipelines of a changefeed have its source, until neither of them is left")
    void redoPipeline() throws InterruptedException {
        redo = "true";
        try (ChangefeedConnections connections = connections(at(101))) {
            DispatcherFactory factory = factory(connections);
            ChangefeedId logging = ORDERS.in(ReplicationMode.REDO);
            factory.fence(ORDERS, EPOCH);
            factory.fence(logging, EPOCH);
            assertThat(connections.tablesAt(logging, END).tables()).hasSize(1);

            factory.release(ORDERS);
            assertThat(connections.tablesAt(logging, END).tables()).hasSize(1);
            factory.release(logging);
            assertThat(connections.sources()).isEmpty();
        }
        assertThat(directory.resolve("sink/redo/redo-meta")).isNotEmptyDirectory();
    }

    private void refused(String sink, String said, String why) {
        redo = said;
        try (ChangefeedConnections connections = connections(SILENT)) {
            assertThatThrownBy(() -> connections.validate(ORDERS, configuration(sink), (earliest, end) -> earliest))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    @DisplayName("A redo log that has no place, or that of another changefeed, is refused before anything is created")
    void redoPlaces() throws InterruptedException {
        String files = "files:" + directory.resolve("sink");
        refused("postgresql://u@127.0.0.1:1/db", "true", "name one that all nodes share");
        refused(files, "files:here", "relative path");
        refused(files, "postgresql://u@127.0.0.1:1/db", "no sink of files");
        redo = "true";
        try (ChangefeedConnections connections = connections(at(101))) {
            connections.validate(ORDERS, configuration(files), (earliest, end) -> earliest);
            factory(connections).fence(ORDERS.in(ReplicationMode.REDO), EPOCH);
        }
        refused(files, "true", "what another changefeed has written");
        refused(files, files + "/redo", "what another changefeed has written");
        refused(files, files + "/other", "inside each other");
        refused(files, files, "inside each other");
        refused(files + "/a", files, "inside each other");
    }

    @Test
    @DisplayName("While the store does not say what is durable, the whole history is read: it may be needed")
    void storeIsSilent() throws InterruptedException {
        try (ChangefeedConnections first = connections(at(101))) {
            opened(first).retainAfter(END);
        }
        try (ChangefeedConnections again = connections(SILENT)) {
            Source source = opened(again);
            assertThat(source.rows(table(source), 101, () -> {}).poll(ROWS, END))
                    .isNotEmpty();
        }
    }

    @Test
    @DisplayName("A changefeed that is gone for good leaves nothing behind on the node")
    void released() throws InterruptedException {
        Path own = directory.resolve("sources").resolve(ORDERS.name());
        try (ChangefeedConnections connections = connections(at(101))) {
            DispatcherFactory factory = factory(connections);
            assertThat(own).exists();
            factory.release(ORDERS);
            assertThat(connections.sources()).isEmpty();
            assertThat(own).doesNotExist();
        }
    }
}
