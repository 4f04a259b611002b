package dev.maintainer.replication;

import java.util.function.IntPredicate;

/**
 * Finds where something begins to hold in an ordered list, such as the first block with a row after a position.
 *
 * @since 0.1.0
 */
public final class Bisection {
    private Bisection() {}

    /**
     * Asks for about as many elements as the number has binary digits.
     *
     * @param from the first index
     * @param to behind the last one; not less than {@code from}
     * @param holds whether it holds at an index; where it does, it does at all later ones
     * @return the first index where it holds; {@code to} if it holds nowhere
     */
    public static int first(int from, int to, IntPredicate holds) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (holds.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
