package dev.maintainer.node.run;

/** Somebody who is shown the cluster of a run while it is up. Called on the thread that drives the run. */
public interface RunListener {
    /** Nobody. */
    RunListener NONE = new RunListener() {
        @Override
        public void arrived(RunningCluster cluster) {}

        @Override
        public void replicated() {}

        @Override
        public void left() {}
    };

    /** Whether people can ask the cluster for changes through this listener, as for a changefeed to go on. */
    default boolean takesRequests() {
        return false;
    }

    /** Whether somebody wants the run to end. Looked at while it stands still. */
    default boolean isAskedToStop() {
        return false;
    }

    /** The cluster is up, and has no changefeed yet. */
    void arrived(RunningCluster cluster);

    /** All of the log is replicated. The cluster stays up until this returns. */
    void replicated() throws InterruptedException;

    /** The cluster is about to end. */
    void left();
}
