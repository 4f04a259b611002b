package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.admin.MaintainerAdmin;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkCheck;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class NodeServerTest {
    private static final String FEED = "orders";
    private static final int TABLES = 6;

    @TempDir
    private Path directory;

    private long ts = 100;

    private void append(Path log, int rows) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            ts++;
            lines.append(
                    "{\"commitTs\":%d,\"op\":\"I\",\"schema\":\"shop\",\"table\":\"t%d\",\"key\":\"k%d\",\"row\":{\"n\":\"%d\"}}%n"
                            .formatted(ts, ts % TABLES, ts, ts));
        }
        lines.append("{\"type\":\"resolved\",\"ts\":%d}%n".formatted(ts));
        Files.writeString(log, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path log() throws IOException {
        Path log = directory.resolve("log.ndjson");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < TABLES; i++) {
            ts++;
            lines.append("{\"commitTs\":%d,\"ddl\":\"CREATE_TABLE\",\"schema\":\"shop\",\"table\":\"t%d\"}%n"
                    .formatted(ts, i));
        }
        Files.writeString(log, lines, StandardCharsets.UTF_8);
        append(log, 60);
        return log;
    }

    @Test
    @DisplayName("three nodes replicate a growing log; the owner leaves, another one dies, and the sink is right")
    void replicates() throws Exception {
        Path log = log();
        Path sink = directory.resolve("sink");
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            cluster.start("n1");
            cluster.start("n2");
            cluster.start("n3");
            cluster.create(FEED, log, sink);
            await("the checkpoint to reach the end of the log", () -> reached(cluster));

            append(log, 60);
            NodeServer owner = cluster.owner(FEED).orElseThrow();
            long epoch = cluster.changefeed(FEED).orElseThrow().epoch().value();
            cluster.leave(owner);
            await(
                    "another owner",
                    () -> cluster.owner(FEED).isPresent()
                            && cluster.changefeed(FEED).orElseThrow().epoch().value() > epoch);
            append(log, 60);
            await("the checkpoint to reach the end of the log after the owner has left", () -> reached(cluster));

            NodeServer second = cluster.owner(FEED).orElseThrow();
            append(log, 60);
            cluster.kill(second);
            append(log, 60);
            await("the checkpoint to reach the end of the log after the second owner has died", () -> reached(cluster));
        }
        FinishedTables tables = SinkCheck.materialise(sink);
        assertThat(tables.rows()).isEqualTo(300);
        assertThat(tables.names()).hasSize(TABLES);
    }

    @Test
    @DisplayName(
            "a log with a line that is none stops its changefeed, and hardly costs anything; when it is mended, it goes on")
    void mendedLog() throws Exception {
        Path log = log();
        Path sink = directory.resolve("sink");
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            cluster.start("n1");
            cluster.start("n2");
            cluster.create(FEED, log, sink);
            await("the checkpoint to reach the end of the log", () -> reached(cluster));
            long whole = Files.size(log);

            Files.writeString(log, "this is no event\n", StandardOpenOption.APPEND);
            MaintainerAdmin admin = cluster.owner(FEED).orElseThrow().adminOf(new ChangefeedId(FEED));
            await(
                    "a table to have failed six times, after waits of almost two seconds",
                    () -> admin.explain(new ChangefeedId(FEED), "shop.t0")
                            .get(0)
                            .text()
                            .matches("(?s).*has failed ([6-9]|\\d\\d+) times in a row.*"));
            assertThat(claims(sink)).isLessThan(100);

            try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                file.truncate(whole);
            }
            append(log, 60);
            await("the checkpoint to reach the end of the mended log", () -> reached(cluster));
        }
        assertThat(SinkCheck.materialise(sink).rows()).isEqualTo(120);
    }

    private static long claims(Path sink) throws IOException {
        try (Stream<Path> files = Files.walk(sink)) {
            return files.filter(each -> each.toString().endsWith(".claim")).count();
        }
    }

    private boolean reached(ClusterOfServers cluster) {
        return cluster.changefeed(FEED)
                .filter(view -> view.checkpointTs() >= ts)
                .isPresent();
    }
}
