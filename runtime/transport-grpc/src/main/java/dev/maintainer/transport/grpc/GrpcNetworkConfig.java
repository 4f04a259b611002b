package dev.maintainer.transport.grpc;

/**
 * What a process has to say about its end of the network.
 *
 * @param cluster the id of the cluster; nodes of other clusters are refused
 * @param build the release that runs here, for people
 * @param host the address to listen at
 * @param port the port to listen at; 0 for any that is free
 * @since 0.1.0
 */
public record GrpcNetworkConfig(String cluster, String build, String host, int port) {
    /**
     * A process that other processes of this machine can reach, at any free port.
     *
     * @param cluster the id of the cluster
     * @return a configuration for the loopback address
     */
    public static GrpcNetworkConfig loopback(String cluster) {
        return new GrpcNetworkConfig(cluster, "unknown", "127.0.0.1", 0);
    }
}
