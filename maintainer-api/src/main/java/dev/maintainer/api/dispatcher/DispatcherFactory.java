package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;

/**
 * Creates the dispatchers of a changefeed on one node. Called on the worker's thread; must not block for long.
 *
 * <p>Everything that a factory creates writes to its sink under the latest epoch that {@link #fence} named.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface DispatcherFactory {
    /**
     * Creates a dispatcher for a table span; it is started later.
     *
     * @param spec what to replicate
     * @param listener is told what becomes of the dispatcher
     * @return a dispatcher that does nothing before {@link Dispatcher#start}
     * @throws MaintainerException if it cannot be created; the worker reports it
     */
    Dispatcher create(DispatcherSpec spec, DispatcherListener listener) throws MaintainerException;

    /**
     * Creates the DDL trigger dispatcher; it is started later.
     *
     * @param spec what to replicate; its span is that of all DDLs
     * @param listener is told what becomes of the dispatcher, and of DDLs
     * @return a trigger dispatcher that does nothing before {@link Dispatcher#start}
     * @throws MaintainerException if it cannot be created; the worker reports it
     */
    TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) throws MaintainerException;

    /**
     * A new owner has been accepted: from now on the sink refuses writes of older epochs, whoever makes them.
     *
     * @param changefeed the pipeline whose sink is fenced
     * @param epoch that of the new owner
     * @throws MaintainerException if the sink cannot be fenced; ownership then stays as it was
     */
    void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException;

    /**
     * A pipeline has ended for good: nothing of it runs here any more, and whatever is kept for it outside the sink
     * (slots, sessions, progress) can be deleted. Called on nodes that ran any of its dispatchers, after the last
     * dispatcher has stopped.
     *
     * @param changefeed the pipeline that is gone
     */
    default void release(ChangefeedId changefeed) {}
}
