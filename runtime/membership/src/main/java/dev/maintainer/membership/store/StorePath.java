package dev.maintainer.membership.store;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;

/**
 * Where a record is.
 *
 * @param kind what kind of record is there
 * @param name of the node or the changefeed; empty for a record of which there is one
 */
public record StorePath(Kind kind, String name) implements Comparable<StorePath> {
    /** The kinds of records. */
    public enum Kind {
        /** Who leads; belongs to the session of the leader. */
        LEADER,
        /** How often somebody has become the leader. */
        LEADER_EPOCH,
        /** The members. */
        ROSTER,
        /** What a node has said of itself, and what the leader has decided about it. */
        MEMBER,
        /** That a node is there; belongs to its session. */
        PRESENCE,
        /** The lease of a node; belongs to its session, and is deleted by whoever revokes it. */
        LEASE,
        /** The metadata of a changefeed. */
        CHANGEFEED,
        /** How far some changefeeds have come since their metadata were written. */
        PROGRESS,
        /** What deleted changefeeds have left. */
        FLOOR,
        /** Which cluster it is, and what its members speak. Made with the cluster. */
        CLUSTER
    }

    /** Never changed: whoever leads next must find what is there. */
    private static final int PROGRESS_RECORDS = 128;

    /** Who leads. */
    public static final StorePath LEADER = new StorePath(Kind.LEADER, "");
    /** How often somebody has become the leader. */
    public static final StorePath LEADER_EPOCH = new StorePath(Kind.LEADER_EPOCH, "");
    /** The members. */
    public static final StorePath ROSTER = new StorePath(Kind.ROSTER, "");
    /** What deleted changefeeds have left. */
    public static final StorePath FLOOR = new StorePath(Kind.FLOOR, "");
    /** Which cluster it is, and what its members speak. */
    public static final StorePath CLUSTER = new StorePath(Kind.CLUSTER, "");

    /**
     * {@return where the record of a node is}
     *
     * @param node the node
     */
    public static StorePath member(NodeId node) {
        return new StorePath(Kind.MEMBER, node.value());
    }

    /**
     * {@return where a node shows that it is there}
     *
     * @param node the node
     */
    public static StorePath presence(NodeId node) {
        return new StorePath(Kind.PRESENCE, node.value());
    }

    /**
     * {@return where the lease of a node is}
     *
     * @param node the node
     */
    public static StorePath lease(NodeId node) {
        return new StorePath(Kind.LEASE, node.value());
    }

    /**
     * {@return where the metadata of a changefeed is}
     *
     * @param changefeed which one
     */
    public static StorePath changefeed(ChangefeedId changefeed) {
        return new StorePath(Kind.CHANGEFEED, changefeed.toString());
    }

    /**
     * {@return where it is written how far a changefeed has come since its metadata were written; others share it}
     *
     * @param changefeed which one
     */
    public static StorePath progress(ChangefeedId changefeed) {
        int number = Math.floorMod(changefeed.toString().hashCode(), PROGRESS_RECORDS);
        return new StorePath(Kind.PROGRESS, Integer.toString(number));
    }

    @Override
    public int compareTo(StorePath other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name.isEmpty() ? kind.name() : kind + " " + name;
    }
}
