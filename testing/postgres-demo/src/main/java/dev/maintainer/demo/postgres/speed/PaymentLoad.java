package dev.maintainer.demo.postgres.speed;

import java.util.List;

/**
 * Transactions as those of TPC-B: three updates and an insert.
 *
 * @param size how many transactions a run has
 */
record PaymentLoad(int size, String target) implements Load {
    private static final int ACCOUNTS = 100_000;
    private static final int TELLERS = 10;

    static List<String> creation() {
        return List.of(
                "create table shop.accounts (id bigint primary key, branch int not null, balance bigint not null,"
                        + " filler text)",
                "create table shop.tellers (id bigint primary key, branch int not null, balance bigint not null)",
                "create table shop.branches (id bigint primary key, balance bigint not null)",
                "create table shop.history (id bigint primary key, account bigint not null, teller bigint not null,"
                        + " delta int not null, at timestamptz not null)");
    }

    /** {@return statements that fill the tables once they are followed} */
    static List<String> filling() {
        return List.of(
                "insert into shop.accounts select g, 1, 0, repeat('x', 60) from generate_series(1, " + ACCOUNTS + ") g",
                "insert into shop.tellers select g, 1, 0 from generate_series(1, " + TELLERS + ") g",
                "insert into shop.branches values (1, 0)");
    }

    @Override
    public String name() {
        return "TPC-B";
    }

    @Override
    public List<String> tables() {
        return List.of("accounts", "tellers", "branches", "history");
    }

    @Override
    public String unit() {
        return "transactions";
    }

    @Override
    public List<String> statements(int run) {
        long first = (long) (run - 1) * size + 1;
        return List.of(
                "do $$ declare a bigint; d int; begin for i in " + first + ".." + (first + size - 1)
                        + " loop a := 1 + floor(random() * " + ACCOUNTS + "); d := floor(random() * 1000);"
                        + " update shop.accounts set balance = balance + d where id = a;"
                        + " update shop.tellers set balance = balance + d where id = 1 + a % " + TELLERS + ";"
                        + " update shop.branches set balance = balance + d where id = 1;"
                        + " insert into shop.history values (i, a, 1 + a % " + TELLERS + ", d, clock_timestamp());"
                        + " commit; end loop; end $$",
                // The last of all, so that each table can tell how far it is.
                "do $$ begin insert into shop.accounts values (-" + run + ", 1, 0, '');"
                        + " insert into shop.tellers values (-" + run + ", 1, 0);"
                        + " insert into shop.branches values (-" + run + ", 0);"
                        + " insert into shop.history values (-" + run + ", 1, 1, 0, clock_timestamp()); end $$");
    }

    @Override
    public String isThere(int run) {
        return String.join(
                " and ",
                tables().stream()
                        .map(table -> "exists (select from shop." + table + " where id = -" + run + ")")
                        .toList());
    }
}
