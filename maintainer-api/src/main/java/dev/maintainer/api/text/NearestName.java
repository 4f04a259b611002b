package dev.maintainer.api.text;

import dev.maintainer.api.annotation.Stability;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What was probably meant by a name that there is not.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public final class NearestName {
    private static final int LETTERS_PER_MISTAKE = 3;

    private NearestName() {}

    /**
     * {@return {@code , did you mean 'x'?}, or nothing}
     *
     * @param word what was written
     * @param known the names that there are
     */
    public static String question(String word, Collection<String> known) {
        return of(word, known).map(each -> ", did you mean '" + each + "'?").orElse("");
    }

    /**
     * The known name that needs the fewest changes, if those are one for three of its letters at most. Nothing if several
     * names are equally near: to name one of them would be a guess.
     *
     * @param word what was written
     * @param known the names that there are
     * @return the nearest of them, if it is near
     */
    public static Optional<String> of(String word, Collection<String> known) {
        if (known.stream().noneMatch(each -> mayBeNear(word, each))) {
            return Optional.empty();
        }
        String best = null;
        int fewest = Integer.MAX_VALUE;
        for (String each : new TreeSet<>(known)) {
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

    /**
     * {@return whether a word is that name with one mistake for three of its letters at most}
     *
     * @param word what was written
     * @param name what may have been meant
     */
    public static boolean isNear(String word, String name) {
        return mayBeNear(word, name) && isNear(distance(word, name), name);
    }

    /** Whether their lengths do not rule it out; a word from outside may be so long that to compare it takes seconds. */
    private static boolean mayBeNear(String word, String name) {
        return isNear(Math.abs(word.length() - name.length()), name);
    }

    private static boolean isNear(int changes, String name) {
        return changes <= Math.max(1, name.length() / LETTERS_PER_MISTAKE) && changes < name.length();
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
