package dev.maintainer.node.demo;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.Gzip;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkCheck;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.node.run.SampleLog;
import dev.maintainer.node.run.StateDifference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of processes on this machine, from its beginning to its end: ZooKeeper in this process, nodes in processes of their
 * own, a changefeed whose log grows while it is replicated. Its maintainer is handed over, a node is killed, and in the end the
 * sink is compared with the log. Used once.
 */
public final class ClusterDemo {
    private static final String CHANGEFEED = "demo";
    private static final long STEP_MILLIS = 50;
    private static final int STEPS = 160;

    private final int nodes;
    private final Path directory;
    private final @Nullable Path changelog;
    private final Consumer<String> progress;
    private final long begunAt = System.nanoTime();

    /**
     * Prepares one.
     *
     * @param nodes how many; at least 2
     * @param directory where everything is kept; must not exist, or be empty
     * @param changelog a finished log; null for the sample
     * @param progress is told what happens, a line at a time
     */
    public ClusterDemo(int nodes, Path directory, @Nullable Path changelog, Consumer<String> progress) {
        this.nodes = nodes;
        this.directory = directory.toAbsolutePath();
        this.changelog = changelog;
        this.progress = progress;
    }

    /**
     * Runs it to its end.
     *
     * @return whether the sink equals the log
     * @throws MaintainerException if something cannot be used; nothing has begun then
     * @throws RunFailedException if it does not come to its end, saying what it waited for
     */
    public boolean run() throws IOException, RunFailedException, InterruptedException {
        LocalCluster.refuseOccupied(directory);
        Files.createDirectories(directory);
        Path file = directory.resolve("log.ndjson");
        GrowingLog log;
        try (InputStream complete = complete()) {
            log = GrowingLog.of(complete, file);
        }
        if (log.size() == 0) {
            throw new MaintainerException(ErrorCode.BAD_INPUT, "the log has no events; name another one");
        }
        try (LocalCluster cluster = LocalCluster.start(nodes, directory, this::say)) {
            replicate(cluster, log, file);
            cluster.stopAll();
        }
        return compare(file);
    }

    private InputStream complete() throws IOException {
        return changelog == null ? SampleLog.open() : Gzip.open(changelog);
    }

    private void replicate(LocalCluster cluster, GrowingLog log, Path file)
            throws IOException, RunFailedException, InterruptedException {
        int step = Math.max(1, log.size() / STEPS);
        log.grow(step);
        cluster.create(CHANGEFEED, "changelog:" + file + "?mode=tail", "files:" + directory.resolve("sink"));

        growTo(cluster, log, log.size() / 3, step);
        cluster.handOver(CHANGEFEED);
        growTo(cluster, log, log.size() * 2 / 3, step);
        cluster.killOwner(CHANGEFEED);
        growTo(cluster, log, log.size(), step);
        long end = log.resolvedTs();
        cluster.await(
                "the checkpoint to arrive at the end of the log, " + end, () -> cluster.checkpoint(CHANGEFEED) >= end);
        say("the checkpoint has arrived at the end of the log: " + end);
    }

    /** Waits for half of what was written only, so that what happens next happens under load. */
    private static void growTo(LocalCluster cluster, GrowingLog log, int events, int step)
            throws IOException, RunFailedException, InterruptedException {
        int middle = (log.written() + events) / 2;
        long half = 0;
        while (log.written() < events) {
            log.grow(step);
            cluster.refuseDeath();
            if (half == 0 && log.written() >= middle) {
                half = log.resolvedTs();
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        long least = half;
        cluster.await("the checkpoint to follow the log to " + least, () -> cluster.checkpoint(CHANGEFEED) >= least);
    }

    private boolean compare(Path file) {
        FinishedTables tables = SinkCheck.materialise(directory.resolve("sink"));
        try (ChangeLog log = ChangeLogReader.read(file)) {
            LoggedState wanted = log.stateAt(log.endTs());
            StateDifference difference = StateDifference.between(
                    new TreeSet<>(wanted.names()), wanted::rows, tables.names(), tables::cursor, false);
            if (difference.isNone()) {
                say("the sink equals the log: " + tables.rows() + " rows in "
                        + tables.names().size() + " tables");
            } else {
                say("the sink differs from the log in " + difference.count() + " rows, such as "
                        + difference.first().get(0));
            }
            return difference.isNone();
        }
    }

    private void say(String what) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunAt);
        progress.accept("%6.1f s  %s".formatted(millis / 1_000.0, what));
    }
}
