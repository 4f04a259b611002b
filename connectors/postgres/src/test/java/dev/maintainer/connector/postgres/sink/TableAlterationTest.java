package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.TypedShop.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.event.DdlEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of the source is altered, and that of the sink becomes alike. */
class TableAlterationTest {
    private static final String CREATE = "create table shop.orders (id int primary key, note text default 'none',"
            + " total numeric(10,2) not null, twice int generated always as (id * 2) stored, old text, spare varchar(10))";

    private final String source = PostgresServer.shared().newDatabase();
    private @Nullable TypedShop typed;

    @AfterEach
    void close() throws Exception {
        if (typed != null) {
            typed.shop.close();
        }
    }

    private TypedShop started() throws SQLException {
        on(
                "create schema shop",
                "create type mood as enum ('sad', 'happy')",
                CREATE,
                "create publication p for all tables");
        TypedShop started = new TypedShop(image(source));
        typed = started;
        started.shop.sql("create type mood as enum ('sad', 'happy')", "create publication p for table shop.orders");
        return started;
    }

    private void on(String... statements) {
        PostgresServer.shared().execute(source, statements);
    }

    private static TableImage image(String database) throws SQLException {
        try (Connection connection = PostgresServer.shared().connect(database)) {
            return CatalogQueries.tables(connection, "p", table -> false).stream()
                    .filter(table -> table.info().name().equals(Shop.NAME))
                    .findFirst()
                    .orElseThrow()
                    .image();
        }
    }

    /** Columns that are alike wherever they are. */
    private static List<ColumnImage> shape(TableImage image) {
        return image.columns().stream()
                .map(column -> new ColumnImage(
                        1,
                        column.name(),
                        column.type(),
                        column.collation(),
                        column.notNull(),
                        column.expression(),
                        column.identity() == ColumnImage.Identity.ALWAYS
                                ? ColumnImage.Identity.BY_DEFAULT
                                : column.identity(),
                        column.generated()))
                .sorted(Comparator.comparing(ColumnImage::name))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table shop.orders add column city text",
                "alter table shop.orders add column city text default 'here', add column n int not null default -1",
                "alter table shop.orders add column feeling mood default 'sad'",
                "alter table shop.orders add column half numeric generated always as (id / 2.0) stored",
                "alter table shop.orders add column half int generated always as (id / 2) stored, add column base int;"
                        + " alter table shop.orders alter column half set expression as (base * 2)",
                "alter table shop.orders drop column old",
                "alter table shop.orders drop column twice, drop column note",
                "alter table shop.orders rename column note to remark",
                "alter table shop.orders rename column note to x; alter table shop.orders rename column old to note;"
                        + " alter table shop.orders rename column x to old",
                "alter table shop.orders drop column twice; alter table shop.orders alter column id type bigint",
                "alter table shop.orders alter column total type numeric, alter column spare type varchar(20)",
                "alter table shop.orders alter column spare type text collate \"C\"",
                "alter table shop.orders alter column id type text",
                "alter table shop.orders alter column total drop not null, alter column spare set not null",
                "alter table shop.orders alter column note drop default, alter column old set default 'x'",
                "alter table shop.orders alter column twice drop expression",
                "alter table shop.orders alter column id add generated always as identity",
                "alter table shop.orders drop constraint orders_pkey, add primary key (spare, id)",
                "alter table shop.orders rename column id to number; alter table shop.orders drop column old, add column"
                        + " old date default '2020-01-01', alter column spare type text"
            })
    @DisplayName("Columns, types, defaults and the key become those of the source, and rows stay")
    void becomesAlike(String alter) throws SQLException {
        boolean isText = alter.contains("id type text");
        TypedShop shop = started();
        if (isText) {
            on("alter table shop.orders drop column twice");
            shop.alter(11, 1, image(source));
            write(shop.owner.open(WHOLE, DISPATCHER), shop.row(12, "1", "a", "1.00", "o", "s"));
        } else {
            write(shop.owner.open(WHOLE, DISPATCHER), shop.row(12, "1", "a", "1.00", "o", "s"));
        }
        on("insert into shop.orders (id, note, total, old, spare) values (1, 'a', 1, 'o', 's')");
        on(alter.split("; "));
        shop.alter(20, 2, image(source));

        assertThat(shape(image(shop.shop.database))).isEqualTo(shape(shop.image));
        assertThat(image(shop.shop.database).key()).isEqualTo(shop.image.key());
        String row = "select to_jsonb(o)::text from shop.orders o";
        assertThat(shop.shop.query(row)).isEqualTo(query(row));
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = PostgresServer.shared().connect(source);
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return List.of(result.getString(1));
        }
    }

    @Test
    @DisplayName(
            "Enums and domains are made with the table, and labels come where the source has them, under the names that it has")
    void types() throws SQLException {
        on(
                "create schema shop",
                "create type shop.mood as enum ('sad', 'it''s')",
                "create domain shop.feeling as shop.mood not null check (value <> 'sad')",
                "create table shop.orders (id int primary key, was shop.mood default 'sad', feelings shop.feeling[])",
                "create publication p for all tables");
        TypedShop shop = new TypedShop(image(source));
        typed = shop;
        write(shop.owner.open(WHOLE, DISPATCHER), shop.row(12, "1", "sad", "{it's}"));
        on(
                "insert into shop.orders values (1, 'sad', '{it''s}')",
                "alter type shop.mood rename value 'sad' to 'low'",
                "alter type shop.mood add value 'high' before 'it''s'");
        shop.alter(20, 1, image(source));
        shop.alter(20, 1, shop.image);
        write(shop.owner.open(WHOLE, DISPATCHER), shop.row(23, "2", "high", "{low}"));
        assertThat(shop.shop.query("select string_agg(was::text, ' ' order by was) from shop.orders"))
                .containsExactly("low high");
        assertThat(shop.shop.query("select enum_range(null::shop.mood)::text")).containsExactly("{low,high,it's}");
    }

    @Test
    @DisplayName(
            "Labels that exchange their names do so here; those of rows whose former label is not known are refused")
    void exchangedLabels() throws SQLException {
        on(
                "create schema shop",
                "create type shop.mood as enum ('a', 'b')",
                "create table shop.orders (id int primary key, was shop.mood)",
                "create publication p for all tables");
        TypedShop shop = new TypedShop(image(source));
        typed = shop;
        write(shop.owner.open(WHOLE, DISPATCHER), shop.row(12, "1", "a"), shop.row(12, "2", "b"));
        on("begin; alter type shop.mood rename value 'a' to 'x'; alter type shop.mood rename value 'b' to 'a';"
                + " alter type shop.mood rename value 'x' to 'b'; commit");
        shop.alter(20, 1, image(source));
        assertThat(shop.shop.query("select string_agg(was::text, ' ' order by id) from shop.orders"))
                .containsExactly("b a");

        shop.shop.sql("alter type shop.mood add value 'c'");
        on("alter type shop.mood rename value 'b' to 'c'");
        TableImage after = image(source);
        assertThatThrownBy(() -> shop.alter(21, 2, after))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED))
                .hasMessageContaining("has the labels c, a in the source, and had b, a; here it has b, a, c");
    }

    @Test
    @DisplayName("A type that is there is used, and one that is something else is refused")
    void typesAreThere() throws SQLException {
        on(
                "create schema shop",
                "create type shop.mood as enum ('sad', 'glad')",
                "create table shop.orders (id int primary key, was shop.mood)",
                "create publication p for all tables");
        TableImage image = image(source);
        try (Shop there = new Shop()) {
            there.sql("create schema shop", "create type shop.mood as enum ('glad', 'mad')");
            Shop.SinkProcess owner = there.process();
            owner.own(1);
            there.execute(owner, DdlEvent.createTable(10, 0, Shop.TABLE, image.json()));
            assertThat(there.query("select enum_range(null::shop.mood)::text")).containsExactly("{sad,glad,mad}");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        try (Shop there = new Shop()) {
            there.sql("create schema shop", "create domain shop.mood as text");
            Shop.SinkProcess owner = there.process();
            owner.own(1);
            List<DdlEvent> creation = List.of(DdlEvent.createTable(10, 0, Shop.TABLE, image.json()));
            assertThatThrownBy(() -> owner.trigger().writeDdls(creation))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED))
                    .hasMessageContaining("is an enum in the source");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName(
            "Rows go on in the new shape, also through the writer that was open; those of the former one may come again")
    void rowsGoOn() throws SQLException {
        TypedShop shop = started();
        SpanWriter writer = shop.owner.open(WHOLE, DISPATCHER);
        var former = shop.row(12, "1", "a", "1.00", "o", "s");
        write(writer, former);
        on("alter table shop.orders drop column old, add column n int not null default 5");
        shop.alter(20, 1, image(source));
        write(writer, shop.row(21, "2", "b", "2.00", "s", "6"));
        write(shop.owner.open(WHOLE, DISPATCHER), former, shop.row(21, "2", "b", "2.00", "s", "6"));
        shop.alter(20, 1, shop.image);

        assertThat(shop.rows())
                .containsExactly(
                        "[\"1\"] {\"id\":\"1\",\"note\":\"a\",\"total\":\"1.00\",\"spare\":\"s\",\"n\":\"5\"}",
                        "[\"2\"] {\"id\":\"2\",\"note\":\"b\",\"total\":\"2.00\",\"spare\":\"s\",\"n\":\"6\"}");
        assertThat(shop.owner.sink.rowsAppliedAgain()).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "A row of the former shape that was the last one written may come again although nothing else was written since")
    void formerRowAgain() throws SQLException {
        TypedShop shop = started();
        var former = shop.row(12, "1", "a", "1.00", "o", "s");
        write(shop.owner.open(WHOLE, DISPATCHER), former);
        on("alter table shop.orders drop column old");
        shop.alter(20, 1, image(source));
        write(shop.owner.open(WHOLE, DISPATCHER), former);
        assertThat(shop.owner.sink.rowsAppliedAgain()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table shop.orders add column at timestamptz default now()",
                "alter table shop.orders add column r double precision default random()",
                "alter table shop.orders add column n bigint generated always as identity",
                "alter table shop.orders alter column note type int using length(note)",
                "alter table shop.orders alter column total type numeric(10,1)",
                "alter table shop.orders add column s bigserial"
            })
    @DisplayName(
            "What gives rows values that nobody tells is refused while the table has rows, and done while it has none")
    void untoldValues(String alter) throws SQLException {
        TypedShop shop = started();
        on("alter table shop.orders alter column note drop default", alter);
        TableImage after = image(source);
        SpanWriter writer = shop.owner.open(WHOLE, DISPATCHER);
        write(writer, shop.row(12, "1", "a", "1.00", "o", "s"));
        DdlEvent ddl = DdlEvent.alterTable(20, 1, Shop.TABLE, after.json());
        assertThatThrownBy(() -> shop.owner.trigger().writeDdls(List.of(ddl)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED))
                .hasMessageContaining("does not tell");
        shop.shop.sql("delete from shop.orders");
        shop.alter(20, 1, after);
        assertThat(shape(image(shop.shop.database)).stream()
                        .map(ColumnImage::type)
                        .toList())
                .isEqualTo(shape(after).stream().map(ColumnImage::type).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function f(int) returns int immutable language sql as 'select 1';"
                        + " alter table shop.orders add column g int generated always as (f(id)) stored"
            })
    @DisplayName("Columns that only the source can compute are refused before anything is changed")
    void refused(String alter) throws SQLException {
        TypedShop shop = started();
        on(alter.split("; "));
        TableImage before = image(shop.shop.database);
        DdlEvent ddl = DdlEvent.alterTable(20, 1, Shop.TABLE, image(source).json());
        assertThatThrownBy(() -> shop.owner.trigger().writeDdls(List.of(ddl)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED));
        assertThat(image(shop.shop.database)).isEqualTo(before);
    }

    @Test
    @DisplayName("A table loses its key, and gets another one")
    void losesItsKey() throws SQLException {
        TypedShop shop = started();
        on("alter table shop.orders drop constraint orders_pkey");
        shop.alter(20, 1, image(source));
        assertThat(image(shop.shop.database).key()).isEmpty();
        on("alter table shop.orders alter column id set not null, add primary key (id)");
        shop.alter(30, 2, image(source));
        assertThat(image(shop.shop.database).key()).containsExactly("id");
    }

    @Test
    @DisplayName("A default that only the source has is left out")
    void defaultOfTheSource() throws SQLException {
        TypedShop shop = started();
        on(
                "create sequence shop.numbers",
                "alter table shop.orders alter column id set default nextval('shop.numbers')");
        shop.alter(20, 1, image(source));
        assertThat(image(shop.shop.database).columns().get(0).expression()).isNull();
    }
}
