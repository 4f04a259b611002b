package dev.maintainer.runtime.peer;

/**
 * What a process has to say about its end of the network.
 *
 * @param cluster the id of the cluster; nodes of other clusters are refused
 * @param build the release that runs here, for people
 * @param listenHost the address to listen at
 * @param listenPort the port to listen at; 0 for any that is free
 * @param security how peers know one another
 * @param protocols what this process speaks
 * @since 0.1.0
 */
public record NetworkSettings(
        String cluster,
        String build,
        String listenHost,
        int listenPort,
        PeerSecurity security,
        ProtocolRange protocols) {
    /**
     * Refuses what is no address.
     *
     * @param cluster the id of the cluster; not blank
     * @param build the release that runs here, for people
     * @param listenHost the address to listen at; not blank
     * @param listenPort 0 to 65535
     * @param security how peers know one another
     * @param protocols what this process speaks
     * @throws IllegalArgumentException if one of them is not as it should be
     */
    public NetworkSettings {
        if (cluster.isBlank() || listenHost.isBlank() || listenPort < 0 || listenPort > 0xffff) {
            throw new IllegalArgumentException(
                    "cluster '" + cluster + "', listening at '" + listenHost + "', port " + listenPort);
        }
    }

    /**
     * A process that speaks what its release does.
     *
     * @param cluster the id of the cluster; not blank
     * @param build the release that runs here, for people
     * @param listenHost the address to listen at; not blank
     * @param listenPort 0 to 65535
     * @param security how peers know one another
     * @throws IllegalArgumentException if one of them is not as it should be
     */
    public NetworkSettings(String cluster, String build, String listenHost, int listenPort, PeerSecurity security) {
        this(cluster, build, listenHost, listenPort, security, ProtocolRange.OF_RELEASE);
    }

    /**
     * A process that other processes of this machine can reach, at any free port.
     *
     * @param cluster the id of the cluster
     * @return settings for the loopback address, without encryption
     */
    public static NetworkSettings loopback(String cluster) {
        return new NetworkSettings(cluster, "unknown", "127.0.0.1", 0, new PeerSecurity.Loopback());
    }
}
