package dev.maintainer.core.membership;

import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds members that are silent although their lease is valid. Such a node is unusable, whatever the reason: it gets no
 * new work, and users and the coordinator are told.
 */
public final class FailureDetector {
    private final long suspectMillis;
    private final Map<NodeId, Long> heardAt = new HashMap<>();
    private final TreeSet<NodeId> suspects = new TreeSet<>();
    private long checkedAt = Long.MIN_VALUE;

    /** Nobody is suspect before he was silent for so long. */
    public FailureDetector(long suspectMillis) {
        this.suspectMillis = suspectMillis;
    }

    /** A node has said something that counts. Returns whether it was suspect. */
    public boolean heard(NodeId node, long nowMillis) {
        heardAt.put(node, nowMillis);
        return suspects.remove(node);
    }

    /**
     * Looks who is silent; returns whether somebody has become suspect. Costs the number of members. A pause of whoever
     * calls it does not count: nobody could be heard in it.
     *
     * @param awaited the members that have something to say; who is suspect stays so if it is a member, awaited or not
     */
    public boolean check(SortedSet<NodeId> members, SortedSet<NodeId> awaited, long nowMillis) {
        long pause = checkedAt == Long.MIN_VALUE ? 0 : nowMillis - checkedAt;
        checkedAt = nowMillis;
        heardAt.keySet().retainAll(members);
        suspects.retainAll(members);
        if (pause > suspectMillis / 2) {
            heardAt.replaceAll((node, at) -> at + pause);
            return false;
        }
        boolean more = false;
        for (NodeId node : awaited) {
            Long at = heardAt.putIfAbsent(node, nowMillis);
            more |= at != null && nowMillis - at > suspectMillis && suspects.add(node);
        }
        return more;
    }

    /** Whether a node is silent for too long. */
    public boolean isSuspect(NodeId node) {
        return suspects.contains(node);
    }

    /** Those that are silent for too long. */
    public SortedSet<NodeId> suspects() {
        return Collections.unmodifiableSortedSet(suspects);
    }

    /** Those that are silent for too long, and for how many milliseconds. */
    public SortedMap<NodeId, Long> silentMillis(long nowMillis) {
        SortedMap<NodeId, Long> silent = new TreeMap<>();
        suspects.forEach(node -> silent.put(node, nowMillis - heardAt.getOrDefault(node, nowMillis)));
        return silent;
    }
}
