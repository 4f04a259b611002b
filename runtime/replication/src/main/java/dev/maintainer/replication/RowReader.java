package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Optional;

/**
 * The rows of one span in commit order. Rows are pulled, so rows that are not read stay where they are: a reader holds
 * no more than what its next answer needs. {@link #poll} and {@link #close} are called by one thread at a time; the
 * other methods by any thread.
 */
public interface RowReader extends AutoCloseable {
    /** No further row is known. */
    long NONE = Long.MAX_VALUE;

    /** How many rows make a batch of a reader that does not know how large they are. */
    int BATCH_ROWS = 256;

    /**
     * The next rows, in commit order.
     *
     * @param max how many at most; at least 1. The rows of one transaction may come in several answers
     * @param upToTs what was committed later is not returned yet; at most {@link Source#resolvedTs}
     * @return empty if there is none, or what is next has to be fetched first; {@link #nextTs} stays as it is then
     * @throws MaintainerException if they cannot be read: {@code SOURCE_UNAVAILABLE} if it may be tried again
     */
    List<RowEvent> poll(int max, long upToTs) throws MaintainerException;

    /**
     * The commit position of the first row that {@link #poll} has not returned.
     *
     * @return a position, never later than the true one; {@link #NONE} if none is known
     */
    long nextTs();

    /**
     * How many rows to ask for, so that each batch is worth its round trips to the sink. More than {@link #BATCH_ROWS} only of a reader
     * that bounds what it returns by bytes.
     *
     * @return at least 1; may change
     */
    default int batchRows() {
        return BATCH_ROWS;
    }

    /**
     * The part of the span whose rows up to a position were all returned, if that is more than {@link #nextTs} says of the whole: a
     * source that copies what is there returns rows of one position, in some order of keys. By the thread that polls; what was
     * returned is not durable yet.
     *
     * @return empty if there is no such part
     */
    default Optional<CompletePart> completePart() {
        return Optional.empty();
    }

    /** {@return when the table was dropped, if that is known; {@link #NONE} otherwise} */
    default long endTs() {
        return NONE;
    }

    /** {@return its progress for people, such as "copying, 40 %"; empty most of the time} */
    default String progress() {
        return "";
    }

    @Override
    default void close() {}
}
