package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;

/**
 * Makes the factory of each changefeed that is replicated on a node.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@FunctionalInterface
public interface DispatcherFactories {
    /**
     * Makes the factory of a changefeed; called once on each node, when an owner first speaks of the changefeed there.
     *
     * @param node the node
     * @param changefeed the changefeed; the factory serves all of its pipelines
     * @return a factory of its own for the node and the changefeed
     * @throws MaintainerException if it cannot be made; the owner repeats, so it is asked again
     */
    DispatcherFactory create(NodeContext node, ChangefeedId changefeed) throws MaintainerException;
}
