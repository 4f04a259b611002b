package dev.maintainer.demo.postgres;

import java.util.List;

/** The tables of a shop, and what is in them at first. */
final class ShopTables {
    /** Their schema. */
    static final String SCHEMA = "shop";

    static final int BRANCHES = 8;
    static final int DOCUMENTS = 200;
    /** Customers who click; each click is as many others. */
    static final int VISITORS = 100;

    private ShopTables() {}

    /**
     * {@return statements that make and fill them}
     *
     * @param accounts rows of the largest one
     */
    static List<String> creation(int accounts) {
        return List.of(
                "create schema shop",
                "create table shop.branches (id int primary key, balance bigint not null)",
                "create table shop.tellers (id int primary key, branch int not null, balance bigint not null)",
                "create table shop.accounts (id bigint primary key, branch int not null, balance bigint not null,"
                        + " note text)",
                "create table shop.history (id bigint generated always as identity primary key, account bigint not null,"
                        + " delta int not null, at timestamptz not null default now())",
                // Large values that an update leaves alone are not in the log.
                "create table shop.documents (id uuid primary key, title varchar(80) not null, body text not null,"
                        + " version int not null default 1)",
                "create table shop.kinds (id int primary key, yes boolean, small smallint, real4 real, real8 double precision,"
                        + " amount numeric(20, 4), day date, moment timestamp, instant timestamptz, span interval,"
                        + " bytes bytea, words text[], grid int[][], doc jsonb, raw json, code char(5),"
                        + " host inet, period int4range, doubled int generated always as (id * 2) stored)",
                "create table shop.readings (device int not null, at timestamp not null, value numeric not null,"
                        + " primary key (device, at)) partition by range (at)",
                "create table shop.readings_old partition of shop.readings for values from (minvalue) to ('2026-01-01')",
                "create table shop.readings_new partition of shop.readings for values from ('2026-01-01') to (maxvalue)",
                // Without a key, and many of its rows are equal.
                "create table shop.clicks (visitor int not null, page text, price numeric, detail json)",
                "alter table shop.clicks replica identity full",
                "insert into shop.clicks select 1 + i % " + VISITORS + ", 'page ' || i % 3, 1.50, '{\"a\": 1}'"
                        + " from generate_series(1, 1000) i",
                "insert into shop.branches select i, 0 from generate_series(1, " + BRANCHES + ") i",
                "insert into shop.tellers select i, 1 + i % " + BRANCHES + ", 0 from generate_series(1, " + BRANCHES
                        + " * 10) i",
                "insert into shop.accounts select i, 1 + i % " + BRANCHES
                        + ", 0, 'account ' || i from generate_series(1, " + accounts + ") i",
                "insert into shop.documents select gen_random_uuid(), 'document ' || i,"
                        + " (select string_agg(md5(i::text || j::text), '') from generate_series(1, 300) j)"
                        + " from generate_series(1, " + DOCUMENTS + ") i",
                "insert into shop.kinds values (1, true, -32768, 'NaN', '-Infinity', 1.10, 'infinity', '0044-03-15 BC',"
                        + " '294276-12-31 23:59:59+00', '1 mon -3 days 00:00:00.000001', '\\x00ff', '{a,NULL,\"b c\"}',"
                        + " '{{1,2},{3,4}}', '{\"b\": 1.50, \"a\": null}', '{\"a\": 1, \"a\": 2}', 'ab', '10.0.0.0/8',"
                        + " '[3,7)')",
                "insert into shop.kinds (id) values (2)",
                "insert into shop.readings select i, timestamp '2025-12-31' + i * interval '10 minutes', i / 7.0"
                        + " from generate_series(1, 500) i");
    }
}
