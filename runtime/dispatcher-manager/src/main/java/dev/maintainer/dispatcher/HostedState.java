package dev.maintainer.dispatcher;

/** What a dispatcher that runs on a node is doing, as it is counted. */
public enum HostedState {
    /** It was created and has not said that it works. */
    INITIALIZING,
    /** It replicates. */
    WORKING,
    /** It ends in favour of a merge. */
    WAITING_MERGE,
    /** It was asked to end, and has not ended. */
    CLOSING
}
