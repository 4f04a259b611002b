package dev.maintainer.core.checkpoint;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where the checkpoint must not stop. A table that is dropped at d, and is durable up to c only, will never be durable
 * between the two: nobody writes the rest, because the drop takes it away anyhow. So a checkpoint below d must not be
 * above c (a successor that starts there would find the table and miss a part of it), and at d or above the table does
 * not count any more: the checkpoint leaps from c to d.
 *
 * <p>Costs the number of drops that the checkpoint has not passed.
 */
public final class DropGaps {
    private final TreeMap<Long, Long> durableByDrop = new TreeMap<>();

    /** A table that is durable up to {@code durableTs} was dropped at {@code dropTs}; both TSOs. */
    public void add(long durableTs, long dropTs) {
        if (durableTs < dropTs) {
            durableByDrop.merge(dropTs, durableTs, Math::min);
        }
    }

    /** The highest checkpoint at or below {@code candidateTs} that is in no gap. */
    public long settle(long candidateTs) {
        long settled = candidateTs;
        // From the latest drop down: stepping out of one gap may lead into an earlier one, never into a later one.
        for (Map.Entry<Long, Long> gap : durableByDrop.descendingMap().entrySet()) {
            if (gap.getKey() > settled && gap.getValue() < settled) {
                settled = gap.getValue();
            }
        }
        return settled;
    }

    /** Forgets the gaps that the checkpoint has passed. */
    public void passed(long committedTs) {
        durableByDrop.headMap(committedTs, true).clear();
    }

    /** Whether there is no gap left. */
    public boolean isEmpty() {
        return durableByDrop.isEmpty();
    }
}
