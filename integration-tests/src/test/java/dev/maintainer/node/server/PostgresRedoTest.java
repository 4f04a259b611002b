package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoRestore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A redo log of a database, which is kept in a directory beside another database. */
@Timeout(240)
class PostgresRedoTest {
    private static final String FEED = "shop";

    private final TwoDatabases databases = new TwoDatabases("").withOrders();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @BeforeEach
    void prepare() {
        databases.on(
                "create table shop.documents (id int primary key, title text, body text)",
                "alter table shop.documents alter column body set storage external",
                "insert into shop.documents select i, 't' || i, repeat(md5(i::text), 200) from generate_series(1, 20) i");
        databases.setUp();
    }

    private Path log() {
        return temporary.resolve("redo");
    }

    /** Waits until everything that is committed by now is in the sink and has been promised. */
    private void awaitPromise() throws InterruptedException {
        databases.awaitEqual();
        long end = Long.parseLong(
                databases.query(databases.source, "select (pg_current_wal_insert_lsn() - '0/0')::bigint"));
        await("a promise of " + end, () -> RedoRestore.from(log()).promisedTs() >= end);
    }

    /** Restores the last moment that was promised, and compares it with the source. */
    private void compareRestored(String name) {
        RedoRestore restore = RedoRestore.from(log());
        FinishedTables tables = restore.restore(restore.promisedTs(), temporary.resolve(name));
        String there = databases.query(
                databases.source,
                "select coalesce(string_agg('shop.' || tablename, ',' order by tablename), '') from pg_tables"
                        + " where schemaname = 'shop'");
        assertThat(tables.names().stream().map(TableName::toString).collect(Collectors.joining(",")))
                .isEqualTo(there);
        for (TableName table : tables.names()) {
            assertThat(String.join("\n", new TreeSet<>(tables.rows(table).values())))
                    .as("rows of %s", table)
                    .isEqualTo(rowsOf(table));
        }
    }

    /** The rows of a table of the source, as objects of the texts of their columns. */
    private String rowsOf(TableName table) {
        String fields = databases.query(
                databases.source,
                "select string_agg(format('to_json(%L::text)::text || '':'' || case when %I is null then ''null''"
                        + " else to_json(format(''%%s'', %I))::text end', attname, attname, attname), ', ' order by attnum)"
                        + " from pg_attribute where attnum > 0 and not attisdropped and attrelid = '" + table
                        + "'::regclass");
        return databases.query(
                databases.source,
                "select coalesce(string_agg(o, E'\\n' order by o collate \"C\"), '') from (select '{' || concat_ws(',', "
                        + fields + ") || '}' as o from " + table + ") rows");
    }

    private long validated(NodeServer node, String sink, String redo) {
        Map<String, String> settings = new TreeMap<>(Map.of("source", databases.sourceAddress(), "sink", sink));
        if (!redo.isEmpty()) {
            settings.put("redo", redo);
        }
        return node.validate(
                new ChangefeedId(FEED),
                new ChangefeedConfiguration(new TreeMap<>(settings)),
                (earliest, end) -> earliest);
    }

    @Test
    @DisplayName("A changefeed with a table without a key is not created for a redo log, nor for files")
    void refusesKeyless() throws Exception {
        databases.on("create table shop.clicks (page text)", "alter table shop.clicks replica identity full");
        try (ClusterOfServers cluster = new ClusterOfServers(temporary)) {
            NodeServer node = cluster.start("n1");
            assertThat(validated(node, databases.sinkAddress(), "")).isPositive();
            assertThatThrownBy(() -> validated(node, databases.sinkAddress(), "files:" + log()))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContainingAll("shop.clicks", "a redo log", "keep no redo log");
            assertThatThrownBy(() -> validated(node, "files:" + temporary.resolve("sink"), ""))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContainingAll("shop.clicks", "this sink", "PostgreSQL");
        }
        assertThat(temporary.resolve("sink")).doesNotExist();
    }

    @Test
    @DisplayName(
            "Copies, rows that are told in part or changed twice at once, and DDLs are in the redo log, also when the owner leaves")
    void keepsLog() throws Exception {
        try (ClusterOfServers cluster = new ClusterOfServers(temporary)) {
            cluster.start("n1");
            cluster.start("n2");
            cluster.createWithRedo(FEED, databases.sourceAddress(), databases.sinkAddress(), "files:" + log());
            await("the redo log to be begun", () -> Files.exists(log().resolve("redo-meta")));
            awaitPromise();
            compareRestored("copied");

            databases.on(
                    "alter table shop.orders add column note text not null default 'none'",
                    "update shop.orders set note = 'n' || id",
                    "begin; update shop.orders set total = 'first' where id < 10;"
                            + " update shop.orders set total = 'second' where id < 5;"
                            + " delete from shop.orders where id = 7; insert into shop.orders values (7, 'anew'); commit",
                    "update shop.documents set title = 'changed'",
                    "begin; update shop.documents set body = repeat(md5(title), 150) where id < 5;"
                            + " update shop.documents set title = 'after' where id < 8; commit",
                    "create table shop.brief (id int primary key)",
                    "insert into shop.brief select generate_series(1, 20)",
                    "drop table shop.brief",
                    "create table shop.later (id int primary key, what text)",
                    "insert into shop.later select i, 'w' || i from generate_series(1, 30) i",
                    "truncate shop.customers",
                    "insert into shop.customers values ('c1', 'Basel')");
            awaitPromise();
            compareRestored("altered");

            cluster.leave(cluster.owner(FEED).orElseThrow());
            databases.on("delete from shop.orders where id > 400", "update shop.later set what = 'late'");
            awaitPromise();
            compareRestored("left");
        }
    }
}
