package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The nodes that hold a lease, as seen at one moment.
 *
 * @param version rises with each change
 * @param alive the nodes, in order; unmodifiable
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record Membership(long version, SortedSet<NodeId> alive) {
    /**
     * Copies the set.
     *
     * @param version rises with each change
     * @param alive the nodes; may be empty
     */
    public Membership {
        alive = Collections.unmodifiableSortedSet(new TreeSet<>(alive));
    }

    /**
     * {@return a membership of these nodes}
     *
     * @param version rises with each change
     * @param alive the nodes; may be empty
     */
    public static Membership of(long version, Collection<NodeId> alive) {
        return new Membership(version, new TreeSet<>(alive));
    }
}
