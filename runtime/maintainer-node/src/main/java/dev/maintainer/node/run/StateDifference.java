package dev.maintainer.node.run;

import dev.maintainer.node.changelog.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** Compares rows; a table without rows and a table that does not exist are the same if {@code ignoreEmpty}. */
    public static StateDifference between(
            SortedMap<TableName, ? extends SortedMap<String, String>> expected,
            SortedMap<TableName, ? extends SortedMap<String, String>> actual,
            boolean ignoreEmpty) {
        List<String> first = new ArrayList<>();
        long count = 0;
        long rows = 0;
        TreeMap<TableName, Boolean> names = new TreeMap<>();
        expected.keySet().forEach(name -> names.put(name, true));
        actual.keySet().forEach(name -> names.put(name, true));
        for (TableName name : names.keySet()) {
            SortedMap<String, String> wanted = rows(expected.get(name));
            SortedMap<String, String> found = rows(actual.get(name));
            rows += wanted.size();
            if (!ignoreEmpty && expected.containsKey(name) != actual.containsKey(name)) {
                count++;
                note(first, "table " + name + (actual.containsKey(name) ? " should not exist" : " is missing"));
            }
            for (var row : wanted.entrySet()) {
                String value = found.get(row.getKey());
                if (!row.getValue().equals(value)) {
                    count++;
                    note(
                            first,
                            name + " '" + row.getKey() + "': expected " + row.getValue()
                                    + (value == null ? ", missing" : ", found " + value));
                }
            }
            for (var row : found.entrySet()) {
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

    private static SortedMap<String, String> rows(@org.jspecify.annotations.Nullable SortedMap<String, String> table) {
        return table == null ? new TreeMap<>() : table;
    }

    private static void note(List<String> first, String difference) {
        if (first.size() < SHOWN) {
            first.add(difference);
        }
    }
}
