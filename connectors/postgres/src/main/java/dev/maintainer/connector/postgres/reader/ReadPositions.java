package dev.maintainer.connector.postgres.reader;

/**
 * Positions at which the log can be read again. What is durable ends anywhere, also within the record of a commit, and a server that
 * is asked to begin there leaves that transaction out. So what is asked of it, and confirmed, is one of these: where a commit ended,
 * or what the server itself has named. The last 8,192 are known, and beyond that fewer. Thread-safe.
 */
final class ReadPositions {
    private static final int MOST = 1 << 13;

    private final long[] positions = new long[MOST];
    private int first;
    private int count;

    /** Another one; it counts if it is greater than those before. */
    synchronized void add(long position) {
        if (count > 0 && position <= positions[index(count - 1)]) {
            return;
        }
        if (count == MOST) {
            thinOut();
        }
        positions[index(count)] = position;
        count++;
    }

    private int index(int place) {
        return (first + place) & (MOST - 1);
    }

    private void thinOut() {
        for (int i = 0; i < MOST / 2; i++) {
            positions[index(i)] = positions[index(2 * i)];
        }
        count = MOST / 2;
    }

    /** The greatest that is at most {@code ts}; those before it are forgotten. 0 if none is known. */
    synchronized long upTo(long ts) {
        if (count == 0 || positions[index(0)] > ts) {
            return 0;
        }
        while (count > 1 && positions[index(1)] <= ts) {
            first = index(1);
            count--;
        }
        return positions[index(0)];
    }
}
