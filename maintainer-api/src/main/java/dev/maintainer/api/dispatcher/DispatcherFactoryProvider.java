package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import java.util.SortedMap;

/**
 * Found by {@link java.util.ServiceLoader}; creates {@link DispatcherFactory factories} from the settings of users.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface DispatcherFactoryProvider {
    /** {@return the name by which users select it, for example {@code changelog}; constant} */
    String name();

    /**
     * Creates the factory of a changefeed on a node.
     *
     * @param node the node on which its dispatchers will run
     * @param changefeed the changefeed
     * @param configuration the settings of users, by key; may be empty
     * @return a factory of its own for the node and the changefeed
     * @throws MaintainerException if the configuration cannot be used
     */
    DispatcherFactory create(NodeContext node, ChangefeedId changefeed, SortedMap<String, String> configuration)
            throws MaintainerException;
}
