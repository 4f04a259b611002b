package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.files.DurableFiles;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.RedoRestore;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A redo log alone gives the state of any moment that it has promised. */
class RestoreTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private Path redo() {
        return RedoLog.of(temporary.resolve("sink"));
    }

    private Path other() {
        return temporary.resolve("other");
    }

    private static ChangeLog log(long seed) {
        byte[] lines = String.join("\n", RandomChangeLog.lines(seed, 6_000)).getBytes(StandardCharsets.UTF_8);
        return ChangeLogReader.read("log " + seed, new ByteArrayInputStream(lines));
    }

    private static SortedMap<TableName, List<Row>> read(Set<TableName> names, Function<TableName, RowCursor> rows) {
        SortedMap<TableName, List<Row>> state = new TreeMap<>();
        for (TableName name : names) {
            List<Row> all = new ArrayList<>();
            try (RowCursor cursor = rows.apply(name)) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    all.add(row);
                }
            }
            state.put(name, all);
        }
        return state;
    }

    private static SortedMap<TableName, List<Row>> read(Path sink) {
        FinishedTables tables = FinishedTables.of(SinkDirectory.of(sink));
        return read(tables.names(), tables::cursor);
    }

    private void restoresEveryMoment(ChangeLog log, Path redo, int moments, SplittableRandom random) {
        RedoRestore restore = RedoRestore.from(redo);
        List<Long> chosen = new ArrayList<>(List.of(1L, restore.promisedTs()));
        // Right before something goes is where a log lacks most easily what nobody looks after any more.
        log.ddls().stream()
                .map(ddl -> ddl.commitTs() - 1)
                .filter(ts -> ts <= restore.promisedTs() && random.nextInt(20) == 0)
                .forEach(chosen::add);
        for (int i = 0; i < moments; i++) {
            chosen.add(random.nextLong(log.startTs(), Math.max(log.startTs() + 1, restore.promisedTs())));
        }
        for (long ts : chosen) {
            restore.restore(ts, other());
            assertThat(read(other()))
                    .as("the state of %d", ts)
                    .isEqualTo(read(log.stateAt(ts).names(), log.stateAt(ts)::rows));
        }
    }

    private static RunOptions plain(int handoffs, long seed) {
        return RunFixture.options(SchedulerOptions.of("balance"))
                .handoffs(handoffs)
                .seed(seed)
                .redo(true)
                .lowLatency(true)
                .build();
    }

    private static RunOptions options(int handoffs, int kills, long seed) {
        SortedMap<String, String> settings = new TreeMap<>(Map.of("split-bytes-per-second", "2000"));
        return RunFixture.options(new SchedulerOptions(
                        "balance-splits", settings, null, null, List.of(), Collections.emptySortedMap()))
                .handoffs(handoffs)
                .kills(kills)
                .joins(kills)
                .seed(seed)
                .redo(true)
                .lowLatency(true)
                .build();
    }

    @Test
    @DisplayName("3.9: each moment of a run with handoffs, deaths and splits is what the change log says")
    void everyMoment() throws RunFailedException, InterruptedException {
        ChangeLog log = log(1);
        RunResult result = new RunDriver(log, temporary.resolve("sink"), options(2, 1, 1), snapshot -> {}).run();
        assertThat(result.isGood()).as(String.valueOf(result)).isTrue();
        restoresEveryMoment(log, redo(), 25, new SplittableRandom(1));
        assertThat(RedoRestore.from(redo()).promisedTs()).isGreaterThanOrEqualTo(log.endTs());
    }

    /** Copies the log as a kill would leave it: the promise first, so all else is at least as far. */
    private Path copyAsKilled(SplittableRandom random) {
        try {
            Path copy = temporary.resolve("killed-" + random.nextLong(Long.MAX_VALUE));
            Files.createDirectories(copy);
            for (String first : List.of("redo-meta", ".maintainer-sink", "segments.catalog")) {
                Files.copy(redo().resolve(first), copy.resolve(first));
            }
            // Only now, since it is written meanwhile: a promise may name segments that were not there before.
            List<Path> segments;
            try (Stream<Path> all = Files.walk(redo().resolve("segments"))) {
                segments = all.filter(Files::isRegularFile).toList();
            }
            for (Path file : segments) {
                Path to = copy.resolve(redo().relativize(file));
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
                if (file.toString().endsWith(".log") && random.nextInt(3) == 0) {
                    Files.writeString(to, "{\"commitTs\":12,\"torn", StandardOpenOption.APPEND);
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    @DisplayName(
            "3.9: logs of runs that were killed, as they were at the kill and when a later run has gone on with them")
    void killed(long seed) throws RunFailedException, InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        ChangeLog log = log(seed);
        List<Path> copies = new ArrayList<>();
        for (int kill = 1; kill <= 3; kill++) {
            int until = log.size() * kill / 4;
            RunDriver driver = new RunDriver(log, temporary.resolve("sink"), plain(0, seed), snapshot -> {
                if (snapshot.position() >= until && Files.exists(redo().resolve("redo-meta"))) {
                    copies.add(copyAsKilled(random));
                    throw new IllegalStateException("killed");
                }
            });
            assertThatThrownBy(driver::run).hasMessage("killed");
        }
        for (Path copy : copies) {
            restoresEveryMoment(log, copy, 5, random);
        }
        RunResult result = new RunDriver(log, temporary.resolve("sink"), plain(1, seed), snapshot -> {}).run();
        assertThat(result.isGood()).isTrue();
        restoresEveryMoment(log, redo(), 15, random);
    }

    private void replicateShort() throws RunFailedException, InterruptedException {
        TableName name = new TableName("s", "t");
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, name)
                .row(20, name, RowEvent.Op.I, "a", "{\"v\":1}")
                .row(30, name, RowEvent.Op.I, "b", "{\"v\":2}")
                .build("short");
        new RunDriver(
                        log,
                        temporary.resolve("sink"),
                        RunFixture.options(SchedulerOptions.of("basic"))
                                .nodes(1)
                                .redo(true)
                                .build(),
                        snapshot -> {})
                .run();
    }

    private void refused(Path log, long ts, Path sink, String... message) {
        assertThatThrownBy(() -> RedoRestore.from(log).restore(ts, sink))
                .isInstanceOf(MaintainerException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(message));
    }

    @Test
    @DisplayName("a moment beyond the promise, or below 1, is refused with the last that can be had; nothing is made")
    void beyond() throws RunFailedException, InterruptedException {
        replicateShort();
        long last = RedoRestore.from(redo()).promisedTs();
        refused(redo(), last + 1, other(), "complete up to " + last);
        refused(redo(), 0, other(), "begin at 1");
        assertThat(other()).doesNotExist();
        RedoRestore.from(redo()).restore(20, other());
        assertThat(read(other()).get(new TableName("s", "t"))).containsExactly(new Row("a", "{\"v\":1}", null));
    }

    @Test
    @DisplayName("what is no redo log is refused, and a sink is told from its log")
    void noLog() throws RunFailedException, InterruptedException, IOException {
        replicateShort();
        refused(temporary.resolve("none"), 20, other(), "not a redo log");
        refused(temporary.resolve("sink"), 20, other(), redo().toString());
        refused(redo(), 20, temporary.resolve("sink"), "inside each other");
        refused(redo(), 20, redo().resolve("x"), "inside each other");
        Path foreign = Files.createDirectories(temporary.resolve("foreign"));
        Files.writeString(foreign.resolve("precious"), "x");
        refused(redo(), 20, foreign, "not one of ours");
        SinkDirectory.claim(temporary.resolve("another"), "another log").close();
        refused(redo(), 20, temporary.resolve("another"), "another change log");
    }

    @Test
    @DisplayName(
            "each byte of what was promised counts: a log that was cut, changed or has lost a file is refused, by its name")
    void damaged() throws RunFailedException, InterruptedException, IOException {
        replicateShort();
        RedoRestore.from(redo()).restore(30, other());
        List<Path> files;
        try (Stream<Path> all = Files.walk(redo())) {
            files = all.filter(each -> each.toString().endsWith(".log")
                            || each.endsWith("segments.catalog")
                            || each.endsWith("redo-meta"))
                    .toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(4);
        for (Path file : files) {
            byte[] content = Files.readAllBytes(file);
            for (int at = 0; at < content.length - 1; at += 1 + content.length / 40) {
                byte[] changed = content.clone();
                changed[at] ^= 1;
                Files.write(file, changed);
                refused(redo(), 30, other(), file.getFileName().toString());
                Files.write(file, Arrays.copyOf(content, at));
                refused(redo(), 30, other(), file.getFileName().toString());
            }
            Files.delete(file);
            assertThatThrownBy(() -> RedoRestore.from(redo()).restore(30, other()))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE));
            Files.write(file, content);
        }
        assertThat(read(other()).get(new TableName("s", "t")))
                .as("the sink that was there is as it was")
                .extracting(Row::key)
                .containsExactly("a", "b");
        RedoRestore.from(redo()).restore(20, other());
        assertThat(read(other()).get(new TableName("s", "t"))).containsExactly(new Row("a", "{\"v\":1}", null));
    }

    @Test
    @DisplayName("what a restore that was killed has left is in nobody's way, also inside a finished sink")
    void killedRestore() throws RunFailedException, InterruptedException, IOException {
        replicateShort();
        SinkDirectory.claim(other(), "short").close();
        Files.createDirectories(other().resolve(".tables.tmp/s"));
        Files.writeString(other().resolve(".tables.tmp/s/torn.ndjson"), "{");
        RedoRestore.from(redo()).restore(20, other());
        assertThat(read(other())).containsOnlyKeys(new TableName("s", "t"));

        try (SinkDirectory home = SinkDirectory.claim(other(), "short");
                SinkDirectory next = home.claimSuccessor("short")) {
            Files.createDirectories(next.path().resolve(".tables.tmp/s"));
            Files.createDirectories(next.path().resolve("tables/of another moment"));
        }
        assertThat(read(other()).get(new TableName("s", "t"))).containsExactly(new Row("a", "{\"v\":1}", null));
        RedoRestore.from(redo()).restore(30, other());
        assertThat(read(other()).get(new TableName("s", "t")))
                .extracting(Row::key)
                .containsExactly("a", "b");
        assertThat(other().resolve("next")).doesNotExist();
        assertThat(other().resolve("restored.json")).content().contains("\"at\":30");
    }

    @Test
    @DisplayName("the work of a run that has not come to its end is not replaced")
    void unfinishedRun() throws RunFailedException, InterruptedException, IOException {
        replicateShort();
        SinkDirectory.claim(other(), "short").close();
        Files.createDirectories(other().resolve("segments"));
        refused(redo(), 20, other(), "has not come to its end");
        DurableFiles.deleteTree(other());

        RedoRestore.from(redo()).restore(20, other());
        try (SinkDirectory home = SinkDirectory.claim(other(), "short");
                SinkDirectory next = home.claimSuccessor("short")) {
            Files.createDirectories(next.path().resolve("segments"));
        }
        refused(redo(), 30, other(), other().resolve("next").toString(), "has not come to its end");
        assertThat(read(other()).get(new TableName("s", "t"))).containsExactly(new Row("a", "{\"v\":1}", null));
    }
}
