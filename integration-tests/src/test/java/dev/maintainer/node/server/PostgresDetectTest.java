package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.replication.ConnectorAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same without event triggers: nodes see from the log, and from the catalog, that tables have changed. */
class PostgresDetectTest {
    private static final ChangefeedId FEED = new ChangefeedId("shop");

    /** All rows as one value, whatever the order of the columns, none of which is called as the row is here. */
    private static final String CONTENT =
            "select coalesce(md5(string_agg(to_jsonb(its_row)::text, ',' order by to_jsonb(its_row)::text)), 'empty')"
                    + " from %s its_row";

    private static final String TABLES =
            "select coalesce(string_agg(tablename, ',' order by tablename), '') from pg_tables"
                    + " where schemaname = 'shop' ";

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String sink = server.newDatabase();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private ClusterOfServers cluster;

    @BeforeEach
    void begin() throws Exception {
        ConnectorAddress address = ConnectorAddress.parse(sourceAddress(), "the source");
        on(
                "create schema shop",
                "create table shop.orders (id int primary key, total text, seen bool not null default false)",
                "create table shop.customers (name text primary key, city text)",
                "insert into shop.orders select i, 't' || i from generate_series(1, 500) i",
                "insert into shop.customers select 'c' || i, 'Bern' from generate_series(1, 50) i",
                String.join("\n", new PostgresSetup(System::getenv).script(address, address.with(new TreeMap<>()))));
        cluster = new ClusterOfServers(temporary);
        NodeServer first = cluster.start("n1");
        NodeServer second = cluster.start("n2");
        assertThat(first).isNotSameAs(second);
        await("a leader", () -> cluster.leader().isPresent());
        cluster.create(FEED.name(), sourceAddress(), address(sink));
        awaitEqual();
    }

    @AfterEach
    void end() throws Exception {
        cluster.close();
    }

    private void on(String... statements) {
        server.execute(source, statements);
    }

    private String sourceAddress() {
        return address(source) + "?tables=shop.*&heartbeat-seconds=1&ddl=detect&detect-seconds=1";
    }

    private String address(String database) {
        return "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + database;
    }

    private String query(String database, String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        } catch (SQLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void awaitEqual() throws InterruptedException {
        String tables = query(source, TABLES);
        await("the tables " + tables, () -> query(sink, TABLES).equals(tables));
        for (String table : tables.split(",", -1)) {
            String content = CONTENT.formatted("shop." + table);
            String there = query(source, content);
            await("the rows of " + table, () -> query(sink, content).equals(there));
        }
    }

    @Test
    @DisplayName(
            "Columns and tables come and go, and both sides are equal after each; a node that comes later knows them, too")
    void followsWhatIsSeen() throws Exception {
        on(
                "alter table shop.orders add column note text default 'none'",
                "update shop.orders set note = 'x' where id < 9");
        awaitEqual();
        on(
                "create table shop.items (id int primary key, name text)",
                "insert into shop.items select i, 'i' || i from generate_series(1, 100) i");
        awaitEqual();
        on("begin; update shop.items set name = 'before' where id < 5; alter table shop.items drop column name;"
                + " alter table shop.items add column more int not null default 7;"
                + " update shop.items set more = 8 where id = 5; commit");
        awaitEqual();
        on(
                "alter table shop.orders alter column total drop not null, alter column seen drop not null",
                "insert into shop.orders (id, total, seen) values (1000, null, null)");
        awaitEqual();
        on(
                "alter table shop.orders add column drawn double precision not null default random()",
                "update shop.orders set total = 'y' where id = 7");
        awaitEqual();
        NodeServer third = cluster.start("n3");
        NodeServer leading = cluster.leader().orElseThrow();
        cluster.kill(leading);
        on(
                "alter table shop.customers add column town text",
                "alter table shop.customers drop column city",
                "update shop.customers set town = 'Thun'",
                "truncate shop.items",
                "insert into shop.items values (1, 2)");
        awaitEqual();
        assertThat(third).isNotSameAs(leading);
        on("drop table shop.items", "update shop.orders set note = 'seen'");
        awaitEqual();
    }

    @Test
    @DisplayName("Another type ends the changefeed before anything wrong is in the sink")
    void refusesWhatIsNotFollowed() throws Exception {
        String content = CONTENT.formatted("shop.orders");
        String before = query(sink, content);
        on(
                "alter table shop.orders alter column total type int using length(total)",
                "update shop.orders set total = 1");
        await(
                "nobody to read any further",
                () -> query(
                                source,
                                "select count(*) from pg_replication_slots where database = current_database() and active")
                        .equals("0"));
        await(
                "the changefeed to say why",
                () -> cluster.changefeed(FEED.name()).stream()
                        .flatMap(view -> view.errors().stream())
                        .anyMatch(error -> error.message().contains("table shop.orders had the columns")));
        assertThat(query(sink, content)).isEqualTo(before);
    }
}
