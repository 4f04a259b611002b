package dev.maintainer.api.dispatcher;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.util.SortedMap;

/** Found by {@link java.util.ServiceLoader}; makes the {@link DispatcherFactory} of a node. */
public interface DispatcherFactoryProvider {
    /** The name by which people select it, for example {@code changelog}. Constant. */
    String name();

    /**
     * Makes the factory of a node.
     *
     * @throws MaintainerException if the configuration cannot be used
     */
    DispatcherFactory create(NodeId node, SortedMap<String, String> configuration) throws MaintainerException;
}
