package dev.maintainer.node.run;

import dev.maintainer.node.changelog.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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
    private static final int SHOWN = 10;

    /** Copies the list. */
    public StateDifference {
        first = List.copyOf(first);
    }

    /**
     * Compares two states, one table at a time; a table without rows and a table that does not exist are the same if {@code
     * ignoreEmpty}.
     *
     * @param actual the rows of a table; asked once for each name in {@code found}
     */
    public static StateDifference between(
            SortedMap<TableName, ? extends SortedMap<String, String>> expected,
            SortedSet<TableName> found,
            Function<TableName, SortedMap<String, String>> actual,
            boolean ignoreEmpty) {
        List<String> first = new ArrayList<>();
        long count = 0;
        long rows = 0;
        SortedSet<TableName> names = new TreeSet<>(expected.keySet());
        names.addAll(found);
        for (TableName name : names) {
            boolean exists = found.contains(name);
            SortedMap<String, String> wanted = rows(expected.get(name));
            SortedMap<String, String> there = rows(exists ? actual.apply(name) : null);
            rows += wanted.size();
            if (!ignoreEmpty && expected.containsKey(name) != exists) {
                count++;
                note(first, "table " + name + (exists ? " should not exist" : " is missing"));
            }
            for (var row : wanted.entrySet()) {
                String value = there.get(row.getKey());
                if (!row.getValue().equals(value)) {
                    count++;
                    note(
                            first,
                            name + " '" + row.getKey() + "': expected " + row.getValue()
                                    + (value == null ? ", missing" : ", found " + value));
                }
            }
            for (var row : there.entrySet()) {
                if (!wanted.containsKey(row.getKey())) {
                    count++;
                    note(first, name + " '" + row.getKey() + "': not expected, found " + row.getValue());
                }
            }
        }
        return new StateDifference(rows, count, first);
    }

    /** Whether there is no difference. */
    public boolean isNone() {
        return count == 0;
    }

    private static SortedMap<String, String> rows(@Nullable SortedMap<String, String> table) {
        return table == null ? new TreeMap<>() : table;
    }

    private static void note(List<String> first, String difference) {
        if (first.size() < SHOWN) {
            first.add(difference);
        }
    }
}
