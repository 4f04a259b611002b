package dev.maintainer.changelog.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes change logs in which everything happens that may happen in one: tables are created, altered, truncated, renamed
 * within their schema and out of it, swapped, and dropped alone or with their schema, several of that in one transaction;
 * names come back. One table has most of the rows, whatever happens to it. The same seed gives the same log.
 */
public final class RandomChangeLog {
    /** Of the first event; a TSO. */
    public static final long FIRST_TS = 1L << 30;

    private static final int ROWS_PER_DDL = 25;
    private static final int KEYS = 12;
    private static final int KEYS_OF_LARGE = 300;

    private record Name(String schema, String table) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int order = schema.compareTo(other.schema);
            return order == 0 ? table.compareTo(other.table) : order;
        }
    }

    private final SplittableRandom random;
    private final List<String> lines = new ArrayList<>();
    /** When each table came into being that exists. */
    private final TreeMap<Name, Long> live = new TreeMap<>();

    private final Set<String> schemas = new TreeSet<>();
    private long ts = FIRST_TS;
    private int definitions;
    private Name large = new Name("big", "large");

    private RandomChangeLog(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Writes a log.
     *
     * @param seed says which one
     * @param events how many lines, about; at least 1
     * @return its lines, in the format of a change log
     */
    public static List<String> lines(long seed, int events) {
        RandomChangeLog log = new RandomChangeLog(seed);
        log.create(log.large);
        log.ts++;
        while (log.lines.size() < events) {
            log.next();
        }
        return Collections.unmodifiableList(log.lines);
    }

    private void next() {
        ts += random.nextInt(3) == 0 ? 0 : 1;
        if (random.nextInt(ROWS_PER_DDL) > 0) {
            row();
            return;
        }
        // Rows may precede it in its transaction, and others follow.
        for (int together = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1; together > 0; together--) {
            ddl();
        }
    }

    private void row() {
        Name table = random.nextBoolean() && live.containsKey(large) ? large : any();
        if (table == null || Objects.equals(live.get(table), ts)) {
            return;
        }
        int op = random.nextInt(4);
        String key = String.format(Locale.ROOT, "k%03d", random.nextInt(table.equals(large) ? KEYS_OF_LARGE : KEYS));
        lines.add("{\"commitTs\":" + ts + ",\"op\":\"" + (op == 0 ? "D" : op == 1 ? "I" : "U") + "\"," + of(table)
                + ",\"key\":\"" + key + "\"" + (op == 0 ? "}" : ",\"row\":{\"v\":" + lines.size() + "}}"));
    }

    private void ddl() {
        Name table = any();
        int what = random.nextInt(20);
        if (table == null || what < 5) {
            create(free());
        } else if (what < 7) {
            drop(table);
        } else if (what < 9) {
            truncate(table);
        } else if (what < 12) {
            rename(table, free());
        } else if (what < 14) {
            swap(table, other(table));
        } else if (what < 17) {
            alter(table);
        } else if (what == 17) {
            dropSchema(random.nextInt(4) == 0 ? schema() : table.schema());
        } else if (what == 18) {
            Name passing = free();
            create(passing);
            alter(passing);
            rename(passing, free());
        } else {
            Name passing = free();
            create(passing);
            truncate(passing);
            drop(passing);
        }
    }

    private @Nullable Name any() {
        return live.isEmpty() ? null : List.copyOf(live.keySet()).get(random.nextInt(live.size()));
    }

    private Name other(Name table) {
        Name other = any();
        return other == null || other.equals(table) ? free() : other;
    }

    /** A name that no table has. */
    private Name free() {
        while (true) {
            Name name = new Name("s" + random.nextInt(4), "t" + random.nextInt(8));
            if (!live.containsKey(name)) {
                return name;
            }
        }
    }

    private String schema() {
        return List.copyOf(schemas).get(random.nextInt(schemas.size()));
    }

    private void create(Name table) {
        add("CREATE_TABLE", of(table) + (random.nextInt(3) == 0 ? definition() : ""));
        live.put(table, ts);
        schemas.add(table.schema());
    }

    private void drop(Name table) {
        add("DROP_TABLE", of(table));
        live.remove(table);
    }

    private void truncate(Name table) {
        add("TRUNCATE_TABLE", of(table));
        live.put(table, ts);
    }

    private void alter(Name table) {
        add("ALTER_TABLE", of(table) + definition());
    }

    private void rename(Name table, Name to) {
        boolean stays = table.schema().equals(to.schema()) && random.nextBoolean();
        add(
                "RENAME_TABLE",
                of(table) + (stays ? "" : ",\"toSchema\":\"" + to.schema() + "\"") + ",\"toTable\":\"" + to.table()
                        + "\"");
        live.put(to, Objects.requireNonNull(live.remove(table)));
        schemas.add(to.schema());
        large = large.equals(table) ? to : large;
    }

    /** Two tables exchange their names; or one takes a free name, if there is no other. */
    private void swap(Name one, Name other) {
        if (!live.containsKey(other)) {
            rename(one, other);
            return;
        }
        Name aside = free();
        rename(one, aside);
        rename(other, one);
        rename(aside, other);
    }

    private void dropSchema(String schema) {
        add("DROP_SCHEMA", "\"schema\":\"" + schema + "\"");
        live.keySet().removeIf(table -> table.schema().equals(schema));
        schemas.remove(schema);
    }

    private String definition() {
        return ",\"definition\":\"columns of version " + ++definitions + "\"";
    }

    private static String of(Name table) {
        return "\"schema\":\"" + table.schema() + "\",\"table\":\"" + table.table() + "\"";
    }

    private void add(String kind, String what) {
        lines.add("{\"commitTs\":" + ts + ",\"ddl\":\"" + kind + "\"," + what + "}");
    }
}
