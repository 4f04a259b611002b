package dev.maintainer.api.dispatcher;

/**
 * The dispatcher that sees every DDL. It does not look for DDLs before {@link #begin}, keeps its checkpoint below the
 * first DDL that is not acknowledged, and on {@link #close} abandons what was not acknowledged: its successor collects
 * it again.
 */
public interface TriggerDispatcher extends Dispatcher {
    /** The maintainer is ready for DDLs. May be called more than once. */
    void begin();

    /** All DDLs up to and including {@code commitTs} have been applied. */
    void acknowledge(long commitTs);
}
