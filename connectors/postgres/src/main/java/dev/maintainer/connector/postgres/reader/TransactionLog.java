package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.MaintainerException;

/** Where a reader puts what it has read. Called by the thread of the reader only. */
public interface TransactionLog {
    /**
     * What is offered and resolved from now on is read from this; told whenever the reader has connected, and before anything of
     * it comes. Whoever keeps transactions has to keep it before them: it says what their positions mean.
     *
     * @param source what is read
     */
    default void readsFrom(KnownSource source) {}

    /**
     * Takes a transaction, wholly or not at all.
     *
     * @param transaction the next in the order of commit. It is offered again from its first change if it was not taken
     * @return false if there is no room for it now, and nothing was read of it; the reader waits and offers it again
     * @throws MaintainerException if it cannot be taken; the reader stops with it, or tries again after
     *     {@code SOURCE_UNAVAILABLE}
     */
    boolean offer(CommittedTransaction transaction);

    /**
     * Nothing will be offered any more that was committed at or before a position. Those of the transactions that were offered
     * are not told.
     *
     * @param ts a position; greater than the one before
     */
    void resolved(long ts);

    /**
     * Nothing will come any more: the reader has failed for good. Whoever waits for more has to hear of it.
     *
     * @param cause what everybody gets that reads on
     */
    default void failed(MaintainerException cause) {}
}
