package dev.maintainer.node.text;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/** What was probably meant by a name that there is not. */
public final class NearestName {
    private static final int TYPING_MISTAKES = 2;

    private NearestName() {}

    /** {@code , did you mean 'x'?}, or nothing. */
    public static String question(String word, Collection<String> known) {
        return of(word, known).map(each -> ", did you mean '" + each + "'?").orElse("");
    }

    /** The known name that needs the fewest changes; of several the first. Not if it would be made up anew. */
    public static Optional<String> of(String word, Collection<String> known) {
        String best = null;
        int fewest = Integer.MAX_VALUE;
        for (String each : new TreeSet<>(known)) {
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

    /** How many letters to insert, delete or replace. */
    private static int distance(String from, String to) {
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
