package dev.maintainer.demo.postgres.speed;

import java.util.List;

/**
 * Rows of four columns that are inserted.
 *
 * @param name for people
 * @param table that gets them; made by {@link #creation}
 * @param size how many rows a run has
 * @param transaction how many rows a transaction has
 * @param halves whether every second row is far behind the others, so that the table can be cut between them
 */
record InsertLoad(String name, String table, int size, int transaction, boolean halves, String target) implements Load {
    /** Where the second half begins. */
    static final long HALF = 1_000_000_000L;

    static String creation(String table) {
        return "create table shop." + table
                + " (id bigint primary key, account bigint not null, delta int not null, note text)";
    }

    @Override
    public List<String> tables() {
        return List.of(table);
    }

    @Override
    public String unit() {
        return "rows";
    }

    private long first(int run) {
        return (long) (run - 1) * size;
    }

    @Override
    public List<String> statements(int run) {
        long first = first(run);
        String id = halves ? "g + g % 2 * " + HALF : "g";
        return List.of("do $$ begin for i in 0.." + ((size - 1) / transaction) + " loop insert into shop." + table
                + " select " + id + ", g % 1000, g % 77, 'order number ' || g from generate_series(" + first + " + i * "
                + transaction + "::bigint, least(" + first + " + (i + 1) * " + transaction + "::bigint, "
                + (first + size)
                + ") - 1) g; commit; end loop; end $$");
    }

    @Override
    public String isThere(int run) {
        long last = first(run) + size - 1;
        return halves ? isThere(id(last)) + " and " + isThere(id(last - 1)) : isThere(last);
    }

    private static long id(long number) {
        return number + number % 2 * HALF;
    }

    private String isThere(long id) {
        return "exists (select from shop." + table + " where id = " + id + ")";
    }
}
