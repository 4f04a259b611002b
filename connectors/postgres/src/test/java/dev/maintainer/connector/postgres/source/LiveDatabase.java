package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.connector.postgres.PostgresSourceProvider;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A database that is set up as a source, and the sources that a test has opened. */
final class LiveDatabase implements AutoCloseable {
    static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final long MOST_NANOS = 30_000_000_000L;
    private static final long STEP_NANOS = 2_000_000;

    final PostgresServer server;
    final String name;
    private final Path directory;
    private final List<Source> opened = new ArrayList<>();

    LiveDatabase(PostgresServer server, Path directory) {
        this.server = server;
        this.directory = directory;
        this.name = server.newDatabase();
        execute("create schema shop");
        setUp("");
    }

    /** Executes what an administrator executes for these options, perhaps once more. */
    void setUp(String options) {
        ConnectorAddress address = address("&tables=shop.*" + options);
        execute(String.join("\n", new PostgresSetup(any -> null).script(address, new TreeMap<>(address.options()))));
    }

    void execute(String... statements) {
        server.execute(name, statements);
    }

    Connection connect() throws SQLException {
        return server.connect(name);
    }

    String query(String sql) {
        return String.join(",", column(sql));
    }

    List<String> column(String sql) {
        return server.column(name, sql);
    }

    Source open(String node, long historyAfter) {
        return open(node, historyAfter, "");
    }

    Source open(String node, long historyAfter, String options) {
        Source source = open(new SourceContext(historyAfter, directory.resolve(node), FEED, new NodeId(node)), options);
        synchronized (opened) {
            opened.add(source);
        }
        return source;
    }

    Source open(SourceContext context, String options) {
        ConnectorAddress address = address(options);
        return new PostgresSourceProvider().open(address, new TreeMap<>(address.options()), context);
    }

    private ConnectorAddress address(String options) {
        return ConnectorAddress.parse(
                "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + name
                        + "?heartbeat-seconds=1" + options,
                "--source");
    }

    TableInfo table(Source source, String table) {
        return source.tables().stream()
                .filter(info -> info.name().table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    long walEnd() {
        return dev.maintainer.connector.postgres.wal.Lsn.parse(query("select pg_current_wal_lsn()"));
    }

    List<String> slots() {
        return column("select slot_name from pg_replication_slots where database = current_database() order by 1");
    }

    static void await(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > MOST_NANOS) {
                throw new AssertionError("waited for " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    @Override
    public void close() {
        opened.forEach(Source::close);
        slots().forEach(this::dropSlot);
    }

    /** Drops a slot that nobody reads any more: a session ends at the server a moment after whoever had it. */
    void dropSlot(String slot) {
        await(
                "slot " + slot + " to be left",
                () -> query("select active from pg_replication_slots where slot_name = '" + slot + "'")
                        .equals("f"));
        execute("select pg_drop_replication_slot('" + slot + "')");
    }
}
