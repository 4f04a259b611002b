package dev.maintainer.runtime.node;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Network;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.NetworkStatistics;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;

/**
 * Makes networks of one kind. Found by {@link java.util.ServiceLoader} and chosen by its name, so that whoever runs nodes needs
 * nothing of the libraries behind it.
 */
public interface NetworkProvider {
    /** A network that ends with its process, or before. */
    interface OwnNetwork extends Network, AutoCloseable {
        /** The port at which its nodes are reached, 1 to 65535; the one that was chosen, if any free one was asked for. */
        int port();

        /**
         * Questions between nodes.
         *
         * @param self a node that is, or will be, registered
         */
        PeerCalls callsOf(NodeId self);

        /**
         * Changes what the messages that wait for all peers may have together.
         *
         * @param bytes at least 0
         */
        default void limitQueues(long bytes) {}

        /** Looks now whether files with certificates have changed, which it does from time to time anyhow; waits for nothing. */
        default void reloadCertificates() {}

        /** What it has counted, and how its connections are now; costs the peers. */
        default NetworkStatistics statistics() {
            return NetworkStatistics.NONE;
        }

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

    /**
     * Looks at what {@link #betweenProcesses} would need of files, without listening, and refuses what that would refuse.
     *
     * @param cluster the id of the cluster
     * @param security how peers know one another
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a file cannot be used
     */
    void check(String cluster, PeerSecurity security) throws MaintainerException;

    /**
     * Makes this process's end of a network between processes. It listens when this returns; a node is reachable when it is
     * registered and in the directories of its peers. It connects to peers only while it is in its own directory, too.
     *
     * @param settings what this end says about itself
     * @param directory the members of the cluster, those of this process among them; read whenever it matters, so whoever
     *     keeps it changes it with each roster
     * @param listener is told what peers say
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot listen there, or must not
     */
    OwnNetwork betweenProcesses(NetworkSettings settings, PeerDirectory directory, PeerListener listener)
            throws MaintainerException;
}
