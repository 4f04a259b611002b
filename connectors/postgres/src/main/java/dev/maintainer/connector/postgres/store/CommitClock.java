package dev.maintainer.connector.postgres.store;

import java.util.Arrays;

/**
 * When, by the clock of the source, transactions were committed: one position for each tenth of a second, the last 32,768 of
 * them, and beyond that fewer. Clocks may go back; what it says does not. Thread-safe.
 */
public final class CommitClock {
    private static final int MOST = 1 << 15;
    private static final long STEP_MILLIS = 100;

    private long[] positions = new long[1 << 6];
    private long[] millis = new long[1 << 6];
    private int count;

    /**
     * A transaction was committed.
     *
     * @param ts its position; greater than those before
     * @param wallMillis when; milliseconds since the epoch
     */
    public synchronized void add(long ts, long wallMillis) {
        if (count > 0 && (ts <= positions[count - 1] || wallMillis < millis[count - 1] + STEP_MILLIS)) {
            return;
        }
        if (count == MOST) {
            thinOut();
        }
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count);
            millis = Arrays.copyOf(millis, 2 * count);
        }
        positions[count] = ts;
        millis[count++] = wallMillis;
    }

    private void thinOut() {
        for (int i = 0; i < MOST / 2; i++) {
            positions[i] = positions[2 * i];
            millis[i] = millis[2 * i];
        }
        count = MOST / 2;
    }

    /**
     * The wall time of a position: that of the last transaction that is known to be at or before it.
     *
     * @param ts a position
     * @return milliseconds since the epoch; of a position before all that is known the first that is; 0 if none is
     */
    public synchronized long wallMillis(long ts) {
        if (count == 0) {
            return 0;
        }
        int at = Arrays.binarySearch(positions, 0, count, ts);
        return millis[Math.max(0, at >= 0 ? at : -at - 2)];
    }
}
