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
import java.util.function.Function;

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

    private static final int SHOWN = 10;
    private static final int LONGEST = 500;

    /** Copies the list. */
    public StateDifference {
        first = List.copyOf(first);
    }

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
        Count count = new Count();
        SortedSet<TableName> names = new TreeSet<>(wanted);
        names.addAll(found);
        for (TableName name : names) {
            boolean isWanted = wanted.contains(name);
            boolean exists = found.contains(name);
            if (!ignoreEmpty && isWanted != exists) {
                count.note("table " + name + (exists ? " should not exist" : " is missing"));
            }
            try (RowCursor left = isWanted ? expected.apply(name) : RowCursor.empty();
                    RowCursor right = exists ? actual.apply(name) : RowCursor.empty()) {
                count.compare(name, left, right);
            }
        }
        return new StateDifference(count.rows, count.differences, count.first);
    }

    private static final class Count {
        private final List<String> first = new ArrayList<>();
        private long rows;
        private long differences;

        private void compare(TableName name, RowCursor expected, RowCursor actual) {
            Row wanted = expected.next();
            Row there = actual.next();
            while (wanted != null || there != null) {
                int order =
                        wanted == null ? 1 : there == null ? -1 : Utf8Order.INSTANCE.compare(wanted.key(), there.key());
                if (wanted != null && order <= 0) {
                    rows++;
                    if (order < 0) {
                        note(of(name, wanted) + "expected " + shown(wanted.json()) + ", missing");
                    } else if (there != null && !wanted.json().equals(there.json())) {
                        note(of(name, wanted) + "expected " + shown(wanted.json()) + ", found " + shown(there.json()));
                    } else if (there != null && !Objects.equals(wanted.definition(), there.definition())) {
                        note(of(name, wanted) + "expected under " + definition(wanted) + ", found under "
                                + definition(there));
                    }
                    wanted = expected.next();
                }
                if (there != null && order >= 0) {
                    if (order > 0) {
                        note(of(name, there) + "not expected, found " + shown(there.json()));
                    }
                    there = actual.next();
                }
            }
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

        private void note(String difference) {
            differences++;
            if (first.size() < SHOWN) {
                first.add(difference);
            }
        }
    }

    /** Whether there is no difference. */
    public boolean isNone() {
        return count == 0;
    }
}
