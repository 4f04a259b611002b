package dev.maintainer.demo.postgres;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.node.demo.LocalCluster;
import dev.maintainer.node.demo.NodeClient;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A shop on one server is copied and followed into another one, while applications write to it and developers change its tables, its
 * maintainer is handed over, a node is killed, a table is split and merged, and both servers are started again. Used once.
 */
final class PostgresDemo {
    private static final String CHANGEFEED = "shop";
    private static final String ACCOUNTS = "shop.accounts";
    private static final String VERIFIER = "dev.maintainer.node.cli.MaintainerCommand";
    private static final long LOOK_MILLIS = 100;
    private static final long COPY_PATIENCE_SECONDS = 60;
    /** A slow machine with its hands full copies so many. */
    private static final int LEAST_ROWS_PER_SECOND = 2_000;

    private final DemoSize size;
    private final Path directory;
    private final Consumer<String> progress;
    private final long begunAt = System.nanoTime();
    private final LagWatch lag = new LagWatch();

    PostgresDemo(DemoSize size, Path directory, Consumer<String> progress) {
        this.size = size;
        this.directory = directory.toAbsolutePath();
        this.progress = progress;
    }

    /** {@return whether everything was right} */
    boolean run() throws IOException, RunFailedException, InterruptedException, SQLException {
        LocalCluster.refuseOccupied(directory);
        Files.createDirectories(directory);
        try (PostgresServer source = PostgresServer.start(new TreeMap<>());
                PostgresServer sink = PostgresServer.start(new TreeMap<>())) {
            Databases databases = Databases.prepare(source, sink, directory, size.accounts());
            say("two servers: the source at port " + source.port() + " with " + databases.rowsOfSource()
                    + " rows, the sink at port " + sink.port() + ", empty");
            return replicate(databases);
        }
    }

    private boolean replicate(Databases databases)
            throws IOException, RunFailedException, InterruptedException, SQLException {
        boolean equal;
        try (Traffic traffic = new Traffic(databases.source(), Databases.NAME, size);
                SchemaChanges changes = new SchemaChanges(databases.source(), Databases.NAME);
                LocalCluster cluster = LocalCluster.start(size.nodes(), directory, this::say)) {
            begin(databases, cluster);
            int rounds = 0;
            do {
                cluster.restartKilled();
                round(databases, traffic, cluster);
                rounds++;
            } while (millis() < TimeUnit.SECONDS.toMillis(size.seconds()));
            end(databases, traffic, changes, cluster, rounds);
            boolean verified = verify(databases, List.of());
            equal = compare(databases) && verified;
            remove(cluster);
            cluster.stopAll();
        }
        List<String> slots = databases.slots();
        if (!slots.isEmpty()) {
            say("slots are left at the source: " + slots);
        }
        long again = databases.appliedTwice();
        say("rows of a table that only grows that were written for a second time after the copy: " + again);
        return equal && slots.isEmpty() && again == 0;
    }

    private void begin(Databases databases, LocalCluster cluster)
            throws RunFailedException, InterruptedException, SQLException {
        cluster.create(CHANGEFEED, databases.sourceAddress(), databases.sinkAddress());
        // Once it is read, the checkpoint stands where the slots begin, until all tables are copied.
        follow(cluster, databases.endOfLog());
        long copied = databases.endOfLog();
        cluster.await(
                "all tables to be copied",
                COPY_PATIENCE_SECONDS + size.accounts() / LEAST_ROWS_PER_SECOND,
                () -> cluster.checkpoint(CHANGEFEED) >= copied);
        say("the tables are copied, and their changes followed");
        databases.watchSink();
    }

    /** All that happens, once. */
    private void round(Databases databases, Traffic traffic, LocalCluster cluster)
            throws IOException, RunFailedException, InterruptedException, SQLException {
        work(databases, traffic, cluster, 5);
        if (!verify(databases, List.of("--live"))) {
            throw new RunFailedException("the sink is not what the source is; see verify.log in " + directory);
        }
        cluster.handOver(CHANGEFEED);
        work(databases, traffic, cluster, 5);
        ask(
                cluster,
                "split",
                JsonNodeFactory.instance.objectNode().put("span", ACCOUNTS).put("parts", 3));
        work(databases, traffic, cluster, 5);
        cluster.handOver(CHANGEFEED);
        databases.sink().stop();
        databases.sink().resume();
        say("the server of the sink was started again");
        work(databases, traffic, cluster, 5);
        cluster.killOwner(CHANGEFEED);
        work(databases, traffic, cluster, 5);
        merge(cluster);
        databases.source().stop();
        databases.source().resume();
        say("the server of the source was started again");
        work(databases, traffic, cluster, 5);
        cluster.handOver(CHANGEFEED);
    }

    private void end(Databases databases, Traffic traffic, SchemaChanges changes, LocalCluster cluster, int rounds)
            throws RunFailedException, InterruptedException, SQLException {
        traffic.close();
        changes.close();
        requireNone("what an application wrote", traffic.refused());
        requireNone("a DDL", changes.refused());
        follow(cluster, databases.endOfLog());
        say(traffic.transactions() + " transactions with " + traffic.rows() + " rows and " + changes.executed()
                + " transactions with DDLs were followed in " + rounds + (rounds == 1 ? " round" : " rounds") + "; lag "
                + lag.quantile(0.5) + " ms in the median, " + lag.quantile(0.99) + " ms for 99 %");
    }

    private static void requireNone(String what, @Nullable SQLException refused) throws RunFailedException {
        if (refused != null) {
            throw new RunFailedException("the source has refused " + what + ": " + refused.getMessage());
        }
    }

    /** Lets applications work for a while. */
    private void work(Databases databases, Traffic traffic, LocalCluster cluster, int forSeconds)
            throws RunFailedException, InterruptedException, SQLException {
        long until = millis() + TimeUnit.SECONDS.toMillis(forSeconds);
        while (millis() < until) {
            cluster.refuseDeath();
            lag.end(databases.endOfLog(), millis());
            lag.checkpoint(cluster.checkpoint(CHANGEFEED), millis());
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        follow(cluster, databases.endOfLog());
        say(traffic.transactions() + " transactions so far");
    }

    private void follow(LocalCluster cluster, long position) throws RunFailedException, InterruptedException {
        cluster.await("the checkpoint to reach " + position + " in the log of the source", () -> {
            long reached = cluster.checkpoint(CHANGEFEED);
            lag.checkpoint(reached, millis());
            return reached >= position;
        });
    }

    private void ask(LocalCluster cluster, String verb, ObjectNode what)
            throws RunFailedException, InterruptedException {
        NodeClient.Answer answer = cluster.anyone().post("/v1/changefeeds/" + CHANGEFEED + "/" + verb, what);
        if (!answer.isGood()) {
            throw new RunFailedException(verb + " was refused: " + answer.status() + " " + answer.body());
        }
        say(verb + " of " + ACCOUNTS + ": " + answer.body().path("text").asText("asked for"));
    }

    /** Parts are merged where they are together. */
    private void merge(LocalCluster cluster) throws RunFailedException, InterruptedException {
        String there = cluster.owner(CHANGEFEED);
        ask(
                cluster,
                "move-span",
                JsonNodeFactory.instance.objectNode().put("span", ACCOUNTS).put("node", there));
        cluster.await(
                "all parts of " + ACCOUNTS + " to be on " + there + ", to be merged",
                () -> cluster.anyone()
                        .post(
                                "/v1/changefeeds/" + CHANGEFEED + "/merge",
                                JsonNodeFactory.instance.objectNode().put("span", ACCOUNTS))
                        .isGood());
        say("merge of " + ACCOUNTS + ": asked for");
    }

    private boolean compare(Databases databases) throws SQLException {
        try (Connection source = databases.source().connect(Databases.NAME);
                Connection sink = databases.sink().connect(Databases.NAME)) {
            Comparison comparison = Comparison.of(source, sink, ShopTables.SCHEMA);
            List<String> differences = comparison.differences();
            if (differences.isEmpty()) {
                say("both servers have the same rows in " + comparison.tables() + " tables");
            }
            differences.forEach(this::say);
            return differences.isEmpty();
        }
    }

    /** By the command that users have for it. */
    private boolean verify(Databases databases, List<String> options) throws IOException, InterruptedException {
        Path said = directory.resolve("verify.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                VERIFIER,
                "verify",
                "--source",
                databases.sourceAddress(),
                "--sink",
                databases.sinkAddress(),
                "--changefeed",
                CHANGEFEED));
        command.addAll(options);
        Process verify = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        int status = verify.waitFor();
        Files.readAllLines(said).forEach(line -> say("verify: " + line));
        return status == 0;
    }

    private void remove(LocalCluster cluster) throws RunFailedException, InterruptedException {
        NodeClient.Answer answer = cluster.anyone().delete("/v1/changefeeds/" + CHANGEFEED);
        if (!answer.isGood()) {
            throw new RunFailedException("the changefeed was not removed: " + answer.status() + " " + answer.body());
        }
        cluster.await(
                "the changefeed to be gone",
                () -> cluster.anyone().get("/v1/changefeeds/" + CHANGEFEED).status() == 404);
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunAt);
    }

    private void say(String what) {
        progress.accept("%6.1f s  %s".formatted(millis() / 1_000.0, what));
    }
}
