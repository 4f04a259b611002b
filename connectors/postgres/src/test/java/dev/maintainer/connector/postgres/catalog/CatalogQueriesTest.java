package dev.maintainer.connector.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tables of a publication are read from the catalog of a server. */
class CatalogQueriesTest {
    private final String database = PostgresServer.shared().newDatabase();

    private Map<String, SourceTable> tables(String... statements) throws SQLException {
        PostgresServer.shared().execute(database, statements);
        Map<String, SourceTable> tables = new LinkedHashMap<>();
        try (Connection connection = PostgresServer.shared().connect(database)) {
            CatalogQueries.tables(connection, "p", table -> false)
                    .forEach(table -> tables.put(table.info().name().toString(), table));
            assertThat(connection.getAutoCommit()).isTrue();
        }
        return tables;
    }

    private static SourceTable only(Map<String, SourceTable> tables) {
        assertThat(tables).hasSize(1);
        return tables.values().iterator().next();
    }

    private static SourceTable named(Map<String, SourceTable> tables, String name) {
        return Objects.requireNonNull(tables.get(name), name);
    }

    @Test
    @DisplayName("An image has the columns as they are, with names of types and collations that hold anywhere")
    void image() throws SQLException {
        TableImage image = only(tables(
                        "create schema shop",
                        "create type shop.color as enum ('red')",
                        "create collation shop.mine (provider = libc, locale = 'C')",
                        "create table shop.t (id bigint generated always as identity, gone int, c shop.color default 'red',"
                                + " v varchar(10) collate shop.mine not null default 'x', n numeric(5,2)[],"
                                + " twice bigint generated always as (id * 2) stored, primary key (v, id))",
                        "alter table shop.t drop column gone",
                        "create publication p for table shop.t"))
                .image();
        assertThat(image.json())
                .isEqualTo("{\"postgresql\":2,\"columns\":["
                        + "{\"number\":1,\"name\":\"id\",\"type\":\"bigint\",\"collation\":null,\"notNull\":true,"
                        + "\"default\":null,\"identity\":\"a\",\"generated\":\"\"},"
                        + "{\"number\":3,\"name\":\"c\",\"type\":\"shop.color\",\"collation\":null,\"notNull\":false,"
                        + "\"default\":\"'red'::shop.color\",\"identity\":\"\",\"generated\":\"\"},"
                        + "{\"number\":4,\"name\":\"v\",\"type\":\"character varying(10)\",\"collation\":\"shop.mine\","
                        + "\"notNull\":true,\"default\":\"'x'::character varying\",\"identity\":\"\",\"generated\":\"\"},"
                        + "{\"number\":5,\"name\":\"n\",\"type\":\"numeric(5,2)[]\",\"collation\":null,\"notNull\":false,"
                        + "\"default\":null,\"identity\":\"\",\"generated\":\"\"},"
                        + "{\"number\":6,\"name\":\"twice\",\"type\":\"bigint\",\"collation\":null,\"notNull\":false,"
                        + "\"default\":\"(id * 2)\",\"identity\":\"\",\"generated\":\"s\"}],"
                        + "\"key\":[\"v\",\"id\"],\"replicaIdentity\":\"d\",\"types\":["
                        + "{\"schema\":\"shop\",\"name\":\"color\",\"labels\":[{\"number\":"
                        + image.types().get(0).labels().get(0).number()
                        + ",\"text\":\"red\"}],\"base\":null,\"collation\":null}]}");
        assertThat(TableImage.parse(image.json())).isEqualTo(image);
    }

    @Test
    @DisplayName(
            "It has the enums and domains that columns need, those first that others need, and no types of extensions")
    void types() throws SQLException {
        TableImage image = only(tables(
                        "create schema shop",
                        "create type shop.mood as enum ('sad', 'so so', 'it''s')",
                        "create type shop.unused as enum ('x')",
                        "create domain shop.feeling as shop.mood not null",
                        "create domain shop.code as varchar(10) collate \"C\" check (value <> '')",
                        "create domain shop.short as shop.code",
                        "create type shop.pair as (a int, b shop.mood)",
                        "create extension hstore schema shop",
                        "create table shop.t (id shop.short primary key, many shop.feeling[], two shop.pair, h shop.hstore)",
                        "create publication p for table shop.t"))
                .image();
        assertThat(image.types().get(0).texts()).containsExactly("sad", "so so", "it's");
        assertThat(image.types())
                .containsExactly(
                        new TypeImage("shop", "mood", image.types().get(0).labels(), null, null),
                        new TypeImage("shop", "code", List.of(), "character varying(10)", "pg_catalog.\"C\""),
                        new TypeImage("shop", "feeling", List.of(), "shop.mood", null),
                        new TypeImage("shop", "short", List.of(), "shop.code", null));
    }

    @Test
    @DisplayName(
            "Of partitioned tables there are the leaves; what Maintainer keeps for itself is no table of the source")
    void leaves() throws SQLException {
        Map<String, SourceTable> tables = tables(
                "create schema maintainer",
                "create table maintainer.ddl_log (id int primary key)",
                "create table root (id int, day date, primary key (id, day)) partition by range (day)",
                "create table leaf_a partition of root for values from ('2020-01-01') to ('2021-01-01')",
                "create table leaf_b partition of root for values from ('2021-01-01') to ('2022-01-01')"
                        + " partition by list (id)",
                "create table leaf_c partition of leaf_b default",
                "create table unlogged (id int primary key)",
                "alter table unlogged set unlogged",
                "create publication p for all tables");
        assertThat(tables.keySet()).containsExactly("public.leaf_a", "public.leaf_c");
        assertThat(named(tables, "public.leaf_c")).satisfies(table -> {
            assertThat(table.obstacles()).isEmpty();
            assertThat(table.image().key()).containsExactly("id", "day");
            assertThat(table.info().splittable()).isTrue();
        });
    }

    @Test
    @DisplayName("The key is that of the replica identity")
    void keys() throws SQLException {
        Map<String, SourceTable> tables = tables(
                "create table by_index (id int primary key, code text not null, extra int)",
                "create unique index by_code on by_index (code) include (extra)",
                "alter table by_index replica identity using index by_code",
                "create table by_row (id numeric primary key)",
                "alter table by_row replica identity full",
                "create publication p for all tables");
        assertThat(named(tables, "public.by_index").image())
                .returns(List.of("code"), TableImage::key)
                .returns(ReplicaIdentity.INDEX, TableImage::identity);
        assertThat(named(tables, "public.by_row").image())
                .returns(List.of("id"), TableImage::key)
                .returns(ReplicaIdentity.FULL, TableImage::identity);
        assertThat(named(tables, "public.by_row").info().splittable()).isFalse();
    }

    @Test
    @DisplayName("What cannot be replicated is named, with the reason")
    void obstacles() throws SQLException {
        Map<String, SourceTable> tables = tables(
                "create table keyless (id int)",
                "create table log (line text)",
                "alter table log replica identity full",
                "create table computed_only (twice int generated always as (2) stored)",
                "alter table computed_only replica identity full",
                "create table nothing (id int primary key)",
                "alter table nothing replica identity nothing",
                "create table late (id int primary key deferrable)",
                "create table late_row (id int primary key deferrable)",
                "alter table late_row replica identity full",
                "create table computed (id int, twice int generated always as (id * 2) stored primary key)",
                "create table listed (id int primary key, v text)",
                "create table ordinary (id int primary key)",
                "create table root (id int primary key) partition by list (id)",
                "create publication p for table keyless, log, computed_only, nothing, late, late_row, computed, listed (id), ordinary, root"
                        + " with (publish_via_partition_root = true)");
        Map<String, List<Obstacle>> found = new LinkedHashMap<>();
        tables.forEach((name, table) -> found.put(name, table.obstacles()));
        assertThat(found)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "public.keyless", List.of(Obstacle.NO_KEY),
                        "public.log", List.of(),
                        "public.computed_only", List.of(Obstacle.NO_COLUMNS),
                        "public.nothing", List.of(Obstacle.NO_KEY),
                        "public.late", List.of(Obstacle.NO_KEY),
                        "public.late_row", List.of(),
                        "public.computed", List.of(Obstacle.GENERATED_KEY),
                        "public.listed", List.of(Obstacle.LIMITED),
                        "public.ordinary", List.of(),
                        "public.root", List.of(Obstacle.TOLD_AS_ROOT)));
        assertThat(tables("drop publication p")).isEmpty();
    }
}
