package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import org.jspecify.annotations.Nullable;

/**
 * The node of a cluster that is being drained. Receivers follow the highest epoch that they have heard of.
 *
 * @param node the node; null if none is (any more)
 * @param epoch rises with each change, also under a later coordinator; 0 if no node was ever drained
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record DrainTarget(@Nullable NodeId node, long epoch) {
    /** No node was ever drained. */
    public static final DrainTarget NONE = new DrainTarget(null, 0);

    /**
     * Refuses negative epochs, and a node without one.
     *
     * @param node the node; null if none is (any more)
     * @param epoch rises with each change, also under a later coordinator; 0 if no node was ever drained
     * @throws IllegalArgumentException if the epoch is negative, or 0 although there is a node
     */
    public DrainTarget {
        if (epoch < 0 || (epoch == 0 && node != null)) {
            throw new IllegalArgumentException("drain epoch " + epoch + " of node " + node + " must be positive");
        }
    }

    /**
     * Whether this replaces an earlier target.
     *
     * @param other the earlier target
     * @return true if the epoch of this one is higher; equal ones do not replace each other
     */
    public boolean isNewerThan(DrainTarget other) {
        return epoch > other.epoch;
    }

    /**
     * Whether this is the node that is being emptied.
     *
     * @param candidate null stands for no node
     * @return false for null, and if no node is being emptied
     */
    public boolean is(@Nullable NodeId candidate) {
        return node != null && node.equals(candidate);
    }

    @Override
    public String toString() {
        return (node == null ? "no node" : "node " + node) + " (drain epoch " + epoch + ")";
    }
}
