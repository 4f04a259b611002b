package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.admin.MaintainerAdmin;
import dev.maintainer.api.error.MaintainerException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Applications change the schema of a database while nodes of a cluster replicate it into another one. */
class PostgresDdlTest extends ReplicatedOrders {
    PostgresDdlTest() {
        super("", "parts", "loose");
    }

    @Test
    @DisplayName(
            "Tables come, are filled, truncated, renamed, altered and dropped, and both sides are equal after each")
    void followsDdls() throws Exception {
        on(
                "create table shop.items (id int primary key, name text)",
                "insert into shop.items values (1, 'a'), (2, 'b')");
        awaitEqual();
        on(
                "alter table shop.orders add column note text default 'none'",
                "update shop.orders set note = 'x' where id < 9");
        awaitEqual();
        on(
                "create table shop.copied as select id, total from shop.orders; alter table shop.copied add primary key (id)");
        awaitEqual();
        on("begin; insert into shop.items values (3, 'gone'); truncate shop.items;"
                + " insert into shop.items values (4, 'stays'); commit");
        awaitEqual();
        on("alter table shop.customers rename to people; alter table shop.people rename column city to town;"
                + " insert into shop.people values ('late', 'Thun')");
        awaitEqual();
        on("begin; create table shop.final (id int primary key, a text, b text);"
                + " insert into shop.final values (1, 'a', 'b'); alter table shop.final drop column a;"
                + " alter table shop.final rename to settled; alter table shop.settled rename column b to c;"
                + " insert into shop.settled values (2, 'c'); commit");
        awaitEqual();
        on("do $$ begin execute 'alter table shop.items add column more int'; update shop.items set more = 7; end $$");
        awaitEqual();
        on("drop table shop.copied");
        awaitEqual();
        on(
                "alter table shop.items rename to passing; alter table shop.settled rename to items;"
                        + " alter table shop.passing rename to settled",
                "insert into shop.items values (9, 'swapped')");
        awaitEqual();
    }

    @Test
    @DisplayName(
            "Enums and domains come with the tables that need them; their labels are added, renamed, and made anew")
    void followsTypes() throws Exception {
        on(
                "create type shop.mood as enum ('sad', 'it''s')",
                "create domain shop.score as int check (value >= 0)",
                "create table shop.days (id int primary key, mood shop.mood not null default 'sad', all_moods shop.mood[],"
                        + " score shop.score)",
                "insert into shop.days select i, 'it''s', '{sad,it''s}', i from generate_series(1, 50) i");
        awaitEqual();
        on(
                "alter type shop.mood add value 'so so' after 'sad'",
                "insert into shop.days select i, 'so so', '{so so}', i from generate_series(51, 60) i");
        awaitEqual();
        on(
                "update shop.days set mood = 'it''s' where id % 3 = 0",
                "alter type shop.mood rename value 'it''s' to 'glad'",
                "update shop.days set mood = 'glad' where id % 5 = 0");
        awaitEqual();
        on(
                "create domain shop.moods as shop.mood[]",
                "create table shop.weeks (id int primary key, moods shop.moods)",
                "insert into shop.weeks values (1, '{sad,so so}')",
                "begin; alter type shop.mood rename value 'sad' to 'low'; alter type shop.mood rename value 'so so' to 'sad';"
                        + " alter type shop.mood add value 'high' after 'low'; commit",
                "insert into shop.weeks values (2, '{sad,high}')");
        awaitEqual();
        on(
                "drop table shop.weeks",
                "drop domain shop.moods",
                "alter type shop.mood rename to feeling",
                "insert into shop.days values (61, 'glad', null, 3)");
        awaitEqual();
        on("begin; alter table shop.days alter column mood drop default; alter type shop.feeling rename to former;"
                + " create type shop.feeling as enum ('glad', 'mad');"
                + " alter table shop.days alter column mood type shop.feeling"
                + " using (case mood::text when 'glad' then 'glad' else 'mad' end)::shop.feeling, drop column all_moods;"
                + " drop type shop.former; insert into shop.days values (62, 'mad', 4); commit");
        awaitEqual();
        on("alter domain shop.score drop constraint score_check", "insert into shop.days values (63, 'mad', -4)");
        awaitEqual();
    }

    @Test
    @DisplayName("A table in three parts is truncated within transactions: of these, only the later rows are there")
    void truncatedInParts() throws Exception {
        on("insert into shop.orders select i, 'more' from generate_series(1000, 3000) i");
        MaintainerAdmin admin = cluster.owner(FEED.name()).orElseThrow().adminOf(FEED);
        await("somebody to know where it can be cut", () -> {
            try {
                var unused = admin.split(FEED, "shop.orders", 3, List.of(), false);
                return true;
            } catch (MaintainerException e) {
                return false;
            }
        });
        await(
                "the table to be in three parts",
                () -> admin.explain(FEED, "shop.orders").size() == 3);
        for (String round : List.of("first", "second")) {
            on(
                    "update shop.orders set total = 'before'",
                    "begin; insert into shop.orders select i, 'gone' from generate_series(4000, 5000) i;"
                            + " truncate shop.orders;"
                            + " insert into shop.orders select i, '" + round + "' from generate_series(1, 3000, 7) i;"
                            + " update shop.orders set seen = true where id % 2 = 0; commit",
                    "delete from shop.orders where id % 5 = 0");
            awaitEqual();
        }
        assertThat(databases.query(databases.sink, "select count(*) from shop.orders where total <> 'second'"))
                .isEqualTo("0");
    }

    @Test
    @DisplayName("Rows that a DDL changes without a word in the log are copied again")
    void copiesAgain() throws Exception {
        on("alter table shop.orders add column drawn double precision not null default random()");
        awaitEqual();
        on("alter table shop.orders alter column total type int using length(total)");
        awaitEqual();
        on("alter table shop.orders add column at timestamptz default now()");
        awaitEqual();
        on("alter table shop.customers drop constraint customers_pkey; alter table shop.customers add column id serial;"
                + " alter table shop.customers add primary key (id)");
        awaitEqual();
        on(
                "insert into shop.customers (name, city) values ('last', 'Chur'); update shop.orders set total = 5 where id = 5");
        awaitEqual();
    }

    @Test
    @DisplayName(
            "Rows have the value with which a column was added, whatever its default is then; and the columns that are left")
    void addedOtherwise() throws Exception {
        on("alter table shop.orders add column state text default 'old', alter column state set default 'current'");
        awaitEqual();
        on("begin; alter table shop.orders add column n int not null default 5;"
                + " alter table shop.orders alter column n drop default; commit");
        awaitEqual();
        on("begin; alter table shop.customers add column later int;"
                + " alter table shop.customers alter column later set default 6; commit");
        awaitEqual();
        on(
                "create function public.four() returns int language sql return 4",
                "alter table shop.customers add column four int generated always as (length(city)) stored,"
                        + " add column five int default public.four()");
        awaitEqual();
        on("drop function public.four() cascade", "insert into shop.customers (name) values ('without')");
        awaitEqual();
    }

    @Test
    @DisplayName("Rows that were written where nothing is published come with their table")
    void filledElsewhere() throws Exception {
        on(
                "create schema staging",
                "begin; create table staging.items (id int primary key, name text);"
                        + " insert into staging.items select i, 'i' from generate_series(1, 30) i;"
                        + " alter table staging.items set schema shop; commit");
        awaitEqual();
        on("begin; alter table shop.items set schema staging; update staging.items set name = 'j';"
                + " alter table staging.items set schema shop; insert into shop.items values (31, 'k'); commit");
        awaitEqual();
    }

    @Test
    @DisplayName("A table is followed while its key comes and goes, and it is emptied and altered without one")
    void keysComeAndGo() throws Exception {
        on(
                "begin; create table shop.clicks (what int, page text); alter table shop.clicks replica identity full;"
                        + " insert into shop.clicks select i % 3, 'p' from generate_series(1, 30) i; commit",
                "update shop.clicks set page = 'q' where ctid = (select ctid from shop.clicks where what = 1 limit 1)",
                "delete from shop.clicks where what = 2");
        awaitEqual();
        on(
                "alter table shop.clicks add column price numeric default 1.50",
                "update shop.clicks set price = 1.5 where what = 1",
                "begin; insert into shop.clicks select 7, 'p' from generate_series(1, 3); alter table shop.clicks"
                        + " add column more text; delete from shop.clicks where ctid = (select ctid from shop.clicks where"
                        + " what = 7 limit 1); update shop.clicks set more = 'm' where what = 0; commit");
        awaitEqual();
        on(
                "begin; insert into shop.clicks values (9); truncate shop.clicks; insert into shop.clicks values (8), (8); commit");
        awaitEqual();
        on(
                "alter table shop.clicks add column id serial; alter table shop.clicks add primary key (id)",
                "update shop.clicks set page = 'keyed'");
        awaitEqual();
        on(
                "alter table shop.clicks drop constraint clicks_pkey",
                "insert into shop.clicks select c.* from shop.clicks c",
                "delete from shop.clicks where ctid = (select ctid from shop.clicks limit 1)");
        awaitEqual();
    }

    @Test
    @DisplayName(
            "A table without a key is left alone, and copied once it has one; leaves of a partitioned one are tables")
    void comesLate() throws Exception {
        on(
                "create table shop.loose (id int, t text)",
                "insert into shop.loose select i, 'l' from generate_series(1, 20) i");
        on(
                "create table shop.parts (id int, t text, primary key (id)) partition by range (id)",
                "create table shop.parts_low partition of shop.parts for values from (0) to (100)",
                "insert into shop.parts select i, 'p' from generate_series(1, 20) i");
        awaitEqual();
        on("alter table shop.loose add primary key (id)", "insert into shop.loose values (21, 'new')");
        on(
                "alter table shop.parts detach partition shop.parts_low",
                "insert into shop.parts_low values (50, 'alone')",
                "alter table shop.parts attach partition shop.parts_low for values from (0) to (100)",
                "create table shop.parts_high partition of shop.parts for values from (100) to (200)",
                "update shop.parts set id = id + 100 where id < 10");
        awaitEqual();
        await(
                "the table that has got a key",
                () -> databases.content(databases.sink, "loose").equals(databases.content(databases.source, "loose")));
        on("truncate shop.parts_low");
        awaitEqual();
    }

    @Test
    @DisplayName("A node that comes later, and one that goes on, know the tables as they are")
    void laterNodes() throws Exception {
        on(
                "alter table shop.orders add column note text",
                "create table shop.items (id int primary key)",
                "truncate shop.customers",
                "insert into shop.customers values ('c', 'Brig')");
        awaitEqual();
        NodeServer third = cluster.start("n3");
        NodeServer leading = cluster.leader().orElseThrow();
        cluster.kill(leading);
        on(
                "insert into shop.items select generate_series(1, 30)",
                "alter table shop.items add column t text default 't'");
        awaitEqual();
        assertThat(third).isNotSameAs(leading);
        on("drop table shop.items", "update shop.orders set note = 'seen'");
        awaitEqual();
    }
}
