package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import java.util.Comparator;

/**
 * Identifies a block event of a changefeed, and says where it is in the order of all its events: after all rows with the
 * same commit time, before all later ones; of two block events with one commit time, the DDL comes first.
 *
 * @param commitTs when the event was committed upstream; a TSO, at least 2
 * @param kind what it is
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record BlockKey(long commitTs, BlockKind kind) implements Comparable<BlockKey> {
    private static final Comparator<BlockKey> ORDER =
            Comparator.comparingLong(BlockKey::commitTs).thenComparing(BlockKey::kind);

    /**
     * Refuses commit times that nothing can have.
     *
     * @param commitTs when the event was committed upstream; a TSO, at least 2
     * @param kind what it is
     * @throws IllegalArgumentException if the commit time is below 2 or {@link Long#MAX_VALUE}
     */
    public BlockKey {
        if (commitTs < 2 || commitTs == Long.MAX_VALUE) {
            throw new IllegalArgumentException("bad commitTs " + commitTs + " of a block event");
        }
    }

    /**
     * The checkpoint of a dispatcher that waits at the event, and at which everything before it is durable.
     *
     * @return a TSO, one below the commit time: a checkpoint includes all block events of its time
     */
    public long waitingTs() {
        return commitTs - 1;
    }

    @Override
    public int compareTo(BlockKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return (kind == BlockKind.DDL ? "ddl@" : "syncpoint@") + commitTs;
    }
}
