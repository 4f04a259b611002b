package dev.maintainer.connector.postgres.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.source.SourceSettings.Ddls;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.SourceSetup;
import dev.maintainer.replication.SourceSetup.Finding;
import dev.maintainer.replication.SourceSetup.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An administrator prepares a database with the script that is printed. */
class SetupTest {
    private static final String PASSWORD = "secret";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.newDatabase();
    private final String reader = database + "_reader";
    private final String developer = database + "_developer";
    private final PostgresSetup setup = new PostgresSetup(name -> name.equals("PGPASSWORD") ? PASSWORD : null);

    @BeforeEach
    void shop() {
        on(
                "create schema shop",
                "create table shop.orders (id int primary key, note text)",
                "create role " + developer + " login password '" + PASSWORD + "'",
                "grant create, usage on schema shop to " + developer);
    }

    @AfterEach
    void removeRoles() {
        on(
                "drop schema shop cascade",
                "drop schema if exists maintainer cascade",
                "drop owned by " + developer,
                "drop role " + developer,
                "do $$ begin if exists (select from pg_roles where rolname = '" + reader
                        + "') then execute 'drop owned by " + reader + "'; execute 'drop role " + reader
                        + "'; end if; end $$");
    }

    private void on(String... statements) {
        server.execute(database, statements);
    }

    private ConnectorAddress address() {
        return ConnectorAddress.parse(
                "postgresql://" + reader + "@127.0.0.1:" + server.port() + "/" + database + "?tables=shop.*",
                "--source");
    }

    /** As psql would do it. */
    private void execute(List<String> script) {
        on(String.join("\n", script));
    }

    private void prepare() {
        execute(setup.script(address(), address().options()));
        on("alter role " + reader + " password '" + PASSWORD + "'");
    }

    private List<Finding> check() {
        return setup.check(address(), address().options());
    }

    private List<String> query(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (result.next()) {
                found.add(String.valueOf(result.getString(1)));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private List<String> noted() {
        return query("select concat_ws(' ', kind, tag, schema_name, object_name) from maintainer.ddl_log"
                + " where kind <> 'baseline' order by id");
    }

    @Test
    @DisplayName(
            "Where sync points are marked, the script makes and publishes their table, also later; others do not get it")
    void syncPoints() {
        prepare();
        assertThat(query("select to_regclass('maintainer.sync_point')::text")).containsExactly("null");
        ConnectorAddress marking = ConnectorAddress.parse(
                "postgresql://" + reader + "@127.0.0.1:" + server.port() + "/" + database
                        + "?tables=shop.*&sync-point-seconds=60",
                "--source");
        assertThat(setup.check(marking, marking.options()))
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("there is no table maintainer.sync_point"))
                .anyMatch(text -> text.contains("has no table maintainer.sync_point; ALTER PUBLICATION"));
        execute(setup.script(marking, marking.options()));
        execute(setup.script(marking, marking.options()));

        assertThat(setup.check(marking, marking.options())).isEmpty();
        assertThat(query("select tablename from pg_publication_tables where schemaname = 'maintainer' order by 1"))
                .containsExactly("ddl_log", "sync_point");
        assertThat(query("select string_agg(privilege_type, ' ' order by privilege_type)"
                        + " from information_schema.role_table_grants"
                        + " where table_name = 'sync_point' and grantee = '" + reader + "'"))
                .containsExactly("DELETE INSERT SELECT UPDATE");
    }

    private void asDeveloper(String... statements) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", developer);
        properties.setProperty("password", PASSWORD);
        try (Connection connection = server.connect(database, properties);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    @DisplayName(
            "Before, it is said what is missing; after, the role can read the database; the script may be executed again")
    void prepared() {
        on("create role " + reader + " login password '" + PASSWORD + "'");
        assertThat(check())
                .filteredOn(finding -> finding.level() == Level.PROBLEM)
                .extracting(Finding::text)
                .anyMatch(text -> text.contains("may not replicate"))
                .anyMatch(text -> text.contains("maintainer.changefeed"))
                .anyMatch(text -> text.contains("no publication"));
        on("drop role " + reader);

        prepare();
        assertThat(check()).isEmpty();
        assertThat(query("select object_name from maintainer.ddl_log where kind = 'baseline'"))
                .containsExactly("orders");
        prepare();
        assertThat(check()).isEmpty();
        assertThat(query("select count(*)::text from maintainer.ddl_log")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.*", "*.*", "shop.o*", "shop.log,shop.orders,shop.quiet,shop.days"})
    @DisplayName("S13: tables that would refuse changes once they are published are named, and nothing is published")
    void tablesWithoutIdentity(String tables) {
        on(
                "create table shop.log (line text)",
                "insert into shop.log values ('a')",
                "create table shop.quiet (id int primary key)",
                "alter table shop.quiet replica identity nothing",
                "create table shop.days (day date not null) partition by range (day)",
                "create table shop.first partition of shop.days for values from ('2020-01-01') to ('2021-01-01')");
        ConnectorAddress wanted = ConnectorAddress.parse(
                "postgresql://" + reader + "@127.0.0.1:" + server.port() + "/" + database + "?tables=" + tables,
                "--source");
        assertThatThrownBy(() -> execute(setup.script(wanted, wanted.options())))
                .hasStackTraceContaining("updates and deletions of shop.first, shop.log, shop.quiet would be refused");
        on("update shop.log set line = 'b'", "delete from shop.log");
        assertThat(query("select pubname from pg_publication")).isEmpty();

        on(
                "alter table shop.log replica identity full",
                "alter table shop.quiet replica identity default",
                "create unique index by_day on shop.first (day)",
                "alter table shop.first replica identity using index by_day");
        execute(setup.script(wanted, wanted.options()));
        on("update shop.log set line = 'c'", "update shop.quiet set id = 2", "delete from shop.first");
        assertThat(query("select pubname from pg_publication")).containsExactly("maintainer");
    }

    @Test
    @DisplayName(
            "S13: a table of which it is said that it is only inserted into is published, and the check says what that means")
    void appendOnly() throws SQLException {
        on("create table shop.log_lines (line text)", "create table shop.\"logXlines\" (line text)");
        ConnectorAddress wanted = ConnectorAddress.parse(address() + "&append-only=shop.log_lines", "--source");
        assertThatThrownBy(() -> execute(setup.script(wanted, wanted.options())))
                .hasStackTraceContaining("updates and deletions of shop.\"logXlines\" would be refused");
        on("alter table shop.\"logXlines\" replica identity full");
        execute(setup.script(wanted, wanted.options()));
        on(
                "alter role " + reader + " password '" + PASSWORD + "'",
                "insert into shop.log_lines values ('a')",
                "update shop.\"logXlines\" set line = 'b'");

        assertThat(setup.check(wanted, wanted.options()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(SourceSetup.Level.WARNING))
                .satisfies(finding -> assertThat(finding.text()).contains("shop.log_lines", "refuses updates"));
        assertThat(setup.check(address(), address().options()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(SourceSetup.Level.PROBLEM))
                .satisfies(finding -> assertThat(finding.text()).contains("shop.log_lines", "append-only"));
    }

    @Test
    @DisplayName("What a later change has broken is found: tables without a key, rights, triggers, the publication")
    void broken() {
        prepare();
        on(
                "create table shop.keyless (v int)",
                "revoke select on shop.orders from " + reader,
                "alter event trigger maintainer_drop disable",
                "alter publication maintainer set (publish = 'insert')");
        assertThat(check())
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("table shop.keyless has no primary key"))
                .anyMatch(text -> text.contains("may not read table shop.orders"))
                .anyMatch(text -> text.contains("maintainer_drop"))
                .anyMatch(text -> text.contains("publish inserts"));
    }

    @Test
    @DisplayName("DDLs of anybody are noted with the images of the tables as they are then")
    void notesDdls() throws SQLException {
        prepare();
        asDeveloper(
                "create table shop.items (id int primary key)",
                "alter table shop.items add column price numeric default random()",
                "alter table shop.items rename to goods",
                "create temporary table scratch (id int)",
                "drop table shop.goods");
        on(
                "create table shop.days (day date primary key) partition by range (day)",
                "create table shop.first partition of shop.days for values from ('2020-01-01') to ('2021-01-01')",
                "alter table shop.days add column v int",
                "alter schema shop rename to store",
                "alter schema store rename to shop");
        assertThat(noted())
                .containsExactly(
                        "table CREATE TABLE shop items",
                        "rewritten ALTER TABLE shop items",
                        "table ALTER TABLE shop items",
                        "table ALTER TABLE shop goods",
                        "dropped DROP TABLE shop goods",
                        "table CREATE TABLE shop days",
                        "table CREATE TABLE shop first",
                        "table ALTER TABLE shop days",
                        "table ALTER TABLE shop first",
                        "schema ALTER SCHEMA store",
                        "table ALTER SCHEMA store days",
                        "table ALTER SCHEMA store first",
                        "table ALTER SCHEMA store orders",
                        "schema ALTER SCHEMA shop",
                        "table ALTER SCHEMA shop days",
                        "table ALTER SCHEMA shop first",
                        "table ALTER SCHEMA shop orders");
        String image = query(
                        "select image::text from maintainer.ddl_log where object_name = 'first' order by id desc limit 1")
                .get(0);
        try (Connection connection = server.connect(database)) {
            assertThat(CatalogQueries.tables(connection, "maintainer", table -> false))
                    .filteredOn(table -> table.info().name().table().equals("first"))
                    .singleElement()
                    .satisfies(table -> assertThat(table.image()).isEqualTo(TableImage.parse(image)));
        }
    }

    @Test
    @DisplayName(
            "What goes with a type or a function, comes with the type of a table, or leaves the publication is noted")
    void notesConsequences() {
        on(
                "create type shop.mood as enum ('good')",
                "create function shop.four() returns int language sql return 4",
                "create type shop.line as (id int, note text)",
                "create table shop.lines of shop.line (primary key (id))",
                "create table shop.moods (id int primary key, mood shop.mood, v int default shop.four())");
        prepare();
        on(
                "drop type shop.mood cascade",
                "drop function shop.four() cascade",
                "alter type shop.line add attribute more int cascade",
                "alter publication maintainer set (publish = 'insert')",
                "alter publication maintainer set (publish = 'insert, update, delete, truncate')",
                "create schema other",
                "alter publication maintainer add tables in schema other",
                "alter publication maintainer add table shop.moods",
                "alter publication maintainer drop table shop.moods",
                "alter publication maintainer drop tables in schema other",
                "alter publication maintainer drop tables in schema shop");
        assertThat(query(
                        "select concat_ws(' ', kind, tag, schema_name, object_name, detail, image -> 'columns' -> 1 ->> 'name',"
                                + " json_array_length(image -> 'columns'))"
                                + " from maintainer.ddl_log where kind in ('table', 'publication') order by id"))
                .containsExactly(
                        "table DROP TYPE shop moods v 2",
                        "table DROP FUNCTION shop moods v 2",
                        "table ALTER TYPE shop lines note 3",
                        "publication ALTER PUBLICATION maintainer",
                        "publication ALTER PUBLICATION shop moods maintainer",
                        "publication ALTER PUBLICATION other maintainer",
                        "publication ALTER PUBLICATION shop maintainer");
    }

    @Test
    @DisplayName(
            "A transaction that does not see what another one has done to its table meanwhile does not note a wrong image")
    void oldSnapshot() throws SQLException {
        prepare();
        for (String meanwhile : List.of("add column v int", "rename column note to remark", "drop column id")) {
            try (Connection old = server.connect(database);
                    Statement statement = old.createStatement()) {
                statement.execute("begin isolation level repeatable read; select count(*) from pg_class");
                on("alter table shop.orders " + meanwhile);
                statement.execute("alter table shop.orders add column more int");
                statement.execute("alter table shop.orders drop column more; commit");
            }
            assertThat(noted()).as(meanwhile).endsWith("opaque ALTER TABLE", "opaque ALTER TABLE");
        }
        assertThat(query("select detail from maintainer.ddl_log order by id desc limit 1"))
                .containsExactly("the transaction does not see what another one has done to the table since it began");
        on("begin isolation level serializable; create table shop.items (id int primary key); commit");
        assertThat(noted()).endsWith("table CREATE TABLE shop items");
    }

    @Test
    @DisplayName("Of added columns, the value is noted that rows have which were there before")
    void notesAddedValues() {
        prepare();
        on(
                "alter table shop.orders add column s text default 'o''ld', alter column s set default 'current'",
                "begin; alter table shop.orders add column n int not null default -5;"
                        + " alter table shop.orders alter column n drop default; commit",
                "alter table shop.orders add column l int[] default '{1,2}'",
                "alter table shop.orders add column later int, alter column later set default 6");
        assertThat(query("select added_values::text from maintainer.ddl_log where object_name = 'orders'"
                        + " order by id desc limit 1"))
                .containsExactly("{ \"3\" : \"o'ld\", \"4\" : \"-5\", \"5\" : \"{1,2}\" }");
    }

    @Test
    @DisplayName("Nobody can forge a note, and a note that cannot be written does not break the DDL")
    void guarded() throws SQLException {
        prepare();
        assertThatThrownBy(() -> asDeveloper("insert into maintainer.ddl_log (kind, tag) values ('dropped', 'x')"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> asDeveloper("select maintainer.note_tables('table', 'x', '{}', null)"))
                .hasMessageContaining("permission denied");
        on("alter table maintainer.ddl_log drop column image");
        asDeveloper("create table shop.items (id int primary key)");
        assertThat(noted()).endsWith("opaque CREATE TABLE");
        on("drop table maintainer.ddl_log");
        asDeveloper("alter table shop.items add column v int");
        assertThat(query("select v::text from shop.items")).isEmpty();
    }

    @Test
    @DisplayName("The other script leaves nothing behind")
    void removed() {
        prepare();
        execute(setup.removal(address(), address().options()));
        assertThat(query("select evtname from pg_event_trigger union all select pubname from pg_publication"
                        + " union all select nspname from pg_namespace where nspname = 'maintainer'"))
                .isEmpty();
        on("create table shop.later (id int primary key)");
    }

    @Test
    @DisplayName("Single tables, tables of schemas and all tables are published as they are named")
    void publishedTables() {
        assertThat(new SetupScript(
                                "r",
                                "p",
                                List.of("shop.a", "crm.*", "crm.b", "s\"x.it's"),
                                List.of(),
                                Ddls.CAPTURE,
                                false)
                        .lines())
                .anyMatch(line -> line.contains("for table maintainer.ddl_log, table \"shop\".\"a\","
                        + " table \"s\"\"x\".\"it's\", tables in schema \"crm\" with"));
        assertThat(new SetupScript("r", "p", List.of("shop.a", "*.*"), List.of(), Ddls.CAPTURE, false).lines())
                .anyMatch(line -> line.contains("for all tables with"));
    }

    @Test
    @DisplayName("Where no event triggers note DDLs, whoever owns the tables can execute the script")
    void withoutSuperuser() {
        List<String> lines =
                new SetupScript("r", "p", List.of("shop.a", "shop.b"), List.of(), Ddls.NONE, false).lines();

        assertThat(lines)
                .anyMatch(line -> line.contains("for table \"shop\".\"a\", table \"shop\".\"b\" with"))
                .noneMatch(line -> line.contains("event trigger") || line.contains("ddl_log"));
        assertThat(new SetupScript("r", "p", List.of("shop.a", "shop.b"), List.of(), Ddls.DETECT, false).lines())
                .anyMatch(line -> line.contains(
                        "for table maintainer.detected_ddl, table \"shop\".\"a\", table \"shop\".\"b\" with"))
                .noneMatch(line -> line.contains("event trigger") || line.contains("ddl_log"));
    }
}
