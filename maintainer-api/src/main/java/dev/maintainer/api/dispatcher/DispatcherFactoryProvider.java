package dev.maintainer.api.dispatcher;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.util.SortedMap;

/** Found by {@link java.util.ServiceLoader}; makes the {@link DispatcherFactory} of a node. */
public interface DispatcherFactoryProvider {
    /** {@return the name by which people select it, for example {@code changelog}; constant} */
    String name();

    /**
     * Makes the factory of a node.
     *
     * @param node the node on which its dispatchers will run
     * @param configuration what people have set, by key; may be empty
     * @return a factory of its own for the node
     * @throws MaintainerException if the configuration cannot be used
     */
    DispatcherFactory create(NodeId node, SortedMap<String, String> configuration) throws MaintainerException;
}
