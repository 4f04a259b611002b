package dev.maintainer.node.run;

import dev.maintainer.node.cluster.EmbeddedCluster;
import dev.maintainer.node.plugin.Schedulers;

/** Somebody who is shown the cluster of a run while it is up. Called on the thread that drives the run. */
public interface RunGuest {
    /** Nobody. */
    RunGuest NONE = new RunGuest() {
        @Override
        public void arrived(EmbeddedCluster cluster, Schedulers schedulers) {}

        @Override
        public void replicated() {}

        @Override
        public void left() {}
    };

    /** Whether people can ask the cluster for changes through this guest, as for a changefeed to go on. */
    default boolean takesRequests() {
        return false;
    }

    /** The cluster is up, and has no changefeed yet. */
    void arrived(EmbeddedCluster cluster, Schedulers schedulers);

    /** All of the log is replicated. The cluster stays up until this returns. */
    void replicated() throws InterruptedException;

    /** The cluster is about to end. */
    void left();
}
