package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;

/**
 * Creates the factory of each changefeed that is replicated on a node.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@FunctionalInterface
public interface DispatcherFactories {
    /**
     * Creates the factory of a changefeed; called on each node when an owner first mentions the changefeed there, until it
     * succeeds.
     *
     * @param node the node
     * @param changefeed the changefeed; the factory serves all of its pipelines
     * @param configuration what users have said of it
     * @return a factory of its own for the node and the changefeed
     * @throws MaintainerException if it cannot be created, or not yet; the owner repeats its request, so this is called again.
     *     It is called by the thread of the worker, which serves all changefeeds: what takes long is begun elsewhere
     */
    DispatcherFactory create(NodeContext node, ChangefeedId changefeed, ChangefeedConfiguration configuration)
            throws MaintainerException;

    /**
     * A changefeed is gone for good whose factory was asked for and not created yet. Whatever was begun for it is not wanted any
     * more.
     *
     * @param changefeed the changefeed that is gone
     */
    default void forget(ChangefeedId changefeed) {}
}
