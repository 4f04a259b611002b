package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;

/** Writes the rows of one opening of one dispatcher. One thread writes at a time; any thread may seal. */
public interface SpanWriter {
    /**
     * Writes rows of the span and makes them durable. After a failure nothing more is written by this writer: what of the rows is
     * durable is not known, and the next opening writes them again.
     *
     * @param rows in commit order, at least one
     * @return what became of them
     * @throws MaintainerException if they cannot be written
     */
    WriteResult write(List<RowEvent> rows) throws MaintainerException;

    /**
     * Applies DDLs and makes that durable. A DDL that was applied already is harmless.
     *
     * @param ddls in commit order, at least one
     * @return what became of them
     * @throws MaintainerException if they cannot be applied
     */
    WriteResult writeDdls(List<DdlEvent> ddls) throws MaintainerException;

    /**
     * All rows of the span up to a position, inclusive, are durable, here or by earlier writers. A sink that must know what may
     * come again uses it; it need not be durable.
     *
     * @param ts a position
     */
    default void complete(long ts) {}

    /** Nothing more will be written. Waits for a write that is under way, and for nothing else. More than once is harmless. */
    void seal();
}
