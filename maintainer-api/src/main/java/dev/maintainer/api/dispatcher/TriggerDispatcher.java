package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.RedoMeta;

/**
 * The dispatcher that sees every DDL, takes part in every block event, and executes those. It does not look for DDLs before {@link #begin}, keeps its checkpoint below the
 * first DDL that is not acknowledged, and on {@link #close} abandons what was not acknowledged: its successor collects
 * it again.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface TriggerDispatcher extends Dispatcher {
    /**
     * The position where it really starts; a TSO, at least the requested one. It is later if what it replicates into
     * knows that more has been handled: of a redo log, that is what it durably promises. Does not change.
     *
     * @return a TSO; constant
     */
    long startTs();

    /** The maintainer is ready for DDLs. May be called more than once. */
    void begin();

    /**
     * All DDLs up to and including {@code commitTs} have been applied, or the block event that it has passed at that time is
     * known to have been executed: the checkpoint need not be held below it any more.
     *
     * @param commitTs the commit time of the last of them; a TSO
     */
    void acknowledge(long commitTs);

    /**
     * Makes the meta of the redo log durable; {@link DispatcherListener#persisted} follows, and says what is durable
     * then. Called on redo pipelines only, and repeatedly; a lower value changes nothing.
     *
     * @param meta what to promise durably
     */
    void persist(RedoMeta meta);
}
