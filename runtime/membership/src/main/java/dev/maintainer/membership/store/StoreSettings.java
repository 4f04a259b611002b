package dev.maintainer.membership.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is, and which part of it belongs to a cluster.
 *
 * @param connect the servers, as {@code HOST:PORT}, separated by commas
 * @param root an absolute path, such as {@code /maintainer}, below which everything of the cluster is
 * @param cluster the name of the cluster
 * @param session how long the store may wait for a silent process before it ends its session
 * @param credentials by what this process shows that it belongs to the cluster; null if records are open to whoever can connect
 * @param tls how this process and the servers know one another; null if everything is said in the clear
 */
public record StoreSettings(
        String connect,
        String root,
        String cluster,
        Duration session,
        @Nullable StoreCredentials credentials,
        @Nullable StoreTls tls) {
    /**
     * A store whose records are open to whoever can connect, in the clear.
     *
     * @param connect the servers, as {@code HOST:PORT}, separated by commas
     * @param root an absolute path below which everything of the cluster is
     * @param cluster the name of the cluster
     * @param session how long the store may wait for a silent process before it ends its session
     */
    public StoreSettings(String connect, String root, String cluster, Duration session) {
        this(connect, root, cluster, session, null, null);
    }
}
