package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.replication.ConnectorAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeMap;

/** A database with a schema {@code shop} that is replicated, and one that gets its tables. */
final class TwoDatabases {
    /** All rows as one value, whatever the order of the columns, none of which is called as the row is here. */
    private static final String CONTENT =
            "select coalesce(md5(string_agg(to_jsonb(its_row)::text, ',' order by to_jsonb(its_row)::text)), 'empty')"
                    + " from shop.%s its_row";

    private final PostgresServer server = PostgresServer.shared();
    final String source = server.newDatabase();
    final String sink = server.newDatabase();
    private final String settings;

    /**
     * Makes both, without tables.
     *
     * @param settings of the source, as in an address: {@code &KEY=VALUE}
     */
    TwoDatabases(String settings) {
        this.settings = settings;
        on("create schema shop");
    }

    /** Orders and customers, of which there are some. */
    TwoDatabases withOrders() {
        on(
                "create table shop.orders (id int primary key, total text, seen bool not null default false)",
                "create table shop.customers (name text primary key, city text)",
                "insert into shop.orders select i, 't' || i from generate_series(1, 500) i",
                "insert into shop.customers select 'c' || i, 'Bern' from generate_series(1, 50) i");
        return this;
    }

    /** Applications write to the source. */
    void on(String... statements) {
        server.execute(source, statements);
    }

    /** Somebody else than the changefeed writes to the sink. */
    void forge(String statement) {
        server.execute(sink, statement);
    }

    /** An administrator executes what {@code postgres setup-sql} prints for the tables that there are. */
    void setUp() {
        ConnectorAddress address = ConnectorAddress.parse(sourceAddress(), "the source");
        on(String.join("\n", new PostgresSetup(System::getenv).script(address, address.with(new TreeMap<>()))));
    }

    String sourceAddress() {
        return address(source) + "?tables=shop.*&heartbeat-seconds=1" + settings;
    }

    String sinkAddress() {
        return address(sink);
    }

    private String address(String database) {
        return "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + database;
    }

    /** The first value of what a query finds, or what the server says. */
    String query(String database, String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        } catch (SQLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** All rows of a table of the schema as one value. */
    String content(String database, String table) {
        return query(database, CONTENT.formatted(table));
    }

    /** Waits until both have the same tables with the same rows. */
    void awaitEqual(String... exceptTables) throws InterruptedException {
        String names = "select coalesce(string_agg(tablename, ',' order by tablename), '') from pg_tables"
                + " where schemaname = 'shop' and tablename not in ('" + String.join("', '", exceptTables) + "')";
        String tables = query(source, names);
        await("the tables " + tables, () -> query(sink, names).equals(tables));
        for (String table : tables.split(",", -1)) {
            String there = content(source, table);
            await("the rows of " + table, () -> content(sink, table).equals(there));
        }
    }
}
