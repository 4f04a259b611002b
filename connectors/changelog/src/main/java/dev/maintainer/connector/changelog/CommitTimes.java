package dev.maintainer.connector.changelog;

import dev.maintainer.replication.Bisection;
import java.util.Arrays;

/**
 * When the events of a log were committed, by position. Of a long log it knows only every second, fourth and so on event, so
 * its size is bounded: what lies between counts as committed with the next one that it knows. Not thread-safe while it grows.
 */
final class CommitTimes {
    static final int MOST = 1 << 17;

    private long[] known = new long[1 << 10];
    private int count;
    private int stride = 1;
    private long size;
    private long first;
    private long last;

    /** The next event, committed at {@code ts}, a TSO. */
    void add(long ts) {
        if (size == 0) {
            first = ts;
        }
        last = ts;
        size++;
        if (size % stride == 0) {
            if (count == MOST) {
                for (int i = 0; i < MOST / 2; i++) {
                    known[i] = known[2 * i + 1];
                }
                count = MOST / 2;
                stride *= 2;
                if (size % stride != 0) {
                    return;
                }
            }
            if (count == known.length) {
                known = Arrays.copyOf(known, count * 2);
            }
            known[count++] = ts;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** How many events there are, of a log that ends. */
    int size() {
        return Math.toIntExact(size);
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    /** When the event at a position was committed, or a later one; a TSO. */
    long at(int position) {
        int index = position / stride;
        return index < count ? known[index] : last;
    }

    /** How many events were committed at or before {@code ts}; or some fewer. */
    int positionAfter(long ts) {
        if (ts >= last) {
            return size();
        }
        return Bisection.first(0, count, index -> known[index] > ts) * stride;
    }
}
