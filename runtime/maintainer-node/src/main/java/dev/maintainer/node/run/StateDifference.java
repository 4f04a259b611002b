package dev.maintainer.node.run;

import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How two states of a set of tables differ.
 *
 * @param rows how many rows are expected
 * @param count how many differences there are
 * @param first the first of them, for people
 */
public record StateDifference(long rows, long count, List<String> first) {
    /** There is none, or nobody has looked. */
    static final StateDifference NONE = new StateDifference(0, 0, List.of());

    /** So many are told to people. */
    static final int SHOWN = 10;

    private static final int LONGEST = 500;

    /** Copies the list. */
    public StateDifference {
        first = List.copyOf(first);
    }

    /**
     * One of them.
     *
     * @param table where it is
     * @param key of the row; null if it is about the table itself
     * @param expected what should be there; null for nothing
     * @param found what is there; null for nothing
     * @param text the same for people, bounded
     */
    record Difference(
            TableName table,
            @Nullable String key,
            @Nullable String expected,
            @Nullable String found,
            String text) {}

    /**
     * Compares two states row by row, in bounded memory; a table without rows and a table that does not exist are the same if
     * {@code ignoreEmpty}.
     *
     * @param expected the rows of a table; asked once for each name in {@code wanted}
     * @param actual the rows of a table; asked once for each name in {@code found}
     */
    public static StateDifference between(
            SortedSet<TableName> wanted,
            Function<TableName, RowCursor> expected,
            SortedSet<TableName> found,
            Function<TableName, RowCursor> actual,
            boolean ignoreEmpty) {
        return between(wanted, expected, found, actual, ignoreEmpty, difference -> {});
    }

    /**
     * The same, and tells all differences.
     *
     * @param each called with each of them
     */
    static StateDifference between(
            SortedSet<TableName> wanted,
            Function<TableName, RowCursor> expected,
            SortedSet<TableName> found,
            Function<TableName, RowCursor> actual,
            boolean ignoreEmpty,
            Consumer<Difference> each) {
        Count count = new Count(each);
        SortedSet<TableName> names = new TreeSet<>(wanted);
        names.addAll(found);
        for (TableName name : names) {
            boolean isWanted = wanted.contains(name);
            boolean exists = found.contains(name);
            if (!ignoreEmpty && isWanted != exists) {
                count.table(name, exists);
            }
            try (RowCursor left = isWanted ? expected.apply(name) : RowCursor.empty();
                    RowCursor right = exists ? actual.apply(name) : RowCursor.empty()) {
                count.compare(name, left, right);
            }
        }
        return new StateDifference(count.rows, count.differences, count.first);
    }

    private static final class Count {
        private final Consumer<Difference> each;
        private final List<String> first = new ArrayList<>();
        private long rows;
        private long differences;

        private Count(Consumer<Difference> each) {
            this.each = each;
        }

        private void table(TableName name, boolean exists) {
            String is = "a table";
            note(new Difference(
                    name,
                    null,
                    exists ? null : is,
                    exists ? is : null,
                    "table " + name + (exists ? " should not exist" : " is missing")));
        }

        private void compare(TableName name, RowCursor expected, RowCursor actual) {
            Row wanted = expected.next();
            Row there = actual.next();
            while (wanted != null || there != null) {
                int order =
                        wanted == null ? 1 : there == null ? -1 : Utf8Order.INSTANCE.compare(wanted.key(), there.key());
                if (order < 0) {
                    note(name, Objects.requireNonNull(wanted), null);
                } else if (order > 0) {
                    note(name, null, Objects.requireNonNull(there));
                } else if (!Objects.equals(wanted, there)) {
                    note(name, wanted, there);
                }
                if (order <= 0) {
                    rows++;
                    wanted = expected.next();
                }
                if (order >= 0) {
                    there = actual.next();
                }
            }
        }

        private void note(TableName table, @Nullable Row wanted, @Nullable Row there) {
            note(new Difference(
                    table,
                    wanted == null ? Objects.requireNonNull(there).key() : wanted.key(),
                    whole(wanted),
                    whole(there),
                    text(table, wanted, there)));
        }

        private static @Nullable String whole(@Nullable Row row) {
            return row == null ? null : row.json() + (row.definition() == null ? "" : " under " + row.definition());
        }

        private static String text(TableName table, @Nullable Row wanted, @Nullable Row there) {
            if (wanted == null) {
                Row unexpected = Objects.requireNonNull(there);
                return of(table, unexpected) + "not expected, found " + shown(unexpected.json());
            }
            if (there == null) {
                return of(table, wanted) + "expected " + shown(wanted.json()) + ", missing";
            }
            if (!wanted.json().equals(there.json())) {
                return of(table, wanted) + "expected " + shown(wanted.json()) + ", found " + shown(there.json());
            }
            return of(table, wanted) + "expected under " + definition(wanted) + ", found under " + definition(there);
        }

        private static String of(TableName table, Row row) {
            return table + " '" + shown(row.key()) + "': ";
        }

        private static String definition(Row row) {
            String definition = row.definition();
            return definition == null ? "no definition" : "definition '" + shown(definition) + "'";
        }

        /** A row may have millions of characters. */
        private static String shown(String text) {
            return text.length() <= LONGEST
                    ? text
                    : text.substring(0, LONGEST) + "... (" + text.length() + " characters)";
        }

        private void note(Difference difference) {
            differences++;
            if (first.size() < SHOWN) {
                first.add(difference.text());
            }
            each.accept(difference);
        }
    }

    /** Whether there is no difference. */
    public boolean isNone() {
        return count == 0;
    }
}
