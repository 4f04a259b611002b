package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKey;

/**
 * A running replication task. The worker calls it on its own thread and never waits for it; the dispatcher works on
 * threads of its own and tells the worker through its {@link DispatcherListener}.
 *
 * <p>{@link #close} is followed by exactly one {@link DispatcherListener#stopped}, unless the process dies.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface Dispatcher {
    /**
     * {@return the time up to which everything, inclusive, is durable downstream; a TSO, never less than before} May be
     * called from any thread.
     */
    long checkpointTs();

    /**
     * {@return the time up to which everything, inclusive, has been received; a TSO, at least the checkpoint} May be
     * called from any thread.
     */
    long resolvedTs();

    /** Starts replicating. Called once. */
    void start();

    /**
     * Requests the dispatcher to end. Returns at once; {@link DispatcherListener#stopped} follows when it will never
     * write again. May be called more than once.
     */
    void close();

    /** Stops writing now, without flushing and without a callback: this node is no longer a member. Any thread. */
    void abandon();

    /**
     * The maintainer has decided about a block event: {@link BarrierAction#WRITE} has the DDL trigger dispatcher execute it,
     * {@link BarrierAction#PASS} lets any dispatcher go on behind it; {@link DispatcherListener#passed} follows. Only for
     * the event that {@link DispatcherListener#waiting} has named last; a dispatcher that does not wait there does
     * nothing. May be called more than once.
     *
     * @param event which event
     * @param action what to do
     */
    default void resolve(BlockKey event, BarrierAction action) {}
}
