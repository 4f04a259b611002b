package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDriverTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private static ChangeLog log() {
        ChangeLogBuilder builder = new ChangeLogBuilder();
        long ts = 1L << 30;
        for (int round = 0; round < 4; round++) {
            for (int table = 0; table < 10; table++) {
                builder.createTable(ts++, new TableName("s" + table % 2, "t" + table));
            }
            for (int row = 0; row < 300; row++) {
                builder.row(
                        ts++,
                        new TableName("s" + row % 2, "t" + row % 10),
                        RowEvent.Op.U,
                        "k" + row % 7,
                        "{\"v\":" + row + "}");
            }
            if (round < 3) {
                builder.dropSchema(ts++, "s0");
                for (int table = 1; table < 10; table += 2) {
                    builder.dropTable(ts++, new TableName("s1", "t" + table));
                }
            }
        }
        return builder.build("digest");
    }

    @Test
    @DisplayName(
            "handoffs, a death and a join while data flows leave the sink equal to the log, and so does a second run")
    void endToEnd() throws RunFailedException, InterruptedException {
        RunOptions options = RunFixture.options(SchedulerOptions.of("basic"))
                .handoffs(2)
                .kills(1)
                .joins(1)
                .seed(7)
                .build();
        for (int run = 0; run < 2; run++) {
            RunResult result = new RunDriver(log(), temporary.resolve("sink"), options, snapshot -> {}).run();
            assertThat(result.difference().first()).isEmpty();
            assertThat(result.isGood()).isTrue();
            assertThat(result.tables()).isEqualTo(10);
            assertThat(result.checkpointTs()).isGreaterThanOrEqualTo(log().endTs());
            assertThat(result.killed()).hasSize(1);
            assertThat(result.joined()).hasSize(1);
            assertThat(result.handoffs()).hasSize(2).allSatisfy(handoff -> {
                assertThat(handoff.newEpoch()).isGreaterThan(handoff.oldEpoch());
                assertThat(handoff.commandsAfterQuiesce()).containsOnlyKeys(HandoffReport.TRIGGER_CLOSE);
            });
        }
    }

    /** One table that changes all the time, and some that hardly do. */
    private static ChangeLog unevenLog() {
        ChangeLogBuilder builder = new ChangeLogBuilder();
        long ts = 10;
        for (int table = 0; table < 5; table++) {
            builder.createTable(ts++, new TableName("s", "t" + table));
        }
        for (int row = 0; row < 20_000; row++) {
            int table = row % 50 == 0 ? 1 + row % 4 : 0;
            String key = String.format(Locale.ROOT, "k%03d", row * 7 % 500);
            builder.row(ts++, new TableName("s", "t" + table), RowEvent.Op.U, key, "{\"v\":" + row + "}");
        }
        return builder.build("uneven");
    }

    @Test
    @DisplayName(
            "a table with most of the changes is split over several nodes, amid handoffs and a death, and merged again")
    void splitsAndMerges() throws RunFailedException, InterruptedException {
        SortedMap<String, String> settings = new TreeMap<>(Map.of("split-bytes-per-second", "2000"));
        SchedulerOptions planning =
                new SchedulerOptions("balance-splits", settings, null, null, List.of(), Collections.emptySortedMap());
        RunOptions options = RunFixture.options(planning)
                .nodes(4)
                .handoffs(4)
                .kills(1)
                .seed(7)
                .build();

        RunResult result = new RunDriver(unevenLog(), temporary.resolve("sink"), options, snapshot -> {}).run();

        assertThat(result.difference().first()).isEmpty();
        assertThat(result.isGood()).isTrue();
        assertThat(result.division().splits()).isPositive();
        assertThat(result.division().tables().get("s.t0")).satisfies(table -> {
            assertThat(table.mostNodes()).isGreaterThanOrEqualTo(2);
            assertThat(table.partsAtTheEnd()).isEqualTo(1);
        });
        assertThat(result.division().work()).hasSize(3);
    }

    @Test
    @DisplayName(
            "84: with a redo log, sink and log equal the change log amid handoffs and a death, and the log was first")
    void redo() throws RunFailedException, InterruptedException {
        for (boolean lowLatency : new boolean[] {false, true}) {
            RunOptions options = RunFixture.options(SchedulerOptions.of("balance"))
                    .handoffs(2)
                    .kills(1)
                    .joins(1)
                    .seed(7)
                    .redo(true)
                    .lowLatency(lowLatency)
                    .build();

            RunResult result = new RunDriver(log(), temporary.resolve("sink"), options, snapshot -> {}).run();

            assertThat(result.difference().first()).isEmpty();
            assertThat(result.isGood()).isTrue();
            assertThat(result.handoffs())
                    .hasSize(2)
                    .allSatisfy(handoff ->
                            assertThat(handoff.commandsAfterQuiesce()).containsOnlyKeys(HandoffReport.TRIGGER_CLOSE));
            assertThat(result.redo()).isNotNull().satisfies(redo -> {
                assertThat(redo.difference().first()).isEmpty();
                assertThat(redo.rowsAhead()).isZero();
                assertThat(redo.resolvedTs()).isGreaterThanOrEqualTo(log().endTs());
            });
        }
    }

    @Test
    @DisplayName("a run whose sink cannot be used gives the redo log back, too")
    void damagedSink() throws IOException {
        Path sink = temporary.resolve("sink");
        try (SinkDirectory begun = SinkDirectory.claim(sink, log().digest())) {
            Files.createDirectories(begun.metadata());
            Files.writeString(begun.metadata().resolve("begun"), "");
            Files.createDirectories(sink.resolve("segments/1"));
            Files.writeString(sink.resolve("segments/1/not-ours.log"), "");
        }
        RedoLog.claim(sink, log().digest(), new ChangefeedId("changelog")).close();
        RunOptions options = RunFixture.options(SchedulerOptions.of("balance"))
                .seed(7)
                .redo(true)
                .build();
        assertThatThrownBy(() -> new RunDriver(log(), sink, options, snapshot -> {}))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("not-ours.log");

        RedoLog.claim(sink, log().digest(), new ChangefeedId("changelog")).close();
    }

    @Test
    @DisplayName("a sink that was begun without a redo log does not go on with one, and is left alone")
    void redoIsDecidedOnce() throws IOException {
        Path sink = temporary.resolve("sink");
        try (SinkDirectory begun = SinkDirectory.claim(sink, log().digest())) {
            Files.createDirectories(begun.metadata());
        }
        RunOptions options = RunFixture.options(SchedulerOptions.of("balance"))
                .seed(7)
                .redo(true)
                .build();
        assertThatThrownBy(() -> new RunDriver(log(), sink, options, snapshot -> {}))
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("without --redo");
        assertThat(sink.resolve("redo")).doesNotExist();
    }

    @Test
    @DisplayName("drained nodes get empty and are stopped, amid a handoff")
    void drains() throws RunFailedException, InterruptedException {
        RunOptions options = RunFixture.options(SchedulerOptions.of("balance"))
                .nodes(4)
                .handoffs(1)
                .drains(2)
                .seed(7)
                .build();

        RunResult result = new RunDriver(log(), temporary.resolve("sink"), options, snapshot -> {}).run();

        assertThat(result.difference().first()).isEmpty();
        assertThat(result.isGood()).isTrue();
        assertThat(result.drains()).hasSize(2);
    }

    @Test
    @DisplayName("UP-20: a node that nobody hears although its lease is alive is expelled, and the run ends right")
    void silentNode() throws RunFailedException, InterruptedException {
        AtomicReference<EmbeddedCluster> cluster = new AtomicReference<>();
        AtomicReference<String> silenced = new AtomicReference<>();
        RunListener listener = new RunListener() {
            @Override
            public void arrived(RunningCluster arrived) {
                cluster.set(arrived.cluster());
            }

            @Override
            public void replicated() {}

            @Override
            public void left() {}
        };
        RunProgress silencer = snapshot -> {
            snapshot.dispatchersByNode().keySet().stream()
                    .filter(node -> silenced.get() == null && !node.equals(snapshot.owner()))
                    .findFirst()
                    .ifPresent(victim -> {
                        silenced.set(victim);
                        Objects.requireNonNull(cluster.get()).isolate(new NodeId(victim));
                    });
        };
        RunOptions options =
                RunFixture.options(SchedulerOptions.of("basic")).seed(7).build();

        RunResult result = new RunDriver(log(), temporary.resolve("sink"), options, null, silencer, listener).run();

        assertThat(silenced.get()).isNotNull();
        assertThat(result.difference().first()).isEmpty();
        assertThat(result.isGood()).isTrue();
    }

    /** Gives up once some rows are in the sink, as if it had been told to. */
    private static RunProgress untilRows(long rows) {
        return snapshot -> {
            if (snapshot.rowsApplied() >= rows) {
                throw new IllegalStateException("enough");
            }
        };
    }

    @Test
    @DisplayName(
            "a run into a finished sink that comes to nothing leaves it, and says where its own work is; the next goes on")
    void failsOverFinished() throws RunFailedException, InterruptedException, IOException {
        Path sink = temporary.resolve("sink");
        RunOptions options = RunFixture.options(SchedulerOptions.of("balance"))
                .nodes(2)
                .seed(7)
                .redo(true)
                .build();
        new RunDriver(log(), sink, options, snapshot -> {}).run();
        Path table = sink.resolve("tables/s0/t0.ndjson");
        Object before = Files.readAttributes(table, BasicFileAttributes.class).fileKey();

        RunDriver failing = new RunDriver(log(), sink, options, untilRows(200));
        assertThatThrownBy(failing::run).hasMessage("enough");

        assertThat(failing.leftBehind())
                .hasValueSatisfying(left -> assertThat(left)
                        .contains(sink + " is as it was")
                        .contains(sink.resolve("next").toString()));
        assertThat(Files.readAttributes(table, BasicFileAttributes.class).fileKey())
                .isEqualTo(before);
        assertThat(sink.resolve("redo/tables")).isDirectory();

        RunDriver next = new RunDriver(log(), sink, options, snapshot -> {});
        RunResult result = next.run();
        assertThat(result.isGood()).isTrue();
        assertThat(result.rowsApplied()).as("it went on").isLessThan(1_200);
        assertThat(next.leftBehind()).isEmpty();
        assertThat(Path.of(next.sinkShown())).isEqualTo(sink);
        assertThat(sink.resolve("next")).doesNotExist();
        assertThat(Files.readAttributes(table, BasicFileAttributes.class).fileKey())
                .isNotEqualTo(before);
    }

    @Test
    @DisplayName("a sink that is removed under a run ends it at once, and is named")
    void sinkRemoved() {
        Path sink = temporary.resolve("sink");
        RunProgress remover = snapshot -> {
            if (snapshot.rowsApplied() >= 100 && Files.exists(sink)) {
                try {
                    Files.move(sink, temporary.resolve("moved"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        RunDriver driver = new RunDriver(
                log(),
                sink,
                RunFixture.options(SchedulerOptions.of("basic"))
                        .nodes(2)
                        .seed(7)
                        .build(),
                remover);
        assertThatThrownBy(driver::run)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE))
                .hasMessageContaining(sink.toString())
                .hasMessageContaining("vanished");
        assertThat(temporary.resolve("moved/tables")).doesNotExist();
    }

    @Test
    @DisplayName("tables that are not what the log says never become those of the sink, and the next run begins anew")
    void wrongTables() throws RunFailedException, InterruptedException, IOException {
        Path sink = temporary.resolve("sink");
        RunOptions options = RunFixture.options(SchedulerOptions.of("basic"))
                .nodes(2)
                .seed(7)
                .build();
        assertThatThrownBy(() -> new RunDriver(unevenLog(), sink, options, untilRows(300)).run())
                .hasMessage("enough");
        // A row that was durable is another one now; nothing but the comparison with the log can tell.
        try (Stream<Path> segments = Files.walk(sink.resolve("segments"))) {
            Path spoilt = segments.filter(each -> each.toString().endsWith(".log"))
                    .filter(each -> contains(each, "\"v\":"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(
                    spoilt,
                    Files.readString(spoilt).replaceAll("\"commitTs\":\\d+", "\"commitTs\":" + Long.MAX_VALUE / 2));
        }
        RunResult result = new RunDriver(unevenLog(), sink, options, snapshot -> {}).run();
        assertThat(result.isGood()).isFalse();
        assertThat(sink.resolve("tables")).doesNotExist();
        assertThat(sink.resolve("tables.rejected")).isDirectory();
        assertThat(new RunDriver(unevenLog(), sink, options, snapshot -> {})
                        .run()
                        .isGood())
                .isTrue();
        assertThat(sink.resolve("tables.rejected")).doesNotExist();
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("an unknown scheduler is refused before the sink is touched")
    void unknownScheduler() {
        RunOptions options = RunFixture.options(SchedulerOptions.of("nobody")).build();
        assertThatThrownBy(() -> new RunDriver(log(), temporary.resolve("sink"), options, snapshot -> {}))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_SCHEDULER))
                .hasMessageContaining("basic");
        assertThat(temporary.resolve("sink")).doesNotExist();
    }
}
