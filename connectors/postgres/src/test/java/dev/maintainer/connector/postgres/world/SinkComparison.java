package dev.maintainer.connector.postgres.world;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks whether the sink has the rows that it has to have at a position. */
final class SinkComparison {
    private final World world;
    /** Where copies ended, by table. */
    private final Map<String, Long> copiedTs = new HashMap<>();

    SinkComparison(World world) {
        this.world = world;
    }

    /** Up to here a table may have values that are later than its position. */
    void copied(String table, long ts) {
        copiedTs.merge("\"shop\".\"" + table + "\"", ts, Math::max);
    }

    /** Up to where that is, of a table by its name in quotes; 0 if it was not copied. */
    long copiedTs(String table) {
        return copiedTs.getOrDefault(table, 0L);
    }

    /** Tables that are within the window of a copy have later rows, and do not count. */
    void requireEqual(Law law, Map<String, SortedMap<String, Map<String, String>>> expected, long ts) {
        Map<String, SortedMap<String, Map<String, String>>> through = new TreeMap<>(expected);
        through.keySet().removeIf(table -> copiedTs(table) > ts);
        requireAllEqual(law, through, ts);
    }

    /** A sync point is about to be noted. */
    void requireSyncPoint(long ts) {
        requireAllEqual(Law.EQUAL_AT_SYNC_POINT, world.source.contentsAt(ts), ts);
    }

    private void requireAllEqual(Law law, Map<String, SortedMap<String, Map<String, String>>> expected, long ts) {
        Map<String, SortedMap<String, Map<String, String>>> tables = world.sinkContents(ts);
        for (Map.Entry<String, SortedMap<String, Map<String, String>>> table : expected.entrySet()) {
            SortedMap<String, Map<String, String>> found = tables.get(table.getKey());
            if (found == null) {
                throw new Violated(law, "there is no " + table.getKey() + " at " + ts);
            }
            if (!found.equals(table.getValue())) {
                throw new Violated(law, difference(table.getKey(), table.getValue(), found, ts));
            }
        }
    }

    private static String difference(
            String table, Map<String, Map<String, String>> expected, Map<String, Map<String, String>> found, long ts) {
        TreeMap<String, Map<String, String>> keys = new TreeMap<>(expected);
        keys.putAll(found);
        for (String key : keys.keySet()) {
            if (!Objects.equals(expected.get(key), found.get(key))) {
                return "row " + key + " of " + table + " is " + found.get(key) + " and should be " + expected.get(key)
                        + (ts == Long.MAX_VALUE ? "" : " at " + ts);
            }
        }
        return table;
    }
}
