package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.connector.files.Snapshots;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs with all kinds of DDLs, and a sync point every few rows. */
class DdlRunTest {
    private static final int SYNC_POINT_INTERVAL = 40;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private Path sink() {
        return temporary.resolve("sink");
    }

    private static ChangeLog log(long seed, int events) {
        byte[] lines = String.join("\n", RandomChangeLog.lines(seed, events)).getBytes(StandardCharsets.UTF_8);
        return ChangeLogReader.read("log " + seed, new ByteArrayInputStream(lines), SYNC_POINT_INTERVAL);
    }

    private static RunOptions options(long seed, boolean redo, int handoffs, int kills) {
        SortedMap<String, String> settings = new TreeMap<>(Map.of("split-bytes-per-second", "2000"));
        return RunFixture.options(new SchedulerOptions(
                        "balance-splits", settings, null, null, List.of(), Collections.emptySortedMap()))
                .nodes(4)
                .handoffs(handoffs)
                .kills(kills)
                .joins(kills)
                .seed(seed)
                .redo(redo)
                .syncPointInterval(SYNC_POINT_INTERVAL)
                .build();
    }

    private static void sameAs(LoggedState wanted, FinishedTables found, long ts) {
        assertThat(StateDifference.between(wanted.names(), wanted::rows, found.names(), found::cursor, false)
                        .first())
                .as("the state of %s", ts)
                .isEmpty();
    }

    private void everySnapshotIsRight(ChangeLog log) {
        Snapshots snapshots = Snapshots.of(SinkDirectory.of(sink()));
        assertThat(snapshots.times()).hasSizeGreaterThan(30);
        snapshots.times().forEach(ts -> sameAs(log.stateAt(ts), snapshots.tables(ts), ts));
        sameAs(log.endState(), FinishedTables.of(SinkDirectory.of(sink())), log.endTs());
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    @DisplayName(
            "tables that are renamed, swapped, truncated, altered and dropped amid handoffs, splits and a death have the"
                    + " names, rows and definitions of the log in every snapshot and in the end")
    void handoffsAndADeath(long seed, boolean redo) throws RunFailedException, InterruptedException {
        ChangeLog log = log(seed, 2_500);

        RunResult result = new RunDriver(log, sink(), options(seed, redo, 4, 1), snapshot -> {}).run();

        assertThat(result.difference().first()).isEmpty();
        assertThat(result.isGood()).isTrue();
        everySnapshotIsRight(log);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a run that was stopped on its way, and again, goes on with the names that the tables had there")
    void stoppedOnItsWay(boolean redo) throws RunFailedException, InterruptedException {
        ChangeLog log = log(4, 2_000);
        for (int part = 1; part <= 3; part++) {
            int until = log.size() * part / 4;
            RunDriver stopped = new RunDriver(log, sink(), options(4, redo, 0, 0), snapshot -> {
                if (snapshot.position() >= until) {
                    throw new IllegalStateException("stopped");
                }
            });
            assertThatThrownBy(stopped::run).hasMessage("stopped");
        }

        RunResult result = new RunDriver(log, sink(), options(4, redo, 1, 0), snapshot -> {}).run();

        assertThat(result.isGood()).isTrue();
        everySnapshotIsRight(log);
    }
}
