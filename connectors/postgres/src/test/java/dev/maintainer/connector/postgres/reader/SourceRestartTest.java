package dev.maintainer.connector.postgres.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.connector.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader of a real server that ends and begins again. */
class SourceRestartTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final RecordingLog log = new RecordingLog();

    @Test
    @DisplayName(
            "a reader does not keep its server from stopping, and goes on when it is there again, after a crash as well;"
                    + " a slot that the server has invalidated meanwhile ends it")
    void restarts() {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>(
                        Map.of("max_slot_wal_keep_size", "16MB", "min_wal_size", "32MB", "max_wal_size", "48MB")));
                ReadDatabase database = new ReadDatabase(server, directory)) {
            SlotReader reader = database.read(1, null, database.startTs, log);
            database.execute("insert into t values (1, 'a')");
            log.await("the first change", () -> log.changes().size() == 1, reader::status);

            // Nothing is confirmed, so the server would wait for this reader to the end of its patience.
            server.stop();
            server.resume();
            database.execute("insert into t values (2, 'b')");
            log.await("a change after the restart", () -> log.changes().size() == 2, reader::status);

            server.crash();
            server.resume();
            database.execute("insert into t values (3, 'c')");
            log.await("a change after the crash", () -> log.changes().size() == 3, reader::status);

            server.promote();
            database.execute("insert into t values (4, 'd')");
            log.await("a change after the promotion", () -> log.changes().size() == 4, reader::status);
            assertThat(log.changes())
                    .containsExactly("+t[id=1, v=a]", "+t[id=2, v=b]", "+t[id=3, v=c]", "+t[id=4, v=d]");
            assertThat(Objects.requireNonNull(reader.known()).timeline()).isEqualTo(2);

            for (int i = 0; i < 5; i++) {
                database.execute(
                        "select pg_switch_wal()", "insert into t values (" + (10 + i) + ", 'd')", "checkpoint");
            }
            log.await(
                    "the failure of the reader",
                    () -> reader.status().state() == ReaderState.FAILED,
                    () -> reader.status() + server.serverLog());
            assertThat(Objects.requireNonNull(reader.status().failure()).code())
                    .isEqualTo(ErrorCode.SOURCE_HISTORY_LOST);
        }
    }
}
