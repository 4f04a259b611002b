package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import java.util.List;

/**
 * An event at which dispatchers wait for one another. When everything before it is durable in the whole scope, one of them
 * executes it, and then all go on.
 *
 * @param key its identity and its place in the order of events
 * @param scope which dispatchers stop there
 * @param changes what it does to the set of tables, in order; empty if nothing
 * @param statement what it is, for people: a statement, or several
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record BlockEvent(BlockKey key, BlockScope scope, List<TableChange> changes, String statement) {
    /**
     * Copies the changes.
     *
     * @param key its identity and its place in the order of events
     * @param scope which dispatchers stop there
     * @param changes what it does to the set of tables, in order; empty if nothing
     * @param statement what it is, for people: a statement, or several
     */
    public BlockEvent {
        changes = List.copyOf(changes);
    }

    /**
     * A sync point.
     *
     * @param commitTs its time; a TSO
     * @return an event at which all dispatchers stop
     */
    public static BlockEvent syncPoint(long commitTs) {
        return new BlockEvent(
                new BlockKey(commitTs, BlockKind.SYNC_POINT), new BlockScope.All(), List.of(), "sync point");
    }
}
