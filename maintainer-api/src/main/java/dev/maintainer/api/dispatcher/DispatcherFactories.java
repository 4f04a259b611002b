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
     * Creates the factory of a changefeed; called once on each node, when an owner first mentions the changefeed there.
     *
     * @param node the node
     * @param changefeed the changefeed; the factory serves all of its pipelines
     * @param configuration what users have said of it
     * @return a factory of its own for the node and the changefeed
     * @throws MaintainerException if it cannot be created; the owner repeats its request, so this is called again
     */
    DispatcherFactory create(NodeContext node, ChangefeedId changefeed, ChangefeedConfiguration configuration)
            throws MaintainerException;
}
