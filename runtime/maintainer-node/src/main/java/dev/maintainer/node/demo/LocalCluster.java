package dev.maintainer.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.node.server.SpokenProtocols;
import dev.maintainer.node.server.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A cluster on this machine: ZooKeeper in this process, nodes in processes of their own, and what is asked of them. Used by one
 * thread.
 */
public final class LocalCluster implements AutoCloseable {
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final long PATIENCE_SECONDS = 60;
    private static final long STOP_SECONDS = 45;
    private static final long PAUSE_MILLIS = 50;

    /** Something that becomes true. */
    @FunctionalInterface
    public interface Condition {
        /** {@return whether it is so} */
        boolean holds() throws InterruptedException;
    }

    private final Path directory;
    private final EmbeddedStore store;
    private final Consumer<String> progress;
    private final List<NodeProcess> processes = new ArrayList<>();
    private final List<NodeProcess> killed = new ArrayList<>();

    private LocalCluster(Path directory, EmbeddedStore store, Consumer<String> progress) {
        this.directory = directory;
        this.store = store;
        this.progress = progress;
    }

    /**
     * Refuses a directory that is in use.
     *
     * @throws MaintainerException if it is there and not empty
     */
    public static void refuseOccupied(Path directory) throws IOException {
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

    /**
     * Starts ZooKeeper and the nodes, and waits until they are ready.
     *
     * @param nodes how many
     * @param directory where everything is kept
     * @param progress is told what happens, a line at a time
     * @return the cluster, to be closed
     * @throws RunFailedException if it does not come about, saying what was waited for
     */
    public static LocalCluster start(int nodes, Path directory, Consumer<String> progress)
            throws IOException, RunFailedException, InterruptedException {
        StoreProvider stores = Stores.provider();
        EmbeddedStore store = stores.embedded(directory.resolve("zookeeper"), "127.0.0.1", 0, SESSION);
        LocalCluster cluster = new LocalCluster(directory, store, progress);
        boolean started = false;
        try {
            stores.initialise(
                    new StoreSettings(store.address(), "/maintainer", "demo", SESSION),
                    SpokenProtocols.ofThisProcess().max());
            progress.accept("ZooKeeper answers at " + store.address());
            cluster.startNodes(nodes);
            started = true;
            return cluster;
        } finally {
            if (!started) {
                cluster.close();
            }
        }
    }

    private void startNodes(int nodes) throws IOException, RunFailedException, InterruptedException {
        for (int i = 1; i <= nodes; i++) {
            processes.add(NodeProcess.start("n" + i, directory, store.address()));
        }
        for (NodeProcess each : List.copyOf(processes)) {
            awaitReady(each);
        }
    }

    private void awaitReady(NodeProcess node) throws RunFailedException, InterruptedException {
        await(
                "node " + node.name() + " to be ready",
                () -> node.client().get("/readyz").status() == 200);
        progress.accept(
                "node " + node.name() + " is a member: process " + node.pid() + ", admin at " + node.adminAddress());
    }

    /**
     * Creates a changefeed, and waits until it has an owner.
     *
     * @param source the address of its source
     * @param sink the address of its sink
     * @throws RunFailedException if it is refused, or does not come about
     */
    public void create(String changefeed, String source, String sink) throws RunFailedException, InterruptedException {
        ObjectNode wanted = JsonNodeFactory.instance
                .objectNode()
                .put("name", changefeed)
                .put("source", source)
                .put("sink", sink);
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
        await("the changefeed to have an owner", () -> !owner(changefeed).isEmpty());
        progress.accept("changefeed '" + changefeed + "' is at " + owner(changefeed));
    }

    /**
     * Hands the maintainer over to another node.
     *
     * @throws RunFailedException if that is refused, or does not come about
     */
    public void handOver(String changefeed) throws RunFailedException, InterruptedException {
        String from = owner(changefeed);
        long epoch = epoch(changefeed);
        NodeProcess target = processes.stream()
                .filter(each -> !isNameOf(each, from))
                .findFirst()
                .orElseThrow(() -> new RunFailedException("no node is left but " + from));
        long begun = System.nanoTime();
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("node", target.name());
        NodeClient.Answer answer = anyone().post("/v1/changefeeds/" + changefeed + "/move", wanted);
        if (!answer.isGood()) {
            throw new RunFailedException("the maintainer could not be moved: " + answer.status() + " " + answer.body());
        }
        await(
                "the maintainer to run at " + target.name(),
                () -> epoch(changefeed) > epoch && isNameOf(target, owner(changefeed)));
        progress.accept("handed over from " + from + " to " + owner(changefeed) + " in " + millisSince(begun)
                + " ms, epoch " + epoch(changefeed));
    }

    /**
     * Kills the node of the maintainer, and waits until another one has taken over.
     *
     * @throws RunFailedException if none does
     */
    public void killOwner(String changefeed) throws RunFailedException, InterruptedException {
        String owner = owner(changefeed);
        long epoch = epoch(changefeed);
        NodeProcess victim = processes.stream()
                .filter(each -> isNameOf(each, owner))
                .findFirst()
                .orElseThrow(() -> new RunFailedException("no process is called as the owner " + owner));
        long begun = System.nanoTime();
        processes.remove(victim);
        killed.add(victim);
        victim.kill();
        progress.accept("killed " + victim.name() + " with SIGKILL, the node of the maintainer");
        await(
                "another owner",
                () -> epoch(changefeed) > epoch && !owner(changefeed).isEmpty());
        progress.accept("taken over by " + owner(changefeed) + " after " + millisSince(begun) + " ms, epoch "
                + epoch(changefeed));
    }

    /**
     * Starts the nodes again that were killed, with what they have left on their disks, and waits until they are ready.
     *
     * @throws RunFailedException if one does not come about
     */
    public void restartKilled() throws IOException, RunFailedException, InterruptedException {
        for (NodeProcess each : List.copyOf(killed)) {
            each.startAgain();
            killed.remove(each);
            processes.add(each);
            awaitReady(each);
        }
    }

    /**
     * Asks all nodes to end, one after the other.
     *
     * @throws RunFailedException if one does not leave in order
     */
    public void stopAll() throws RunFailedException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (NodeProcess each : List.copyOf(processes)) {
            long begun = System.nanoTime();
            each.stop();
            int status = each.awaitExit(STOP_SECONDS);
            processes.remove(each);
            progress.accept("node " + each.name() + " was asked to stop, and "
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

    /** {@return what is told of a changefeed; empty if nobody answers} */
    public JsonNode changefeed(String changefeed) throws InterruptedException {
        return anyone().get("/v1/changefeeds/" + changefeed).body();
    }

    /** {@return the node of its maintainer; empty if there is none, or nobody answers} */
    public String owner(String changefeed) throws InterruptedException {
        return changefeed(changefeed).path("owner").asText("");
    }

    /** {@return the epoch of its maintainer; 0 if nobody answers} */
    public long epoch(String changefeed) throws InterruptedException {
        return changefeed(changefeed).path("epoch").asLong();
    }

    /** {@return its checkpoint, a position; 0 if nobody answers} */
    public long checkpoint(String changefeed) throws InterruptedException {
        return changefeed(changefeed).path("checkpointTs").asLong();
    }

    /** {@return the interface of a node; any one answers, and the last one has been asked for nothing yet} */
    public NodeClient anyone() {
        return processes.get(processes.size() - 1).client();
    }

    /** The id of a process is its name, a dot, and what makes it unique. */
    private static boolean isNameOf(NodeProcess process, String id) {
        return id.startsWith(process.name() + ".");
    }

    /**
     * Waits for something, as long as all nodes live.
     *
     * @param what for people: what is waited for
     * @throws RunFailedException if it does not come about, or a node has ended
     */
    public void await(String what, Condition condition) throws RunFailedException, InterruptedException {
        await(what, PATIENCE_SECONDS, condition);
    }

    /**
     * Waits for something that takes long, as long as all nodes live.
     *
     * @param what for people: what is waited for
     * @param patienceSeconds how long at most
     * @throws RunFailedException if it does not come about, or a node has ended
     */
    public void await(String what, long patienceSeconds, Condition condition)
            throws RunFailedException, InterruptedException {
        long since = System.nanoTime();
        while (!condition.holds()) {
            refuseDeath();
            if (millisSince(since) > TimeUnit.SECONDS.toMillis(patienceSeconds)) {
                throw new RunFailedException("waited " + patienceSeconds + " s for " + what + "; see the logs of the"
                        + " nodes in " + directory);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /**
     * Makes sure that all nodes live.
     *
     * @throws RunFailedException if one has ended by itself
     */
    public void refuseDeath() throws RunFailedException {
        for (NodeProcess each : processes) {
            if (!each.isAlive()) {
                throw new RunFailedException("node " + each.name() + " has ended by itself; see " + each.log());
            }
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Kills what still runs. */
    @Override
    public void close() throws InterruptedException {
        try {
            for (NodeProcess each : processes) {
                each.kill();
            }
        } finally {
            store.close();
        }
    }
}
