package dev.maintainer.runtime.node;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.port.Network;

/**
 * Makes networks of one kind. Found by {@link java.util.ServiceLoader} and chosen by its name, so that whoever runs nodes needs
 * nothing of the libraries behind it.
 */
public interface NetworkProvider {
    /** A network that ends with its process, or before. */
    interface OwnNetwork extends Network, AutoCloseable {
        /** Ends all connections; waits for that at most a few seconds. */
        @Override
        void close();
    }

    /** What users choose it by; lower case, such as {@code grpc}. */
    String name();

    /**
     * Makes a network for nodes that all run in this process, as if each ran in its own: whatever one sends to another leaves
     * through a socket and comes back.
     *
     * @throws MaintainerException if there is no port to listen at
     */
    OwnNetwork withinProcess() throws MaintainerException;
}
