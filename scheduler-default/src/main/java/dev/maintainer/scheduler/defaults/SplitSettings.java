package dev.maintainer.scheduler.defaults;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration of {@code balance-splits}.
 *
 * @param common what {@code balance} has
 * @param splitBytesPerSecond a span that is more work than this is split; parts that are together less than half of it
 *     are merged; 0 leaves all spans as they are
 * @param maxParts most parts that one split makes, at least 2
 * @param evenBytesPerSecond nodes are evened out by their work when they differ by at least this; 0 leaves them as they are
 */
record SplitSettings(Settings common, long splitBytesPerSecond, int maxParts, long evenBytesPerSecond) {
    static final String SPLIT_BYTES = "split-bytes-per-second";
    static final String MAX_PARTS = "max-parts";
    static final String EVEN_BYTES = "even-bytes-per-second";

    private static final int DEFAULT_MAX_PARTS = 16;

    static SplitSettings parse(String scheduler, SortedMap<String, String> configuration) {
        SortedMap<String, String> rest = new TreeMap<>(configuration);
        String bytes = rest.remove(SPLIT_BYTES);
        String parts = rest.remove(MAX_PARTS);
        String even = rest.remove(EVEN_BYTES);
        long splitBytes = bytes == null ? 0 : Settings.number(scheduler, SPLIT_BYTES, bytes, 0, Long.MAX_VALUE);
        return new SplitSettings(
                Settings.parse(scheduler, rest),
                splitBytes,
                parts == null ? DEFAULT_MAX_PARTS : (int) Settings.number(scheduler, MAX_PARTS, parts, 2, 1_024),
                even == null ? splitBytes / 4 : Settings.number(scheduler, EVEN_BYTES, even, 0, Long.MAX_VALUE));
    }

    boolean splits() {
        return splitBytesPerSecond > 0;
    }

    boolean evens() {
        return evenBytesPerSecond > 0;
    }

    /** Merged spans stay this far below what splits them, so that a little more work does not split them again. */
    double mergeBytesPerSecond() {
        return splitBytesPerSecond / 2.0;
    }
}
