package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes that hold a lease, as seen at one moment.
 *
 * @param version rises with each change
 * @param alive the nodes, in order; unmodifiable
 * @param labels what nodes have said of themselves when they became members, such as their zone; nodes that have said nothing are
 *     not in it. Unmodifiable
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record Membership(long version, SortedSet<NodeId> alive, SortedMap<NodeId, SortedMap<String, String>> labels) {
    /**
     * Copies set and maps.
     *
     * @param version rises with each change
     * @param alive the nodes; may be empty
     * @param labels what nodes have said of themselves; those of others are left out
     */
    public Membership {
        alive = Collections.unmodifiableSortedSet(new TreeSet<>(alive));
        SortedMap<NodeId, SortedMap<String, String>> copy = new TreeMap<>();
        for (Map.Entry<NodeId, SortedMap<String, String>> each : labels.entrySet()) {
            if (alive.contains(each.getKey()) && !each.getValue().isEmpty()) {
                copy.put(each.getKey(), Collections.unmodifiableSortedMap(new TreeMap<>(each.getValue())));
            }
        }
        labels = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Nodes that have said nothing of themselves.
     *
     * @param version rises with each change
     * @param alive the nodes; may be empty
     */
    public Membership(long version, SortedSet<NodeId> alive) {
        this(version, alive, Collections.emptySortedMap());
    }

    /**
     * {@return a membership of these nodes, which have said nothing of themselves}
     *
     * @param version rises with each change
     * @param alive the nodes; may be empty
     */
    public static Membership of(long version, Collection<NodeId> alive) {
        return new Membership(version, new TreeSet<>(alive));
    }
}
