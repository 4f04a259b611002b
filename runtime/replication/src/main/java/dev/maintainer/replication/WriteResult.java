package dev.maintainer.replication;

/** What became of a write. */
public enum WriteResult {
    /** It is durable. */
    DURABLE,
    /** A newer owner exists that this node has not accepted yet; nothing was written. Try again later. */
    HELD,
    /** The same dispatcher was opened again elsewhere; nothing was written, and nothing ever will be. */
    SEALED
}
