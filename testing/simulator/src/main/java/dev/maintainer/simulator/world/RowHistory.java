package dev.maintainer.simulator.world;

import dev.maintainer.api.model.TableId;

/** When the rows of tables are committed: a history that nobody has to keep, since it can be told for any moment. */
final class RowHistory {
    private static final long SHORTEST_PERIOD = 150;
    private static final long PERIODS = 400;
    private static final long STEP = 37;

    /** What tells this history from others of the same tables. */
    private final long shift;

    /** A history; with another {@code shift} it has other rows. */
    RowHistory(long shift) {
        this.shift = shift;
    }

    /** When the first row of a table is committed after a moment. */
    long nextAfter(TableId table, long ts) {
        long period = SHORTEST_PERIOD + table.value() * STEP % PERIODS;
        long phase = (table.value() * STEP + shift) % period;
        return ts + period - Math.floorMod(ts - phase, period);
    }
}
