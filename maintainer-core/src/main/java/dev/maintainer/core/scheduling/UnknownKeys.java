package dev.maintainer.core.scheduling;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares the keys of a configuration with those that a scheduler declares. */
final class UnknownKeys {
    private static final int TYPING_MISTAKES = 2;
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
            if (distance(given, begin) <= TYPING_MISTAKES) {
                return Optional.of(key);
            }
        }
        return nearest(word, whole);
    }

    /** The known word that needs the fewest changes; of several the first. Not if it would be made up anew. */
    static Optional<String> nearest(String word, SortedSet<String> known) {
        String best = null;
        int fewest = Integer.MAX_VALUE;
        for (String each : known) {
            int changes = distance(word, each);
            if (changes <= Math.max(TYPING_MISTAKES, each.length() / 3)
                    && changes < each.length()
                    && changes < fewest) {
                best = each;
                fewest = changes;
            }
        }
        return Optional.ofNullable(best);
    }

    /** How many letters to insert, delete or replace (Levenshtein). */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
