package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.event.DdlEvent;
import java.util.List;

/** The DDLs of a source in commit order. Used by one thread at a time. */
public interface DdlReader extends AutoCloseable {
    /**
     * The DDLs of the next transaction that has any.
     *
     * @param upToTs what was committed later is not returned yet; at most {@link Source#resolvedTs}
     * @return all DDLs of one {@code commitTs}, in their order; empty if there is none
     * @throws MaintainerException if they cannot be read
     */
    List<DdlEvent> poll(long upToTs) throws MaintainerException;

    /**
     * {@return when the first DDL was committed that {@link #poll} has not returned; {@link RowReader#NONE} if none is
     * known}
     */
    long nextTs();

    @Override
    default void close() {}
}
