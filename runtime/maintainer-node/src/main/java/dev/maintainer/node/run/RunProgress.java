package dev.maintainer.node.run;

/** Is told how a run goes, on the thread that drives it. */
@FunctionalInterface
public interface RunProgress {
    /** How far the run is; called many times a second. */
    void show(RunSnapshot snapshot);

    /**
     * Something happened to the cluster, once.
     *
     * @param what one line for people
     */
    default void happened(String what) {}
}
