package dev.maintainer.connector.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.connector.postgres.wal.Lsn;
import dev.maintainer.connector.tck.SourceContract;
import dev.maintainer.connector.tck.SourceLab;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** A database keeps the rules of sources. */
class PostgresSourceContractTest extends SourceContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Override
    protected SourceLab lab() {
        return new Laboratory(PostgresServer.shared(), directory);
    }

    /**
     * A database of its own. Its changefeed begins before anything happens, with a table that the rules do not ask for; each
     * source is one more node of it.
     *
     * <p>Rows of a transaction come behind its DDLs, as the tables are at the end. A sync point is marked behind a few changes, as by a
     * node for which it is time, and not by the nodes themselves.
     */
    private static final class Laboratory implements SourceLab {
        private static final ObjectMapper JSON = new ObjectMapper();
        private static final long MOST_NANOS = 30_000_000_000L;
        private static final long STEP_NANOS = 2_000_000;
        private static final int CHANGES_MARKED = 8;

        private final PostgresServer server;
        private final Path directory;
        private final String database;
        private final ChangefeedId changefeed;
        private final Connection connection;
        private final String identity;
        private int nodes;
        private int unmarked;

        Laboratory(PostgresServer server, Path directory) {
            this.server = server;
            this.directory = directory;
            this.database = server.newDatabase();
            // Slots have its name, and are those of the whole server.
            this.changefeed = new ChangefeedId("rules-of-" + database);
            try {
                this.connection = server.connect(database);
            } catch (SQLException e) {
                throw new IllegalStateException("database " + database + " cannot be used", e);
            }
            execute("create schema seed; create table seed.first (id int primary key)");
            ConnectorAddress all = address("*.*&sync-point-seconds=60");
            execute(String.join("\n", new PostgresSetup(any -> null).script(all, new TreeMap<>(all.options()))));
            try (Source first = openFor("seed.first")) {
                identity = first.identity();
            }
        }

        @Override
        public Set<Ability> abilities() {
            return EnumSet.of(Ability.BLOCK_EVENTS, Ability.SCHEMAS_GO, Ability.DDLS_TOGETHER, Ability.SYNC_POINTS);
        }

        @Override
        public void commit(List<Change> changes, List<Ddl> ddls) {
            try {
                connection.setAutoCommit(false);
                for (Map.Entry<String, List<Change>> table : changes.stream()
                        .collect(Collectors.groupingBy(Change::table))
                        .entrySet()) {
                    write(table.getKey(), table.getValue());
                }
                for (Ddl ddl : ddls) {
                    execute(sql(ddl));
                }
                connection.commit();
                connection.setAutoCommit(true);
            } catch (SQLException e) {
                throw new IllegalStateException(changes + " and " + ddls + " cannot be committed", e);
            }
            unmarked += changes.size();
            if (unmarked >= CHANGES_MARKED) {
                unmarked = 0;
                execute("insert into maintainer.sync_point values ('" + identity + "', clock_timestamp(), "
                        + Long.MAX_VALUE + ") on conflict (source) do update set due = excluded.due");
            }
        }

        private void write(String table, List<Change> changes) throws SQLException {
            String name = schema() + "." + Identifiers.quoted(table);
            try (PreparedStatement delete = connection.prepareStatement("delete from " + name + " where k = any (?)");
                    PreparedStatement write = connection.prepareStatement("insert into " + name
                            + " select * from unnest(?, ?) on conflict (k) do update set v = excluded.v")) {
                List<Change> kept =
                        changes.stream().filter(each -> each.value() != null).toList();
                delete.setArray(
                        1,
                        connection.createArrayOf(
                                "text",
                                changes.stream()
                                        .filter(each -> each.value() == null)
                                        .map(Change::key)
                                        .toArray()));
                delete.execute();
                write.setArray(
                        1,
                        connection.createArrayOf(
                                "text", kept.stream().map(Change::key).toArray()));
                write.setArray(
                        2,
                        connection.createArrayOf(
                                "int", kept.stream().map(Change::value).toArray()));
                write.execute();
            }
        }

        private static String sql(Ddl ddl) {
            if (ddl instanceof Ddl.CreateTable create) {
                return "create schema if not exists " + create.table().schema() + "; create table "
                        + Identifiers.quoted(create.table()) + " (k text primary key, v int)";
            } else if (ddl instanceof Ddl.DropTable drop) {
                return "drop table " + Identifiers.quoted(drop.table());
            } else if (ddl instanceof Ddl.DropSchema drop) {
                return "drop schema " + drop.schema() + " cascade";
            }
            throw new IllegalArgumentException(ddl.toString());
        }

        private void execute(String sql) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        private String query(String sql) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                return result.next() ? String.valueOf(result.getString(1)) : "";
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        private ConnectorAddress address(String tables) {
            return ConnectorAddress.parse(
                    "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + database
                            + "?heartbeat-seconds=1&tables=" + tables,
                    "--source");
        }

        private Source openFor(String tables) {
            String node = "n" + nodes++;
            ConnectorAddress address = address(tables);
            return new PostgresSourceProvider()
                    .open(
                            address,
                            new TreeMap<>(address.options()),
                            new SourceContext(0, directory.resolve(node), changefeed, new NodeId(node)));
        }

        @Override
        public Source open() {
            long end = Lsn.parse(query("select pg_current_wal_lsn()"));
            Source source = openFor(schema() + ".*," + otherSchema() + ".*");
            await("the log to be read up to " + end, () -> {
                source.check();
                return source.resolvedTs() >= end;
            });
            return source;
        }

        private static void await(String what, BooleanSupplier condition) {
            long began = System.nanoTime();
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - began > MOST_NANOS) {
                    throw new AssertionError("waited for " + what);
                }
                LockSupport.parkNanos(STEP_NANOS);
            }
        }

        @Override
        public String schema() {
            return "rules";
        }

        @Override
        public int valueOf(String json) {
            try {
                return JSON.readTree(json).get("v").asInt();
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try (connection) {
                String ofThis = " from pg_replication_slots where database = current_database()";
                // A session ends a moment after whoever had it.
                await(
                        "slots to be left",
                        () -> query("select count(*)" + ofThis + " and active").equals("0"));
                execute("select pg_drop_replication_slot(slot_name)" + ofThis);
            } catch (SQLException e) {
                throw new IllegalStateException("database " + database + " cannot be left", e);
            }
        }
    }
}
