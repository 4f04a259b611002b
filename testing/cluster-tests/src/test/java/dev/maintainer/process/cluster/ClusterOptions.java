package dev.maintainer.process.cluster;

import dev.maintainer.runtime.peer.ProtocolRange;

/**
 * What a scenario needs of its cluster.
 *
 * @param proxied whether connections to the store and to peers can be cut
 * @param ensemble whether the store has three servers, which are processes; otherwise one, in the process of the test
 * @param step how many events are written to the log in 50 ms
 * @param tables how many tables there are at first; if these are more than usual, the changefeed begins when they are there
 * @param protocol the newest of the release that has made the cluster
 * @param redo whether the changefeed keeps a redo log; then tables come and go
 */
public record ClusterOptions(boolean proxied, boolean ensemble, int step, int tables, int protocol, boolean redo) {
    /** One server, no proxies, and as many tables as usual. */
    public static ClusterOptions of(int step) {
        return new ClusterOptions(false, false, step, Load.TABLES, ProtocolRange.OF_RELEASE.max(), false);
    }

    /** The same with connections that can be cut. */
    public ClusterOptions withProxies() {
        return new ClusterOptions(true, ensemble, step, tables, protocol, redo);
    }

    /** The same with three servers of the store. */
    public ClusterOptions withEnsemble() {
        return new ClusterOptions(proxied, true, step, tables, protocol, redo);
    }

    /** The same with so many tables at first. */
    public ClusterOptions withTables(int number) {
        return new ClusterOptions(proxied, ensemble, step, number, protocol, redo);
    }

    /** The same with a redo log, and tables that come and go. */
    public ClusterOptions withRedo() {
        return new ClusterOptions(proxied, ensemble, step, tables, protocol, true);
    }

    /** The same, made by a former release whose newest protocol is this. */
    public ClusterOptions madeBy(int newest) {
        return new ClusterOptions(proxied, ensemble, step, tables, newest, redo);
    }
}
