package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.admin.LocalClusterAdmin;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.files.DurableFiles;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people chose in one run, and what the next makes of it. */
@Timeout(120)
class EarlierChoicesTest {
    private static final ChangefeedId FEED = new ChangefeedId("changelog");

    @TempDir
    private Path temporary;

    private static ChangeLog log() {
        ChangeLogBuilder builder = new ChangeLogBuilder();
        long ts = 1L << 30;
        for (int table = 0; table < 5; table++) {
            builder.createTable(ts++, new TableName("s", "t" + table));
        }
        for (int row = 0; row < 900; row++) {
            builder.row(ts++, new TableName("s", "t" + row % 5), RowEvent.Op.U, "k" + row % 50, "{\"v\":" + row + "}");
        }
        return builder.build("digest");
    }

    private Path sink() {
        return temporary.resolve("sink");
    }

    private static RunOptions options(String scheduler, boolean redo, boolean resume) {
        return RunFixture.options(SchedulerOptions.of(scheduler))
                .nodes(2)
                .seed(7)
                .redo(redo)
                .resume(resume)
                .build();
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("it did not happen");
            }
            Thread.onSpinWait();
        }
    }

    /** Who looks at the cluster of a run, and whether people could ask it for changes. */
    private static final class Visitor implements RunListener {
        private final boolean asks;
        private final CompletableFuture<RunningCluster> running = new CompletableFuture<>();

        Visitor(boolean asks) {
            this.asks = asks;
        }

        @Override
        public boolean takesRequests() {
            return asks;
        }

        @Override
        public void arrived(RunningCluster visited) {
            running.complete(visited);
        }

        @Override
        public void replicated() {}

        @Override
        public void left() {}

        EmbeddedCluster visited() {
            return running.join().cluster();
        }

        LocalClusterAdmin admin() {
            RunningCluster visited = running.join();
            return new LocalClusterAdmin(
                    visited.cluster(), visited.schedulers(), visited.tables(), visited.statistics());
        }
    }

    /** A run in which somebody chooses something when some rows are written, and that then ends as if it was killed. */
    private void runUntil(RunOptions options, Consumer<Visitor> chooses) {
        Visitor visitor = new Visitor(true);
        RunProgress progress = snapshot -> {
            if (snapshot.rowsApplied() >= 200) {
                chooses.accept(visitor);
                throw new IllegalStateException("enough");
            }
        };
        assertThatThrownBy(() -> new RunDriver(log(), sink(), options, null, progress, visitor).run())
                .hasMessage("enough");
    }

    private static void pause(Visitor visitor) {
        EmbeddedCluster cluster = visitor.visited();
        cluster.pause(FEED, true);
        until(() -> {
            ChangefeedView view = cluster.placements().get(FEED);
            return view != null && view.wanted() == DesiredState.PAUSE;
        });
    }

    /** A run from beginning to end, with what it told people. */
    private RunResult run(RunOptions options, RunListener guest, List<String> told)
            throws RunFailedException, InterruptedException {
        RunProgress progress = new RunProgress() {
            @Override
            public void show(RunSnapshot snapshot) {}

            @Override
            public void happened(String what) {
                told.add(what);
            }
        };
        return new RunDriver(log(), sink(), options, null, progress, guest).run();
    }

    private void assertRefused(RunOptions options, String... why) {
        assertThatThrownBy(() -> new RunDriver(log(), sink(), options, snapshot -> {}))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContainingAll(why);
    }

    @Test
    @DisplayName("A changefeed that was paused: a run that nobody could ask is refused at once, with the ways out")
    void pausedAndNobodyCanAsk() throws RunFailedException, InterruptedException {
        runUntil(options("balance", false, false), EarlierChoicesTest::pause);

        assertRefused(options("balance", false, false), "was paused", "--resume", "--hold");

        List<String> told = new ArrayList<>();
        assertThat(run(options("balance", false, true), RunListener.NONE, told).isGood())
                .isTrue();
        assertThat(told).anyMatch(each -> each.contains("was paused earlier; it goes on, as --resume says"));
    }

    @Test
    @DisplayName("A changefeed that was paused: a run with an admin interface says so, waits, and goes on when asked")
    void pausedAndSomebodyAsks() throws RunFailedException, InterruptedException, ExecutionException, TimeoutException {
        runUntil(options("balance", false, false), EarlierChoicesTest::pause);
        Visitor visitor = new Visitor(true);
        List<String> told = new ArrayList<>();
        CompletableFuture<Void> people = visitor.running
                .thenApply(RunningCluster::cluster)
                .thenAcceptAsync(cluster -> {
                    until(() -> cluster.placements().containsKey(FEED));
                    cluster.pause(FEED, false);
                });

        assertThat(run(options("balance", false, false), visitor, told).isGood())
                .isTrue();

        people.get(20, TimeUnit.SECONDS);
        assertThat(told)
                .anyMatch(each -> each.contains("stands still; 'ctl resume' lets it go on"))
                .anyMatch(each -> each.contains("the changefeed goes on"));
    }

    @Test
    @DisplayName("A pause in the middle is told, and so is its end; the sink is right")
    void pausedInTheMiddle() throws RunFailedException, InterruptedException {
        Visitor visitor = new Visitor(true);
        List<String> told = new ArrayList<>();
        RunProgress progress = new RunProgress() {
            private boolean paused;

            @Override
            public void show(RunSnapshot snapshot) {
                if (!paused && snapshot.rowsApplied() >= 200) {
                    paused = true;
                    pause(visitor);
                } else if (paused && snapshot.activity().contains("paused")) {
                    visitor.visited().pause(FEED, false);
                }
            }

            @Override
            public void happened(String what) {
                told.add(what);
            }
        };

        RunResult result =
                new RunDriver(log(), sink(), options("balance", false, false), null, progress, visitor).run();

        assertThat(result.isGood()).isTrue();
        assertThat(told)
                .anyMatch(each -> each.contains("the changefeed is paused; this run waits until 'ctl resume'"))
                .anyMatch(each -> each.contains("the changefeed goes on"));
    }

    @Test
    @DisplayName("A scheduler that was chosen with 'ctl scheduler set' counts, and a run with another one says so")
    void chosenScheduler() throws RunFailedException, InterruptedException {
        runUntil(options("balance", false, false), visitor -> {
            visitor.admin().selectScheduler(FEED, "basic");
            Path metadata = sink().resolve("metadata");
            until(() -> contains(metadata, "scheduler=basic"));
        });
        List<String> told = new ArrayList<>();

        RunResult result = run(options("balance-splits", false, false), RunListener.NONE, told);

        assertThat(result.isGood()).isTrue();
        assertThat(told)
                .anyMatch(
                        each -> each.contains(
                                "scheduler 'basic' plans, as it was chosen with 'ctl scheduler set', and not 'balance-splits'"));
    }

    private static boolean contains(Path directory, String text) {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | UncheckedIOException e) {
            // Replaced while it was looked for or read.
            return false;
        }
    }

    @Test
    @DisplayName("A redo log that was begun and is gone is no run without one")
    void redoLogGone() throws IOException {
        runUntil(options("balance", true, false), visitor -> {});

        assertRefused(options("balance", false, false), "was begun with a redo log", "--redo");
        DurableFiles.deleteTree(sink().resolve("redo"));
        assertRefused(options("balance", true, false), "redo is gone", "put it back");
    }

    @Test
    @DisplayName(
            "A sink that was begun with sync points goes on with the same ones: at others it is beyond them already")
    void otherSyncPoints() throws RunFailedException, InterruptedException {
        runUntil(withSyncPointEvery(300), visitor -> {});

        assertRefused(withSyncPointEvery(0), "with a sync point every 300 rows", "--syncpoint-interval 300");
        assertRefused(withSyncPointEvery(200), "with a sync point every 300 rows", "or name an empty directory");
        assertThat(run(withSyncPointEvery(300), RunListener.NONE, new ArrayList<>())
                        .isGood())
                .isTrue();
        assertThat(SinkDirectory.of(sink()).syncPointInterval()).isEqualTo(300);

        assertThat(run(withSyncPointEvery(0), RunListener.NONE, new ArrayList<>())
                        .isGood())
                .as("a finished one is replaced by whatever is wanted")
                .isTrue();
        assertThat(SinkDirectory.of(sink()).syncPointInterval()).isZero();
    }

    @Test
    @DisplayName("A sink that was begun without sync points goes on without")
    void noSyncPoints() {
        runUntil(withSyncPointEvery(0), visitor -> {});

        assertRefused(withSyncPointEvery(300), "without sync points", "go on without --syncpoint-interval");
    }

    private static RunOptions withSyncPointEvery(long rows) {
        return RunFixture.options(SchedulerOptions.of("balance"))
                .nodes(2)
                .seed(7)
                .syncPointInterval(rows)
                .build();
    }

    @ParameterizedTest
    @CsvSource({"balans,, did you mean 'balance'?", "'',basik, did you mean 'basic'?"})
    @DisplayName("Planners that are to take over or to be compared are known before anything begins")
    void unknownSchedulers(String swap, @Nullable String shadow, String meant) {
        SchedulerOptions planning = new SchedulerOptions(
                "balance", new TreeMap<>(), null, shadow, swap.isEmpty() ? List.of() : List.of(swap), new TreeMap<>());
        RunOptions options = RunFixture.options(planning).nodes(2).seed(7).build();

        assertThatThrownBy(() -> new RunDriver(log(), sink(), options, snapshot -> {}))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_SCHEDULER))
                .hasMessageContaining(meant);
        assertThat(sink()).doesNotExist();
    }

    @Test
    @DisplayName("A label for a node that there will not be is a mistake")
    void unknownNode() {
        SchedulerOptions planning = new SchedulerOptions(
                "balance",
                new TreeMap<>(),
                null,
                null,
                List.of(),
                new TreeMap<>(Map.of(new NodeId("n4"), new TreeMap<>(Map.of("zone", "a")))));

        assertThatThrownBy(() ->
                        RunFixture.options(planning).nodes(2).joins(1).seed(7).build())
                .hasMessageContaining("n4, which there will not be; nodes are n1 to n3");
        assertThat(RunFixture.options(planning)
                        .nodes(2)
                        .joins(2)
                        .seed(7)
                        .build()
                        .joins())
                .isEqualTo(2);
    }
}
