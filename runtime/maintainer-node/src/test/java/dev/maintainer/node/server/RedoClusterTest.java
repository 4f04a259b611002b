package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoCheck;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.RedoRestore;
import dev.maintainer.node.run.StateDifference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class RedoClusterTest {
    private static final String FEED = "orders";
    private static final int TABLES = 6;

    @TempDir
    private Path directory;

    private long ts = 100;

    private Path log() {
        return directory.resolve("log.ndjson");
    }

    private Path sink() {
        return directory.resolve("sink");
    }

    private void append(String lines) throws IOException {
        Files.writeString(
                log(),
                lines + "{\"type\":\"resolved\",\"ts\":%d}%n".formatted(ts),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private String ddl(String kind, String table) {
        ts++;
        return "{\"commitTs\":%d,\"ddl\":\"%s\",\"schema\":\"shop\",\"table\":\"%s\"}%n".formatted(ts, kind, table);
    }

    private String rows(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            ts++;
            lines.append(
                    "{\"commitTs\":%d,\"op\":\"I\",\"schema\":\"shop\",\"table\":\"t%d\",\"key\":\"k%d\",\"row\":{\"n\":\"%d\"}}%n"
                            .formatted(ts, ts % TABLES, ts, ts));
        }
        return lines.toString();
    }

    /** A table that lives for a few rows. */
    private String shortLived(String table) {
        StringBuilder lines = new StringBuilder(ddl("CREATE_TABLE", table));
        for (int i = 0; i < 5; i++) {
            ts++;
            lines.append(
                    "{\"commitTs\":%d,\"op\":\"I\",\"schema\":\"shop\",\"table\":\"%s\",\"key\":\"k%d\",\"row\":{\"n\":\"%d\"}}%n"
                            .formatted(ts, table, i, ts));
        }
        return lines.append(ddl("DROP_TABLE", table)).toString();
    }

    private RedoCheck check() {
        return RedoCheck.of(sink(), RedoLog.of(sink())).orElseThrow();
    }

    private boolean reached(ClusterOfServers cluster) {
        assertThat(check().isGood()).as("%s", check()).isTrue();
        return cluster.changefeed(FEED)
                .filter(view -> view.checkpointTs() >= ts)
                .isPresent();
    }

    private void compare(RedoRestore restore, long at) throws IOException {
        FinishedTables tables = restore.restore(at, directory.resolve("restored-" + at));
        try (ChangeLog source = ChangeLogReader.read(log())) {
            LoggedState wanted = source.stateAt(at);
            StateDifference difference = StateDifference.between(
                    new TreeSet<>(wanted.names()), wanted::rows, tables.names(), tables::cursor, false);
            assertThat(difference.first()).as("the state of %d", at).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "three nodes keep a redo log; tables are dropped, one owner leaves, another one dies: the sink is never ahead, and"
                    + " each moment can be restored")
    void keepsLog() throws Exception {
        StringBuilder first = new StringBuilder();
        for (int i = 0; i < TABLES; i++) {
            first.append(ddl("CREATE_TABLE", "t" + i));
        }
        append(first.append(rows(60)).append(shortLived("brief")).toString());
        long early = ts - 3;
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            cluster.start("n1");
            cluster.start("n2");
            cluster.start("n3");
            cluster.createWithRedo(FEED, log(), sink());
            await(
                    "the redo log to be begun",
                    () -> RedoCheck.of(sink(), RedoLog.of(sink())).isPresent());
            await("the checkpoint to reach the end of the log", () -> reached(cluster));

            append(rows(60) + shortLived("brief"));
            long epoch = cluster.changefeed(FEED).orElseThrow().epoch().value();
            cluster.leave(cluster.owner(FEED).orElseThrow());
            await(
                    "another owner",
                    () -> cluster.owner(FEED).isPresent()
                            && cluster.changefeed(FEED).orElseThrow().epoch().value() > epoch);
            append(rows(60));
            await("the checkpoint to reach the end of the log after the owner has left", () -> reached(cluster));
            assertThat(check().epoch()).isGreaterThan(epoch);

            append(rows(30) + ddl("DROP_TABLE", "t5") + ddl("CREATE_TABLE", "t5"));
            cluster.kill(cluster.owner(FEED).orElseThrow());
            append(rows(60));
            await("the checkpoint to reach the end of the log after the second owner has died", () -> reached(cluster));
        }
        RedoRestore restore = RedoRestore.from(RedoLog.of(sink()));
        assertThat(restore.promisedTs()).isGreaterThanOrEqualTo(ts);
        for (long at : new long[] {early, ts - 200, ts - 62, ts}) {
            compare(restore, at);
        }
    }
}
