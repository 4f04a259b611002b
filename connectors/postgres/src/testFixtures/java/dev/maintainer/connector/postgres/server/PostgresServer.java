package dev.maintainer.connector.postgres.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real PostgreSQL server on a free port of the loopback interface, with a data directory of its own. The superuser is
 * {@link #ADMIN}, without a password; other roles need theirs. It ends with this process, however that ends.
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser. */
    public static final String ADMIN = "postgres";

    private static final String STANDBY = "standby";

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path home;
    private final Path directory;
    private final SortedMap<String, String> settings = new TreeMap<>();
    private int port;
    private @Nullable Process process;

    private PostgresServer(Path home, Path directory) {
        this.home = home;
        this.directory = directory;
    }

    private static final class Shared {
        static final PostgresServer SERVER = startShared();

        private static PostgresServer startShared() {
            PostgresServer server = start(new TreeMap<>());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgres-stop"));
            return server;
        }
    }

    private static final class Machine {
        /** Why no server can run here; empty if one can. */
        static final String OBSTACLE = obstacle();

        private static String obstacle() {
            String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
            if (!system.equals("Linux on amd64")) {
                return "its binaries are for Linux on amd64, and this is " + system;
            }
            if (!isRoot()) {
                return "";
            }
            try {
                Process tried = new ProcessBuilder("unshare", "-U", "true")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return tried.waitFor() == 0 ? "" : "it does not run as root, and user namespaces are not allowed";
            } catch (IOException e) {
                return "it does not run as root, and there is no unshare: " + e.getMessage();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static void skipWhereImpossible() {
        if (!Machine.OBSTACLE.isEmpty()) {
            throw new TestAbortedException("no PostgreSQL server can run here: " + Machine.OBSTACLE);
        }
    }

    /**
     * {@return the server that all tests of this process share, with logical decoding; they use databases of their own. It
     * must not be closed}
     */
    public static PostgresServer shared() {
        skipWhereImpossible();
        return Shared.SERVER;
    }

    /**
     * Starts a server of its own.
     *
     * @param settings of {@code postgresql.conf}, beside those that all tests need
     */
    public static PostgresServer start(SortedMap<String, String> settings) {
        skipWhereImpossible();
        try {
            PostgresServer server = new PostgresServer(
                    PostgresBinaries.unpacked(), Files.createTempDirectory("maintainer-postgres-data"));
            server.initialize();
            server.settings.put("fsync", "off");
            server.settings.put("wal_level", "logical");
            server.settings.put("max_connections", "60");
            server.settings.put("max_prepared_transactions", "10");
            server.settings.put("max_wal_senders", "20");
            server.settings.put("max_replication_slots", "100");
            server.settings.put("shared_buffers", "64MB");
            server.settings.put("listen_addresses", "127.0.0.1");
            server.settings.put("unix_socket_directories", "");
            server.settings.put("log_min_messages", "log");
            server.settings.putAll(settings);
            server.port = freePort();
            server.resume();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("the server of the tests does not start", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void initialize() throws IOException {
        Files.delete(directory);
        Process initdb = new ProcessBuilder(command(
                        "initdb",
                        "-D",
                        directory.toString(),
                        "-U",
                        ADMIN,
                        "-A",
                        "trust",
                        "-E",
                        "UTF8",
                        "--locale=C",
                        "--no-sync",
                        "--no-instructions"))
                .redirectErrorStream(true)
                .redirectOutput(log("initdb").toFile())
                .start();
        await(initdb, "initdb");
        Files.writeString(
                directory.resolve("pg_hba.conf"),
                String.join(
                        "\n",
                        "host all " + ADMIN + " 127.0.0.1/32 trust",
                        "host replication " + ADMIN + " 127.0.0.1/32 trust",
                        "host all all 127.0.0.1/32 scram-sha-256",
                        "host replication all 127.0.0.1/32 scram-sha-256",
                        ""));
    }

    private void await(Process program, String name) throws IOException {
        try {
            if (!program.waitFor(60, TimeUnit.SECONDS)) {
                program.destroyForcibly();
                throw new IOException(name + " has run for a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            program.destroyForcibly();
            throw new IOException("interrupted while " + name + " ran", e);
        }
        if (program.exitValue() != 0) {
            throw new IOException(name + " failed: " + Files.readString(log(name)));
        }
    }

    private Path log(String name) {
        return directory.resolveSibling(directory.getFileName() + "." + name + ".log");
    }

    /** PostgreSQL refuses to run as root; in a user namespace without mappings it is nobody, and still owns its files. */
    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts it after {@link #stop} or {@link #crash}, on its port, with its data. */
    public void resume() {
        List<String> server = new ArrayList<>(command("postgres", "-D", directory.toString(), "-p", "" + port));
        settings.forEach((key, value) -> server.addAll(List.of("-c", key + "=" + value)));
        // When this process ends, however it does, the shell reads the end of its input and stops the server.
        List<String> guarded = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "\"$@\" </dev/null & server=$!; signal=INT; read signal; kill -\"${signal:-INT}\" $server; wait $server",
                "postgres"));
        guarded.addAll(server);
        try {
            process = new ProcessBuilder(guarded)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(log("server").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("postgres cannot be run", e);
        }
        long start = System.nanoTime();
        while (true) {
            try (Connection connection = connect("postgres")) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (System.nanoTime() - start > MOST_NANOS) {
                    throw new IllegalStateException("the server does not accept connections: " + readLog(), e);
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private String readLog() {
        try {
            return Files.readString(log("server"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** {@return what the server has written to its log} */
    public String serverLog() {
        return readLog();
    }

    /** Stops it in an orderly way; open transactions are rolled back. */
    public void stop() {
        signal("INT");
    }

    /** Stops it at once; when it runs again, it recovers from its log. */
    public void crash() {
        signal("QUIT");
    }

    /** Stops it and starts it on a new timeline, as a standby that had all of its log and was promoted. */
    public void promote() {
        stop();
        try {
            Files.createFile(directory.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        resume();
        execute("postgres", "select pg_promote()");
    }

    /** Keeps its data as they are now, for {@link #promoteKept}. It is stopped for that, and started again. */
    public void keepData() {
        stop();
        DataFiles.replace(kept(), directory);
        resume();
    }

    /**
     * Stops it and starts it on a new timeline with the data that were {@linkplain #keepData kept}, as a standby that had only
     * these and was promoted. What was committed since is gone.
     */
    public void promoteKept() {
        stop();
        DataFiles.replace(directory, kept());
        promote();
    }

    /** {@return a server that does not run yet, to {@link #follow} this one} */
    public PostgresServer standby() {
        return new PostgresServer(home, directory.resolveSibling(directory.getFileName() + "." + STANDBY));
    }

    /**
     * Starts as the standby of a server, and keeps those of its slots that are for that. The other one is stopped for a moment; from
     * then on readers of such slots wait for the standby. Needs release 17.
     */
    public void follow(PostgresServer primary) {
        primary.execute("postgres", "select pg_create_physical_replication_slot('" + STANDBY + "', true)");
        primary.stop();
        try {
            DataFiles.replace(directory, primary.directory);
            DataFiles.delete(directory.resolve("pg_replslot"));
            Files.createDirectory(directory.resolve("pg_replslot"));
            Files.createFile(directory.resolve("standby.signal"));
            port = freePort();
        } catch (IOException e) {
            throw new UncheckedIOException("the standby does not start", e);
        }
        settings.putAll(primary.settings);
        settings.put("primary_conninfo", "host=127.0.0.1 port=" + primary.port + " user=" + ADMIN + " dbname=postgres");
        settings.put("primary_slot_name", STANDBY);
        settings.put("hot_standby_feedback", "on");
        settings.put("sync_replication_slots", "on");
        primary.settings.put("synchronized_standby_slots", STANDBY);
        primary.resume();
        resume();
    }

    /** Is promoted in the place of the server that it has followed, which crashes, and is reached at its port. */
    public void takeOver(PostgresServer former) {
        former.crash();
        execute("postgres", "select pg_promote()");
        stop();
        for (String setting : List.of("primary_conninfo", "primary_slot_name", "sync_replication_slots")) {
            settings.remove(setting);
        }
        port = former.port;
        resume();
    }

    private Path kept() {
        return directory.resolveSibling(directory.getFileName() + ".kept");
    }

    private void signal(String name) {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        try (var out = running.outputWriter()) {
            out.write(name + "\n");
        } catch (IOException e) {
            // It has ended already, which is what is wanted.
        }
        try {
            if (!running.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server does not stop: " + readLog());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return its port at 127.0.0.1} */
    public int port() {
        return port;
    }

    /**
     * Makes an empty database.
     *
     * @return its name, which no other database of this server has
     */
    public String newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        execute("postgres", "create database " + name);
        return name;
    }

    /** {@return a connection as the superuser} */
    public Connection connect(String database) throws SQLException {
        return connect(database, new Properties());
    }

    /**
     * A connection with properties of the driver.
     *
     * @param properties those of pgjdbc; the superuser, unless it has {@code user}
     * @return a connection
     */
    public Connection connect(String database, Properties properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", ADMIN);
        all.putAll(properties);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, all);
    }

    /** {@return the number of its major release} */
    public int release() {
        return Integer.parseInt(column("postgres", "show server_version_num").get(0)) / 10_000;
    }

    /** {@return the first column of what a query finds, as text} */
    public List<String> column(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(String.valueOf(result.getString(1)));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("the server refuses: " + sql, e);
        }
    }

    /** Executes statements as the superuser, each in a transaction of its own. */
    public void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the server refuses: " + String.join("; ", statements), e);
        }
    }

    /** Stops it and deletes its data. */
    @Override
    public void close() {
        stop();
        try {
            for (Path data : List.of(directory, kept())) {
                if (Files.exists(data)) {
                    DataFiles.delete(data);
                }
            }
            Files.deleteIfExists(log("initdb"));
            Files.deleteIfExists(log("server"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
