package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the leader has read of the store: roster and cluster, then the records of the nodes, and after that, who is present.
 *
 * @param rosterVersion {@link StoreOp#ANY_VERSION} if there is no roster yet
 * @param cluster null in a store that nobody has initialised, which tests have
 */
record RosterReading(
        Roster roster,
        int rosterVersion,
        @Nullable Stored cluster,
        SortedMap<NodeId, Stored> members,
        Set<NodeId> present) {
    static RosterReading of(Records roster, Records members, Records present) {
        Stored stored = roster.at(StorePath.ROSTER);
        Stored cluster = roster.at(StorePath.CLUSTER);
        SortedMap<NodeId, Stored> records = new TreeMap<>();
        members.records().forEach((path, record) -> records.put(new NodeId(path.name()), record));
        Set<NodeId> there = new HashSet<>();
        present.records().keySet().forEach(path -> there.add(new NodeId(path.name())));
        return stored == null
                ? new RosterReading(Roster.EMPTY, StoreOp.ANY_VERSION, cluster, records, there)
                : new RosterReading((Roster) stored.value(), stored.version(), cluster, records, there);
    }

    /** The active protocol. */
    int protocol() {
        return ProtocolSupport.active(cluster);
    }
}
