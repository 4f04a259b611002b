package dev.maintainer.connector.tck;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Sink;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** One place where a sink keeps its rows, for one test. */
public interface SinkLab extends AutoCloseable {
    /**
     * Opens the sink of a changefeed in this place, or goes on with what an earlier opening has left. An earlier opening that was
     * not closed counts as one whose process has died.
     *
     * @param changefeed whose rows it takes
     * @param source the identity of the source
     * @return an open sink
     */
    Sink open(ChangefeedId changefeed, String source);

    /**
     * The rows that a reader sees, by table and key. Nothing is written meanwhile.
     *
     * @param sink the one that was opened last, still open
     * @return JSON by key; tables without rows may be missing
     */
    SortedMap<TableName, ? extends Map<String, String>> state(Sink sink);

    /**
     * What the sink has kept at a sync point. Nothing is written meanwhile. Asked only of a sink that {@link Sink#keepsSnapshots
     * keeps snapshots}.
     *
     * @param sink the one that was opened last, still open
     * @param ts the position of the sync point
     * @return JSON by table and key, as it is now; tables without rows may be missing. Null if nothing was kept there
     */
    default @Nullable SortedMap<TableName, ? extends Map<String, String>> snapshot(Sink sink, long ts) {
        throw new UnsupportedOperationException("a sink that keeps snapshots needs a laboratory that shows them");
    }

    /**
     * Something that the target refuses whenever it is asked.
     *
     * @return the name of a table that cannot be created there; null if there is none, as in most
     */
    default @Nullable TableName refused() {
        return null;
    }

    /** {@return whether all rows are in this process, so that they count as its memory} */
    default boolean isInMemory() {
        return false;
    }

    /**
     * Whether the tables that the rules make take rows that are told in part. Asked only of a sink that {@link Sink#takesPartsOfRows
     * takes} them at all: some do where the source has columns.
     *
     * @return constant
     */
    default boolean takesPartsOfRows() {
        return true;
    }

    @Override
    default void close() {}
}
