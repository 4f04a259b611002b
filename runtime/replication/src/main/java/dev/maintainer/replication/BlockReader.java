package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import org.jspecify.annotations.Nullable;

/**
 * The block events of one span, or of all spans, in their order. {@link #poll} and {@link #close} are called by one thread
 * at a time; {@link #nextTs} by any thread.
 */
public interface BlockReader extends AutoCloseable {
    /** Nothing ever blocks. */
    BlockReader NONE = new BlockReader() {
        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            return null;
        }

        @Override
        public long nextTs() {
            return RowReader.NONE;
        }
    };

    /**
     * The next event.
     *
     * @param upToTs what was committed later is not returned yet; at most {@link Source#resolvedTs}
     * @return null if there is none up to then; what is next is known to be later now
     * @throws MaintainerException if they cannot be read
     */
    @Nullable
    BlockEvent poll(long upToTs) throws MaintainerException;

    /**
     * The commit position of the first event that {@link #poll} has not returned.
     *
     * @return a position, never later than the true one; {@link RowReader#NONE} if none is known
     */
    long nextTs();

    @Override
    default void close() {}
}
