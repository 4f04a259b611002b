package dev.maintainer.connector.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.ddl.CatalogDifference;
import dev.maintainer.connector.postgres.ddl.FoundNotes;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.connector.postgres.sql.DirectConnections;
import dev.maintainer.connector.postgres.wal.Lsn;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SourceSetup.Finding;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source whose DDLs nobody notes: whoever owns the tables has set it up, a role that may only replicate reads it, and there is no
 * superuser.
 */
class DetectedDdlTest {
    private static final String PASSWORD = "secret";
    private static final ChangefeedId FEED = new ChangefeedId("shop");
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.newDatabase();
    private final String owner = database + "_owner";
    private final String reader = database + "_reader";
    private final List<Source> opened = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @BeforeEach
    void shop() {
        server.execute(
                database,
                "create role " + owner + " login password '" + PASSWORD + "'",
                "create role " + reader + " login replication password '" + PASSWORD + "'",
                "grant create on database " + database + " to " + owner);
        on(
                "create schema shop",
                "create table shop.orders (id int primary key, total text, note text, state int not null default 0)",
                "insert into shop.orders select i, 't' || i, 'n' || i from generate_series(1, 5) i");
        ConnectorAddress single = address("shop.orders");
        on(String.join("\n", new PostgresSetup(DetectedDdlTest::environment).script(single, single.options())));
    }

    @AfterEach
    void end() {
        opened.forEach(Source::close);
        LiveDatabase.await(
                "slots to be left",
                () -> server.column(
                                database,
                                "select 1 from pg_replication_slots where database = current_database() and active")
                        .isEmpty());
        server.column(
                database,
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()");
        server.execute(
                database,
                "drop owned by " + reader + " cascade",
                "drop owned by " + owner + " cascade",
                "drop role " + reader,
                "drop role " + owner);
    }

    private static @Nullable String environment(String name) {
        return name.equals("PGPASSWORD") ? PASSWORD : null;
    }

    private void on(String... statements) {
        Properties properties = new Properties();
        properties.setProperty("user", owner);
        properties.setProperty("password", PASSWORD);
        try (Connection connection = server.connect(database, properties);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    private ConnectorAddress address(String tables) {
        return ConnectorAddress.parse(
                "postgresql://" + reader + "@127.0.0.1:" + server.port() + "/" + database
                        + "?ddl=detect&detect-seconds=1&heartbeat-seconds=1&tables=" + tables,
                "--source");
    }

    private Source open(String node, long historyAfter) {
        ConnectorAddress address = address("shop.*");
        SourceSettings settings =
                SourceSettings.of(address, new TreeMap<>(address.options()), DetectedDdlTest::environment);
        Source source = PostgresSource.open(
                settings,
                new DirectConnections(settings.server())::open,
                new SourceContext(historyAfter, temporary.resolve(node), FEED, new NodeId(node)));
        opened.add(source);
        return source;
    }

    private long walEnd() {
        return Lsn.parse(server.column(database, "select pg_current_wal_lsn()").get(0));
    }

    /** All DDLs up to now, behind those that make the first tables. */
    private List<String> ddls(Source source) {
        long end = walEnd();
        LiveDatabase.await("the log to be read up to " + end, () -> {
            source.check();
            return source.resolvedTs() >= end;
        });
        return known(source);
    }

    private static List<String> known(Source source) {
        List<String> ddls = new ArrayList<>();
        try (DdlReader reader = source.ddls(source.startTs() + 1)) {
            long end = source.resolvedTs();
            for (List<DdlEvent> more = reader.poll(end); !more.isEmpty(); more = reader.poll(end)) {
                more.forEach(ddl -> ddls.add(text(ddl)));
            }
        }
        return ddls;
    }

    private static String text(DdlEvent ddl) {
        String definition = String.valueOf(ddl.definition());
        List<String> columns = new ArrayList<>();
        for (String part : definition.split("\"name\":\"", -1)) {
            columns.add(part.substring(0, Math.max(0, part.indexOf('"'))));
        }
        return ddl.statement().replaceAll(" DEFINITION.*", "")
                + (ddl.kind() == DdlEvent.Kind.ALTER_TABLE || ddl.kind() == DdlEvent.Kind.CREATE_TABLE
                        ? " (" + String.join(", ", columns.subList(1, columns.size())) + ")"
                        : "");
    }

    private static TableInfo table(Source source, String name) {
        return source.tables().stream()
                .filter(info -> info.name().table().equals(name))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    /** The rows that a table has got behind a position, without those that are copied. */
    private List<String> rows(Source source, String table, long after) {
        try (RowReader rows = source.rows(TableSpan.whole(table(source, table).table()), after, () -> {})) {
            List<String> texts = new ArrayList<>();
            for (List<RowEvent> more = rows.poll(100, source.resolvedTs());
                    !more.isEmpty();
                    more = rows.poll(100, source.resolvedTs())) {
                more.forEach(row -> texts.add(row.op() + " " + row.row()));
            }
            return texts;
        }
    }

    private void awaitDdls(Source source, String... expected) {
        LiveDatabase.await("DDLs " + List.of(expected), () -> {
            source.check();
            return known(source).equals(List.of(expected));
        });
    }

    private static void awaitDrift(Source source, String... why) {
        MaintainerException[] failure = {null};
        LiveDatabase.await("the source to end", () -> {
            try {
                source.check();
                return false;
            } catch (MaintainerException e) {
                failure[0] = e;
                return true;
            }
        });
        assertThat(failure[0].code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        assertThat(failure[0]).hasMessageContainingAll(why);
    }

    @Test
    @DisplayName("Whoever owns the tables can set it up, and the role that reads finds all that it needs")
    void prepared() {
        ConnectorAddress address = address("shop.*");
        assertThat(new PostgresSetup(DetectedDdlTest::environment).check(address, address.options()))
                .isEmpty();
        on(
                "alter publication maintainer drop table maintainer.detected_ddl",
                "revoke update on maintainer.detected_ddl from " + reader);
        assertThat(new PostgresSetup(DetectedDdlTest::environment).check(address, address.options()))
                .extracting(Finding::text)
                .anyMatch(text -> text.contains("may not write maintainer.detected_ddl"))
                .anyMatch(text -> text.contains("has no table maintainer.detected_ddl"));
    }

    @Test
    @DisplayName("Columns that come and go are followed right before the first row that shows it")
    void columns() {
        Source source = open("n1", 0);
        on(
                "alter table shop.orders add column more text, add column least text",
                "insert into shop.orders values (10, 't', 'n', 1, 'm', 'l')");
        assertThat(ddls(source)).containsExactly("ALTER TABLE shop.orders (id, total, note, state, more, least)");
        on(
                "alter table shop.orders drop column note",
                "begin; update shop.orders set total = 'before' where id = 1;"
                        + " alter table shop.orders drop column more, add column last int;"
                        + " update shop.orders set last = 7 where id = 2; commit");
        assertThat(ddls(source))
                .endsWith("ALTER TABLE shop.orders (id, total, state, least, last)")
                .hasSize(2);
        assertThat(rows(source, "orders", source.startTs() + 2))
                .containsExactly(
                        "I {\"id\":\"10\",\"total\":\"t\",\"note\":\"n\",\"state\":\"1\",\"more\":\"m\",\"least\":\"l\"}",
                        "P {\"id\":\"1\",\"total\":\"before\",\"state\":\"0\",\"least\":null,\"last\":{}}",
                        "U {\"id\":\"2\",\"total\":\"t2\",\"state\":\"0\",\"least\":null,\"last\":\"7\"}");
    }

    @Test
    @DisplayName("Rows that were there get the constant with which a column was added; any other value is copied")
    void values() {
        Source source = open("n1", 0);
        on(
                "alter table shop.orders add column c text not null default 'old'",
                "update shop.orders set total = 'x' where id = 1");
        assertThat(ddls(source)).containsExactly("ALTER TABLE shop.orders (id, total, note, state, c)");
        on(
                "alter table shop.orders add column d int default 5",
                "alter table shop.orders alter column d drop default",
                "update shop.orders set total = 'x' where id = 1");
        assertThat(ddls(source))
                .hasSize(3)
                .endsWith("TRUNCATE TABLE shop.orders", "ALTER TABLE shop.orders (id, total, note, state, c, d)");
        on(
                "alter table shop.orders add column e double precision default random()",
                "alter table shop.orders alter column e drop default",
                "update shop.orders set total = 'x' where id = 1");
        assertThat(ddls(source))
                .hasSize(5)
                .endsWith("TRUNCATE TABLE shop.orders", "ALTER TABLE shop.orders (id, total, note, state, c, d, e)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table shop.orders alter column total type varchar(40)/has got another type",
                "alter table shop.orders alter column state type bigint/has got another type",
                "alter table shop.orders rename column note to remark/was renamed",
                "alter table shop.orders rename to orders_2; alter publication maintainer set table shop.orders_2,"
                        + " maintainer.detected_ddl/was renamed",
                "alter table shop.orders drop constraint orders_pkey, add primary key (id, state)/another key",
                "alter table shop.orders drop column total; alter table shop.orders rename column note to total/renamed",
                "alter table shop.orders drop column note, drop column state; alter table shop.orders add column"
                        + " state text; alter table shop.orders rename column total to note/renamed"
            })
    @DisplayName("Whatever else has changed ends the source, and says what has")
    void drift(String what) {
        Source source = open("n1", 0);
        String[] parts = what.split("/", -1);
        on(
                parts[0],
                "delete from " + (parts[0].contains("orders_2") ? "shop.orders_2" : "shop.orders") + " where id = 1");

        awaitDrift(source, "table shop.orders", parts[1], "ddl=capture");
    }

    @Test
    @DisplayName("A change behind which no row comes is found in the catalog, and what cannot be followed is refused")
    void withoutRows() {
        Source source = open("n1", 0);
        on("alter table shop.orders add column more text, drop column note");
        awaitDdls(source, "ALTER TABLE shop.orders (id, total, state, more)");
        on("alter table shop.orders drop column more", "alter table shop.orders add column more text");
        awaitDdls(
                source,
                "ALTER TABLE shop.orders (id, total, state, more)",
                "TRUNCATE TABLE shop.orders",
                "ALTER TABLE shop.orders (id, total, state, more)");
        on("alter table shop.orders alter column total type varchar(40)");
        awaitDrift(source, "(id integer, total text, state integer, more text)", "total character varying(40)");
    }

    @Test
    @DisplayName("A table that is added is copied from where it was found, and one that is dropped goes")
    void tablesComeAndGo() {
        on("create table shop.items (id int primary key, a int, b text)");
        Source source = open("n1", 0);
        on(
                "insert into shop.items select i, i, 'b' from generate_series(1, 20) i",
                "grant select on shop.items to " + reader,
                "alter publication maintainer add table shop.items");
        awaitDdls(source, "CREATE TABLE shop.items (id, a, b)");
        on("insert into shop.items values (21, 21, 'c')");
        try (Follower items =
                Follower.of(source, TableSpan.whole(table(source, "items").table()), source.resolvedTs())) {
            assertThat(items.rows).isEmpty();
        }
        long created;
        try (DdlReader reader = source.ddls(source.startTs() + 1)) {
            created = reader.nextTs();
        }
        try (Follower items =
                Follower.of(source, TableSpan.whole(table(source, "items").table()), created)) {
            items.follow(walEnd());
            assertThat(items.rows).hasSize(21);
        }
        on("drop table shop.items", "create table shop.items (id int primary key, other text)");
        awaitDdls(source, "CREATE TABLE shop.items (id, a, b)", "DROP TABLE shop.items");
        on("grant select on shop.items to " + reader, "alter publication maintainer add table shop.items");
        awaitDdls(
                source,
                "CREATE TABLE shop.items (id, a, b)",
                "DROP TABLE shop.items",
                "CREATE TABLE shop.items (id, other)");
    }

    @Test
    @DisplayName("Rows of a transaction that runs while its table is added come with the copy, which waits for it")
    void addedWhileWritten() throws SQLException {
        on("create table shop.items (id int primary key, a int, b text)", "grant select on shop.items to " + reader);
        Source source = open("n1", 0);
        try (Connection writer = server.connect(database);
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into shop.items values (1, 1, 'b')");
            on("alter publication maintainer add table shop.items");
            awaitDdls(source, "CREATE TABLE shop.items (id, a, b)");
            long created;
            try (DdlReader reader = source.ddls(source.startTs() + 1)) {
                created = reader.nextTs();
            }
            try (Follower items =
                    Follower.of(source, TableSpan.whole(table(source, "items").table()), created)) {
                on("insert into shop.items values (2, 2, 'c')");
                writer.commit();
                items.follow(walEnd());
                assertThat(items.rows).hasSize(2);
            }
        }
    }

    @Test
    @DisplayName("A table that is taken out of the publication ends the source, also if it is put in again")
    void takenOut() {
        Source source = open("n1", 0);
        on(
                "alter publication maintainer drop table shop.orders",
                "delete from shop.orders where id = 1",
                "alter publication maintainer add table shop.orders");
        awaitDrift(source, "table shop.orders was taken out of its publication");
    }

    @Test
    @DisplayName(
            "Nodes know the same DDLs at the same positions, whenever they read, and whatever the catalog has by then")
    void severalNodes() {
        Source first = open("n1", 0);
        Source second = open("n2", 0);
        on(
                "alter table shop.orders add column more text",
                "update shop.orders set more = 'm' where id = 1",
                "alter table shop.orders drop column note",
                "update shop.orders set more = 'n' where id = 1");
        List<String> ddls = ddls(first);
        assertThat(ddls).hasSize(2);
        assertThat(ddls(second)).isEqualTo(ddls);
        assertThat(positions(second)).isEqualTo(positions(first));
        first.close();
        on("alter table shop.orders add column later text", "update shop.orders set later = 'l' where id = 1");
        assertThat(ddls(second)).hasSize(3);

        // One that has everything, one that has lost it, and one that comes at the DDL in the middle.
        long middle = positions(second).get(1);
        for (String node : List.of("n1", "n3")) {
            Source later = open(node, node.equals("n1") ? second.startTs() : middle);
            assertThat(ddls(later)).isEqualTo(ddls(second));
            assertThat(positions(later)).isEqualTo(positions(second));
            assertThat(rows(later, "orders", middle)).isEqualTo(rows(second, "orders", middle));
        }
    }

    private static List<Long> positions(Source source) {
        List<Long> positions = new ArrayList<>();
        try (DdlReader reader = source.ddls(source.startTs() + 1)) {
            long end = source.resolvedTs();
            for (List<DdlEvent> more = reader.poll(end); !more.isEmpty(); more = reader.poll(end)) {
                more.forEach(ddl -> positions.add(ddl.commitTs()));
            }
        }
        return positions;
    }

    @Test
    @DisplayName("Whoever reads later than the catalog says takes what is still there, and refuses what cannot be told")
    void catalogMovedOn() {
        Source source = open("n1", 0);
        long checkpoint = source.startTs();
        source.close();
        on(
                "alter table shop.orders add column more text",
                "update shop.orders set more = 'm' where id = 1",
                "alter table shop.orders drop column note");
        Source later = open("n1", checkpoint);
        awaitDdls(
                later,
                "ALTER TABLE shop.orders (id, total, note, state, more)",
                "ALTER TABLE shop.orders (id, total, state, more)");
        later.close();
        on(
                "alter table shop.orders add column brief text",
                "update shop.orders set brief = 'm' where id = 1",
                "alter table shop.orders drop column brief");
        Source refused = open("n1", checkpoint);
        awaitDrift(refused, "brief", "does not have any more");
    }

    @Test
    @DisplayName("A table that is gone when its change is read goes with that, and its rows do not matter any more")
    void goneMeanwhile() {
        on(
                "create table shop.gone (id int primary key, v text)",
                "grant select on shop.gone to " + reader,
                "alter publication maintainer add table shop.gone");
        Source source = open("n1", 0);
        long checkpoint = source.startTs();
        source.close();
        on(
                "insert into shop.gone values (1, 'a')",
                "alter table shop.gone add column w text",
                "insert into shop.gone values (2, 'b', 'c')",
                "insert into shop.gone values (3, 'b', 'c')",
                "drop table shop.gone",
                "update shop.orders set total = 'after'");
        Source later = open("n1", checkpoint);
        assertThat(ddls(later)).containsExactly("DROP TABLE shop.gone");
        assertThat(rows(later, "orders", checkpoint + 2)).hasSize(5);
    }

    @Test
    @DisplayName("TRUNCATE is followed as the log tells it, and REPLICA IDENTITY FULL changes nothing")
    void truncatedAndToldWhole() {
        Source source = open("n1", 0);
        on(
                "alter table shop.orders replica identity full",
                "update shop.orders set total = 'whole' where id = 1",
                "truncate shop.orders");
        assertThat(ddls(source))
                .containsExactly("ALTER TABLE shop.orders (id, total, note, state)", "TRUNCATE TABLE shop.orders");
    }

    @Test
    @DisplayName("What is noted last of a table is not noted again")
    void notedOnce() {
        SourceSettings settings = SourceSettings.of(
                address("shop.*"), new TreeMap<>(address("shop.*").options()), DetectedDdlTest::environment);
        SourceDatabase source = new SourceDatabase(new DirectConnections(settings.server())::open);
        DetectedNotes notes = new DetectedNotes(source, "somewhere");
        NotedDdl found = FoundNotes.table(7, "items", "1 id integer").note();
        NotedDdl gone = CatalogDifference.dropped(found);
        for (NotedDdl note : List.of(found, found, gone, gone, found)) {
            int unused = source.call("noted", connection -> {
                notes.found(connection, List.of(note));
                return 0;
            });
        }
        assertThat(server.column(database, "select kind from maintainer.detected_ddl order by id"))
                .containsExactly("found", "dropped", "found");
    }

    @Test
    @DisplayName("A changefeed that is removed leaves nothing of what was seen")
    void released() {
        Source source = open("n1", 0);
        on("alter table shop.orders add column more text", "update shop.orders set more = 'm' where id = 1");
        assertThat(ddls(source)).hasSize(1);
        source.release(FEED);
        assertThat(server.column(database, "select count(*) from maintainer.detected_ddl"))
                .containsExactly("0");
    }
}
