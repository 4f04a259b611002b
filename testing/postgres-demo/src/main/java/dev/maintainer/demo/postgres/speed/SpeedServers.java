package dev.maintainer.demo.postgres.speed;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.node.run.RunFailedException;
import dev.maintainer.replication.ConnectorAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A server that is replicated, one that it is replicated into, and their superuser. */
final class SpeedServers implements AutoCloseable {
    private static final String STOP = "STOP";
    private static final String CONTINUE = "CONT";

    private final PostgresServer source;
    private final PostgresServer sink;
    /** Processes that were ever stopped. A server does not end as long as one is. */
    private final Set<String> stopped = ConcurrentHashMap.newKeySet();

    private final Thread ending = new Thread(this::continueAll, "continue-senders");

    private SpeedServers(PostgresServer source, PostgresServer sink) {
        this.source = source;
        this.sink = sink;
        Runtime.getRuntime().addShutdownHook(ending);
    }

    /**
     * Starts both.
     *
     * @param durable whether they wait for the disk
     */
    static SpeedServers start(boolean durable) {
        TreeMap<String, String> settings = new TreeMap<>(Map.of(
                "fsync", durable ? "on" : "off",
                "shared_buffers", "256MB",
                "max_wal_size", "8GB",
                "checkpoint_timeout", "1h",
                "autovacuum", "off",
                // Those who send the log are stopped while there is none of what is measured.
                "wal_sender_timeout", "0"));
        PostgresServer source = PostgresServer.start(settings);
        boolean started = false;
        try {
            SpeedServers servers = new SpeedServers(source, PostgresServer.start(settings));
            started = true;
            return servers;
        } finally {
            if (!started) {
                source.close();
            }
        }
    }

    PostgresServer source() {
        return source;
    }

    PostgresServer sink() {
        return sink;
    }

    /**
     * Makes a database that can be replicated.
     *
     * @param tables statements that make its tables, in schema {@code shop}
     * @return its name
     */
    String newSource(List<String> tables) {
        String database = source.newDatabase();
        List<String> statements = new ArrayList<>(List.of("create schema shop"));
        statements.addAll(tables);
        // The publication is that of a subscription, too, which knows nothing of notes of DDLs.
        ConnectorAddress address =
                ConnectorAddress.parse(address(source, database) + "?tables=shop.*&ddl=none", "the source");
        statements.add(String.join("\n", new PostgresSetup(name -> null).script(address, address.options())));
        source.execute(database, statements.toArray(String[]::new));
        return database;
    }

    static ConnectorAddress address(PostgresServer server, String database) {
        return ConnectorAddress.parse(
                "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + database, "the address");
    }

    /** {@return where the log of the source ends now} */
    long endOfLog(String database) throws SQLException {
        return Long.parseLong(one(source, database, "select (pg_current_wal_lsn() - '0/0'::pg_lsn)::text"));
    }

    static String one(PostgresServer server, String database, String query) throws SQLException {
        return column(server, database, query).get(0);
    }

    /** {@return the first column of what a query finds, as text} */
    static List<String> column(PostgresServer server, String database, String query) throws SQLException {
        try (Connection connection = server.connect(database)) {
            return column(connection, query);
        }
    }

    static List<String> column(Connection connection, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                found.add(result.getString(1));
            }
        }
        return found;
    }

    ProcessorTime processorTime() throws SQLException {
        try (Connection ofSource = source.connect("postgres");
                Connection ofSink = sink.connect("postgres")) {
            return new ProcessorTime(backend(ofSource), backend(ofSink));
        }
    }

    private static long backend(Connection connection) throws SQLException {
        return Long.parseLong(column(connection, "select pg_backend_pid()").get(0));
    }

    /**
     * Stops those who send the log of slots, so that what is committed stays where it is, for all readers alike.
     *
     * @param slots with what the names of the slots begin
     */
    void stopSenders(String slots) throws IOException, SQLException, RunFailedException, InterruptedException {
        signal(STOP, slots);
    }

    /** They go on. */
    void continueSenders(String slots) throws IOException, SQLException, RunFailedException, InterruptedException {
        signal(CONTINUE, slots);
    }

    private void signal(String signal, String slots)
            throws IOException, SQLException, RunFailedException, InterruptedException {
        for (String pid : column(
                source,
                "postgres",
                "select active_pid from pg_replication_slots where active and starts_with(slot_name, '" + slots
                        + "')")) {
            if (signal.equals(STOP)) {
                stopped.add(pid);
            }
            if (send(signal, pid) != 0) {
                throw new RunFailedException("process " + pid + ", which sends the log, cannot be sent " + signal);
            }
        }
    }

    private static int send(String signal, String pid) throws IOException, InterruptedException {
        return new ProcessBuilder("kill", "-" + signal, pid)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Those that have ended since do not matter. */
    private void continueAll() {
        try {
            for (String pid : stopped) {
                int unused = send(CONTINUE, pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("processes that send the log stand still, and the servers do not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try (sink;
                source) {
            continueAll();
            try {
                Runtime.getRuntime().removeShutdownHook(ending);
            } catch (IllegalStateException e) {
                // The process ends already.
            }
        }
    }
}
