package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares the keys of a configuration with those that a scheduler declares. */
final class UnknownKeys {
    private static final int LETTERS_PER_MISTAKE = 3;
    private static final int LONGEST_SHOWN = 100;

    private UnknownKeys() {}

    /** A sentence about all unknown keys, with what was probably meant; empty if there is none. */
    static Optional<String> complaint(SchedulerDescriptor scheduler, Set<String> given) {
        SortedSet<String> known = new TreeSet<>(scheduler.keys().keySet());
        List<String> complaints = new ArrayList<>();
        for (String key : new TreeSet<>(given)) {
            if (!scheduler.declares(key)) {
                complaints.add("no key '" + clipped(key) + "'"
                        + nearestKey(key, known)
                                .map(each -> ", did you mean '" + each + "'?")
                                .orElse(""));
            }
        }
        if (complaints.isEmpty()) {
            return Optional.empty();
        }
        String all = known.isEmpty() ? "it has none" : "its keys are: " + String.join(", ", known);
        return Optional.of(
                "scheduler '" + scheduler.name() + "' has " + String.join("; ", complaints) + " (" + all + ")");
    }

    private static String clipped(String key) {
        return key.length() <= LONGEST_SHOWN ? key : key.substring(0, LONGEST_SHOWN) + "...";
    }

    /** Of a pattern only the part before its first placeholder can be mistyped: the rest is names. */
    private static Optional<String> nearestKey(String word, SortedSet<String> known) {
        SortedSet<String> whole = new TreeSet<>();
        for (String key : known) {
            if (!SchedulerDescriptor.isPattern(key)) {
                whole.add(key);
                continue;
            }
            String begin = key.substring(0, key.indexOf('.'));
            int dot = word.indexOf('.');
            String given = dot < 0 ? word : word.substring(0, dot);
            if (isNear(distance(given, begin), begin)) {
                return Optional.of(key);
            }
        }
        return nearest(word, whole);
    }

    /**
     * The known word that needs the fewest changes, if those are one for three of its letters at most; nothing if several
     * are equally near.
     */
    static Optional<String> nearest(String word, SortedSet<String> known) {
        String best = null;
        int fewest = Integer.MAX_VALUE;
        for (String each : known) {
            int changes = distance(word, each);
            if (changes < fewest) {
                best = isNear(changes, each) ? each : null;
                fewest = changes;
            } else if (changes == fewest) {
                best = null;
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean isNear(int changes, String known) {
        return changes <= Math.max(1, known.length() / LETTERS_PER_MISTAKE) && changes < known.length();
    }

    /** How many letters to insert, delete, replace, or swap with their neighbour. */
    static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
        }
        return row[to.length()];
    }
}
