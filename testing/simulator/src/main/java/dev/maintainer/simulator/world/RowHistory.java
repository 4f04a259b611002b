package dev.maintainer.simulator.world;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;

/**
 * When the rows of tables are committed, and which: a history that nobody has to keep, since it can be told for any moment. One
 * row after the other gets the letters of the alphabet as their keys, in an order in which each comes once in 26 rows.
 */
final class RowHistory {
    private static final long SHORTEST_PERIOD = 150;
    private static final long PERIODS = 400;
    private static final long STEP = 37;
    private static final int LETTERS = 26;
    private static final int LETTER_STEP = 11;
    private static final SpanBound[] POSITIONS = new SpanBound[LETTERS];
    private static final String[] KEYS = new String[LETTERS];

    static {
        for (int i = 0; i < LETTERS; i++) {
            KEYS[i] = String.valueOf((char) ('a' + i));
            POSITIONS[i] = SpanBound.before(KEYS[i]);
        }
    }

    /** What tells this history from others of the same tables. */
    private final long shift;

    private final Upstream upstream;

    /** A history; with another {@code shift} it has other rows. */
    RowHistory(Upstream upstream, long shift) {
        this.upstream = upstream;
        this.shift = shift;
    }

    private static long period(TableId table) {
        return SHORTEST_PERIOD + table.value() * STEP % PERIODS;
    }

    private long phase(TableId table, long period) {
        return (table.value() * STEP + shift) % period;
    }

    /**
     * When the first row between two keys is committed after a moment.
     *
     * @return {@link Long#MAX_VALUE} if none is, because the table is dropped before, or no key is between them
     */
    long nextAfter(TableId table, SpanBound start, SpanBound end, long ts) {
        long period = period(table);
        long phase = phase(table, period);
        long next = ts + period - Math.floorMod(ts - phase, period);
        for (int i = 0; i < LETTERS; i++) {
            SpanBound position = POSITIONS[letter(table, next, period)];
            if (start.compareTo(position) <= 0 && position.compareTo(end) < 0) {
                return next <= upstream.droppedTs(table) ? next : Long.MAX_VALUE;
            }
            next += period;
        }
        return Long.MAX_VALUE;
    }

    /** Whether a row of a table is committed at a moment. */
    boolean hasRow(TableId table, long ts) {
        long period = period(table);
        return Math.floorMod(ts - phase(table, period), period) == 0;
    }

    /** The key of the row that is committed at a moment. */
    String key(TableId table, long ts) {
        return KEYS[letter(table, ts, period(table))];
    }

    private static int letter(TableId table, long ts, long period) {
        return Math.floorMod(ts / period * LETTER_STEP + table.value(), LETTERS);
    }
}
