package dev.maintainer.runtime.peer;

import dev.maintainer.api.model.NodeId;

/**
 * A member of the cluster, as others reach it.
 *
 * @param node which one
 * @param host name or address that others connect to
 * @param port 1 to 65535
 * @param incarnation rises when the node registers again under its id
 * @since 0.1.0
 */
public record Peer(NodeId node, String host, int port, long incarnation) {
    /**
     * Refuses addresses that nobody can connect to.
     *
     * @param node which one
     * @param host name or address that others connect to; not blank
     * @param port 1 to 65535
     * @param incarnation rises when the node registers again under its id
     * @throws IllegalArgumentException if the host is blank or the port is none
     */
    public Peer {
        if (host.isBlank() || port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("node " + node + " has no address: '" + host + "', port " + port);
        }
    }
}
