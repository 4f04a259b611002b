package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.ChangeLogBuilder;
import dev.maintainer.node.changelog.RowEvent;
import dev.maintainer.node.changelog.TableName;
import dev.maintainer.node.cluster.EmbeddedCluster;
import dev.maintainer.node.plugin.Schedulers;
import dev.maintainer.node.sink.RedoLog;
import dev.maintainer.node.sink.SinkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
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
        RunOptions options = new RunOptions(3, 2, 1, 1, "basic", 7);
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
        RunOptions options = new RunOptions(4, 4, 1, 0, 0, 7, planning);

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
            RunOptions options = new RunOptions(3, 2, 1, 1, 0, 7, true, lowLatency, SchedulerOptions.of("balance"));

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
            Files.writeString(begun.metadata().resolve("changelog.changefeed"), "");
            Files.createDirectories(sink.resolve("segments/1"));
            Files.writeString(sink.resolve("segments/1/not-ours.log"), "");
        }
        RedoLog.claim(sink, log().digest(), new ChangefeedId("changelog")).close();
        RunOptions options = new RunOptions(3, 0, 0, 0, 0, 7, true, false, SchedulerOptions.of("balance"));
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
        RunOptions options = new RunOptions(3, 0, 0, 0, 0, 7, true, false, SchedulerOptions.of("balance"));
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
        RunOptions options = new RunOptions(4, 1, 0, 0, 2, 7, SchedulerOptions.of("balance"));

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
        RunGuest guest = new RunGuest() {
            @Override
            public void arrived(EmbeddedCluster arrived, Schedulers schedulers) {
                cluster.set(arrived);
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
                        Objects.requireNonNull(cluster.get())
                                .parts()
                                .transport()
                                .unregister(new NodeId(victim));
                    });
        };
        RunOptions options = new RunOptions(3, 0, 0, 0, 0, 7, SchedulerOptions.of("basic"));

        RunResult result = new RunDriver(log(), temporary.resolve("sink"), options, null, silencer, guest).run();

        assertThat(silenced.get()).isNotNull();
        assertThat(result.difference().first()).isEmpty();
        assertThat(result.isGood()).isTrue();
    }

    @Test
    @DisplayName("an unknown scheduler is refused before the sink is touched")
    void unknownScheduler() {
        RunOptions options = new RunOptions(3, 0, 0, 0, "nobody", 1);
        assertThatThrownBy(() -> new RunDriver(log(), temporary.resolve("sink"), options, snapshot -> {}))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_SCHEDULER))
                .hasMessageContaining("basic");
        assertThat(temporary.resolve("sink")).doesNotExist();
    }
}
