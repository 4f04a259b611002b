package dev.maintainer.membership.store;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.Membership;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a record contains. */
public sealed interface StoreValue {
    /**
     * Who leads.
     *
     * @param node the leader
     * @param attempt a number by which the leader recognises its own candidacy
     */
    record Leader(NodeId node, long attempt) implements StoreValue {}

    /**
     * How often somebody has become the leader.
     *
     * @param epoch at least 1
     * @param node the last one
     * @param attempt as in {@link Leader}
     */
    record LeaderEpoch(long epoch, NodeId node, long attempt) implements StoreValue {}

    /**
     * The members of the cluster.
     *
     * @param version one more with each change; at least 1
     * @param members what each says of itself, by id
     */
    record Roster(long version, SortedMap<NodeId, NodeAttributes> members) implements StoreValue {
        /** Before there is a first member. */
        public static final Roster EMPTY = new Roster(0, Collections.emptySortedMap());

        /**
         * Copies the map.
         *
         * @param version one more with each change
         * @param members what each says of itself, by id
         */
        public Roster {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }

        /**
         * {@return the next roster}
         *
         * @param admitted who comes
         * @param removed who goes
         */
        public Roster with(SortedMap<NodeId, NodeAttributes> admitted, SortedSet<NodeId> removed) {
            SortedMap<NodeId, NodeAttributes> next = new TreeMap<>(members);
            next.putAll(admitted);
            next.keySet().removeAll(removed);
            return new Roster(version + 1, next);
        }

        /** {@return the same, as nodes and coordinators hear of it} */
        public Membership membership() {
            SortedMap<NodeId, SortedMap<String, String>> labels = new TreeMap<>();
            members.forEach((member, attributes) -> labels.put(member, attributes.labels()));
            return new Membership(version, new TreeSet<>(members.keySet()), labels);
        }
    }

    /**
     * What a node has said of itself, and what the leader has decided about it.
     *
     * @param node which one
     * @param state how far it is
     * @param attributes what others need to know of it
     * @param predecessor the process that ran on the same data directory before, and is dead for certain; null if none
     * @param refusal why it was not admitted; empty if it was not refused
     */
    record Member(
            NodeId node,
            MemberState state,
            NodeAttributes attributes,
            @Nullable NodeId predecessor,
            String refusal) implements StoreValue {
        /**
         * {@return the same in another state}
         *
         * @param other the state
         */
        public Member in(MemberState other) {
            return new Member(node, other, attributes, predecessor, refusal);
        }
    }

    /** How far a node is. */
    enum MemberState {
        /** It wants to be a member. */
        JOINING,
        /** It is one, or will be with the roster that is written with this. */
        MEMBER,
        /** It may not become one. */
        REFUSED,
        /** It must not be one any more; its lease is gone. */
        REVOKED,
        /** It has stopped everything and gone. */
        LEFT
    }

    /** That a node is there. */
    record Presence() implements StoreValue {}

    /**
     * A lease.
     *
     * @param counter how often it was renewed
     */
    record Lease(long counter) implements StoreValue {}

    /**
     * The metadata of a changefeed.
     *
     * @param firstVersion the version with which the record was created; versions go on behind those of a deleted one
     * @param metadata the metadata
     * @param leaderEpoch of the leader that wrote it
     * @param request the number of its request
     */
    record Changefeed(long firstVersion, ChangefeedMetadata metadata, long leaderEpoch, long request)
            implements StoreValue {}

    /**
     * How far changefeeds have come since their metadata were written. A checkpoint counts only for metadata of the same epoch:
     * metadata of a later one contain what was known before, and a changefeed that was created again has other epochs.
     *
     * @param checkpoints by changefeed
     * @param leaderEpoch of the leader that wrote it
     * @param request the number of its request
     */
    record Progress(SortedMap<ChangefeedId, Checkpoint> checkpoints, long leaderEpoch, long request)
            implements StoreValue {
        /**
         * A checkpoint that has only advanced.
         *
         * @param epoch of the metadata that it belongs to
         * @param checkpointTs a TSO
         */
        public record Checkpoint(MaintainerEpoch epoch, long checkpointTs) {}

        /**
         * Copies the map.
         *
         * @param checkpoints by changefeed
         * @param leaderEpoch of the leader that wrote it
         * @param request the number of its request
         */
        public Progress {
            checkpoints = Collections.unmodifiableSortedMap(new TreeMap<>(checkpoints));
        }

        /**
         * {@return metadata with the checkpoint that they have reached}
         *
         * @param metadata as they were written
         */
        public ChangefeedMetadata applyTo(ChangefeedMetadata metadata) {
            Checkpoint reached = checkpoints.get(metadata.changefeed());
            if (reached == null || !reached.epoch().equals(metadata.epoch())) {
                return metadata;
            }
            return metadata.withCheckpointTs(Math.max(reached.checkpointTs(), metadata.checkpointTs()));
        }
    }

    /**
     * What deleted changefeeds have left: whatever is created later begins above it.
     *
     * @param epoch the highest epoch of a deleted changefeed; 0 for none
     * @param version the highest version
     */
    record Floor(long epoch, long version) implements StoreValue {}

    /**
     * Which cluster a store belongs to, and what its members speak.
     *
     * @param name as people chose it
     * @param id random; another one means another cluster, whatever its name is
     * @param generation how often the store was restored from a backup, as far as somebody has said so; 0 at first
     * @param protocol the active one: nothing that is sent or stored needs a newer one. At least 1; it never falls
     */
    record Cluster(String name, String id, long generation, int protocol) implements StoreValue {
        /**
         * {@return the same with another protocol}
         *
         * @param next the active one
         */
        public Cluster speaking(int next) {
            return new Cluster(name, id, generation, next);
        }
    }
}
