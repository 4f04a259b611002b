package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue.Cluster;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a cluster speak, beside what they speak with one another.
 *
 * @param active the protocol that nothing goes beyond; at least 1
 * @param common the newest that every member speaks; at least {@code active}
 * @param behind the members that keep others from going beyond {@code common}, with the newest protocol that each speaks; empty
 *     if nobody speaks a newer one
 */
public record ProtocolSupport(int active, int common, SortedMap<NodeId, Integer> behind) {
    private static final int FIRST = 1;

    /**
     * Copies the map.
     *
     * @param active the protocol that nothing goes beyond
     * @param common the newest that every member speaks
     * @param behind the members that keep others from going beyond {@code common}
     */
    public ProtocolSupport {
        behind = Collections.unmodifiableSortedMap(new TreeMap<>(behind));
    }

    /** The active protocol by the record of the cluster; one that has none is of the first release. */
    static int active(@Nullable Stored cluster) {
        return cluster == null ? FIRST : ((Cluster) cluster.value()).protocol();
    }

    /**
     * {@return what the members of a roster speak}
     *
     * @param active the protocol of the cluster
     * @param roster the members
     */
    public static ProtocolSupport of(int active, Roster roster) {
        int oldest = Integer.MAX_VALUE;
        int newest = active;
        for (NodeAttributes each : roster.members().values()) {
            oldest = Math.min(oldest, each.maxProtocol());
            newest = Math.max(newest, each.maxProtocol());
        }
        int common = roster.members().isEmpty() ? active : Math.max(active, oldest);
        SortedMap<NodeId, Integer> behind = new TreeMap<>();
        if (newest > common) {
            roster.members().forEach((node, attributes) -> {
                if (attributes.maxProtocol() <= common) {
                    behind.put(node, attributes.maxProtocol());
                }
            });
        }
        return new ProtocolSupport(active, common, behind);
    }

    /** {@return whether every member speaks a newer protocol than the active one} */
    public boolean canRise() {
        return common > active;
    }
}
