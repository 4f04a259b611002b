package dev.maintainer.node.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.Gzip;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkCheck;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.node.run.SampleLog;
import dev.maintainer.node.run.StateDifference;
import dev.maintainer.node.server.SpokenProtocols;
import dev.maintainer.node.server.Stores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of processes on this machine, from its beginning to its end: ZooKeeper in this process, nodes in processes of their
 * own, a changefeed whose log grows while it is replicated. Its maintainer is handed over, a node is killed, and in the end the
 * sink is compared with the log. Used once.
 */
public final class ClusterDemo {
    private static final String CHANGEFEED = "demo";
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final long PATIENCE_SECONDS = 60;
    private static final long STOP_SECONDS = 45;
    private static final long STEP_MILLIS = 50;
    private static final int STEPS = 160;

    /** What is asked for. */
    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private final int nodes;
    private final Path directory;
    private final @Nullable Path changelog;
    private final Consumer<String> progress;
    private final long begunAt = System.nanoTime();
    private final List<NodeProcess> processes = new ArrayList<>();

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
        refuseOccupied();
        Files.createDirectories(directory);
        Path file = directory.resolve("log.ndjson");
        GrowingLog log;
        try (InputStream complete = complete()) {
            log = GrowingLog.of(complete, file);
        }
        if (log.size() == 0) {
            throw new MaintainerException(ErrorCode.BAD_INPUT, "the log has no events; name another one");
        }
        StoreProvider stores = Stores.provider();
        try (EmbeddedStore store = stores.embedded(directory.resolve("zookeeper"), "127.0.0.1", 0, SESSION)) {
            stores.initialise(
                    new StoreSettings(store.address(), "/maintainer", "demo", SESSION),
                    SpokenProtocols.ofThisProcess().max());
            say("ZooKeeper answers at " + store.address());
            try {
                replicate(log, file, store.address());
                stopAll();
            } finally {
                killAll();
            }
        }
        return compare(file);
    }

    private void refuseOccupied() throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new MaintainerException(
                            ErrorCode.BAD_CONFIGURATION,
                            "--dir " + directory + " is not empty; name a new directory, or empty this one");
                }
            }
        }
    }

    private InputStream complete() throws IOException {
        return changelog == null ? SampleLog.open() : Gzip.open(changelog);
    }

    private void replicate(GrowingLog log, Path file, String zookeeper)
            throws IOException, RunFailedException, InterruptedException {
        for (int i = 1; i <= nodes; i++) {
            processes.add(NodeProcess.start("n" + i, directory, zookeeper));
        }
        for (NodeProcess each : List.copyOf(processes)) {
            await(
                    "node " + each.name() + " to be ready",
                    () -> each.client().get("/readyz").status() == 200);
            say("node " + each.name() + " is a member: process " + each.pid() + ", admin at " + each.adminAddress());
        }
        int step = Math.max(1, log.size() / STEPS);
        log.grow(step);
        create(file);
        await("the changefeed to have an owner", () -> !owner().isEmpty());
        say("changefeed '" + CHANGEFEED + "' is at " + owner());

        growTo(log, log.size() / 3, step);
        handOver();
        growTo(log, log.size() * 2 / 3, step);
        killOwner();
        growTo(log, log.size(), step);
        long end = log.resolvedTs();
        await("the checkpoint to arrive at the end of the log, " + end, () -> checkpoint() >= end);
        say("the checkpoint has arrived at the end of the log: " + end);
    }

    /** Waits for half of what was written only, so that what happens next happens under load. */
    private void growTo(GrowingLog log, int events, int step)
            throws IOException, RunFailedException, InterruptedException {
        int middle = (log.written() + events) / 2;
        long half = 0;
        while (log.written() < events) {
            log.grow(step);
            refuseDeath();
            if (half == 0 && log.written() >= middle) {
                half = log.resolvedTs();
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        long least = half;
        await("the checkpoint to follow the log to " + least, () -> checkpoint() >= least);
    }

    private void create(Path file) throws RunFailedException, InterruptedException {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.put("name", CHANGEFEED);
        wanted.put("source", "changelog:" + file + "?mode=tail");
        wanted.put("sink", "files:" + directory.resolve("sink"));
        AtomicReference<NodeClient.Answer> last = new AtomicReference<>();
        await("a leader that can create a changefeed", () -> {
            NodeClient.Answer said = anyone().post("/v1/changefeeds", wanted);
            last.set(said);
            return !said.isUnavailable();
        });
        NodeClient.Answer answer = Objects.requireNonNull(last.get());
        if (!answer.isGood()) {
            throw new RunFailedException(
                    "the changefeed could not be created: " + answer.status() + " " + answer.body());
        }
    }

    private void handOver() throws RunFailedException, InterruptedException {
        String from = owner();
        long epoch = epoch();
        NodeProcess target = processes.stream()
                .filter(each -> !isNameOf(each, from))
                .findFirst()
                .orElseThrow();
        long begun = System.nanoTime();
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("node", target.name());
        NodeClient.Answer answer = anyone().post("/v1/changefeeds/" + CHANGEFEED + "/move", wanted);
        if (!answer.isGood()) {
            throw new RunFailedException("the maintainer could not be moved: " + answer.status() + " " + answer.body());
        }
        await("the maintainer to run at " + target.name(), () -> epoch() > epoch && isNameOf(target, owner()));
        say("handed over from " + from + " to " + owner() + " in " + millisSince(begun) + " ms, epoch " + epoch());
    }

    private void killOwner() throws RunFailedException, InterruptedException {
        String owner = owner();
        long epoch = epoch();
        NodeProcess victim = processes.stream()
                .filter(each -> isNameOf(each, owner))
                .findFirst()
                .orElseThrow(() -> new RunFailedException("no process is called as the owner " + owner));
        long begun = System.nanoTime();
        processes.remove(victim);
        victim.kill();
        say("killed " + victim.name() + " with SIGKILL, the node of the maintainer");
        await("another owner", () -> epoch() > epoch && !owner().isEmpty());
        say("taken over by " + owner() + " after " + millisSince(begun) + " ms, epoch " + epoch());
    }

    private void stopAll() throws RunFailedException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (NodeProcess each : List.copyOf(processes)) {
            long begun = System.nanoTime();
            each.stop();
            int status = each.awaitExit(STOP_SECONDS);
            processes.remove(each);
            say("node " + each.name() + " was asked to stop, and "
                    + (status < 0 ? "did not end" : "ended with status " + status) + " after "
                    + millisSince(begun) + " ms");
            if (status != 0) {
                wrong.add(each.name() + ": " + each.log());
            }
            if (status < 0) {
                each.kill();
            }
        }
        if (!wrong.isEmpty()) {
            throw new RunFailedException("not all nodes have left in order; see " + wrong);
        }
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

    private void killAll() throws InterruptedException {
        for (NodeProcess each : processes) {
            each.kill();
        }
    }

    // ---- questions -------------------------------------------------------------------------------------------------

    /** Any node answers; the last one has been asked for nothing yet. */
    private NodeClient anyone() {
        return processes.get(processes.size() - 1).client();
    }

    private NodeClient.Answer changefeed() throws InterruptedException {
        return anyone().get("/v1/changefeeds/" + CHANGEFEED);
    }

    private String owner() throws InterruptedException {
        return changefeed().text("owner");
    }

    private long epoch() throws InterruptedException {
        return changefeed().body().path("epoch").asLong();
    }

    private long checkpoint() throws InterruptedException {
        return changefeed().body().path("checkpointTs").asLong();
    }

    /** The id of a process is its name, a dot, and what makes it unique. */
    private static boolean isNameOf(NodeProcess process, String id) {
        return id.startsWith(process.name() + ".");
    }

    private void await(String what, Condition condition) throws RunFailedException, InterruptedException {
        long since = System.nanoTime();
        while (!condition.holds()) {
            refuseDeath();
            if (millisSince(since) > TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)) {
                throw new RunFailedException("waited " + PATIENCE_SECONDS + " s for " + what + "; see the logs of the"
                        + " nodes in " + directory);
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private void refuseDeath() throws RunFailedException {
        for (NodeProcess each : processes) {
            if (!each.isAlive()) {
                throw new RunFailedException("node " + each.name() + " has ended by itself; see " + each.log());
            }
        }
    }

    private void say(String what) {
        progress.accept("%6.1f s  %s".formatted(millisSince(begunAt) / 1_000.0, what));
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
