package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The same without event triggers: nodes see from the log, and from the catalog, that tables have changed. */
class PostgresDetectTest extends ReplicatedOrders {
    PostgresDetectTest() {
        super("&ddl=detect&detect-seconds=1");
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
        String before = databases.content(databases.sink, "orders");
        on(
                "alter table shop.orders alter column total type int using length(total)",
                "update shop.orders set total = 1");
        await(
                "nobody to read any further",
                () -> databases
                        .query(
                                databases.source,
                                "select count(*) from pg_replication_slots where database = current_database() and active")
                        .equals("0"));
        await(
                "the changefeed to say why",
                () -> cluster.changefeed(FEED.name()).stream()
                        .flatMap(view -> view.errors().stream())
                        .anyMatch(error -> error.message().contains("table shop.orders had the columns")));
        assertThat(databases.content(databases.sink, "orders")).isEqualTo(before);
    }
}
