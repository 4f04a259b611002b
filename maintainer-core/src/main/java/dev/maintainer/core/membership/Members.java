package dev.maintainer.core.membership;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a maintainer works with. A node counts as a target only when it has answered the bootstrap: before
 * that, it would refuse every command.
 */
public final class Members {
    private static final class Member {
        long requestedAt = Long.MIN_VALUE;
        boolean answered;
        long incarnation;
        /** Kept until the state has been rebuilt from it. */
        @Nullable
        BootstrapSnapshot snapshot;
        /** What has ended since, until then, and where; 0 if it never ran. */
        final Map<DispatcherId, Long> ended = new HashMap<>();
    }

    private final TreeMap<NodeId, Member> members = new TreeMap<>();
    private SortedSet<NodeId> latest = new TreeSet<>();
    private SortedMap<NodeId, SortedMap<String, String>> labels = new TreeMap<>();
    private boolean heard;
    private long version;
    /** Broken by a test of the audit. */
    int unanswered;

    /** Notes a membership without acting on it. Returns whether it is newer than the last one. */
    public boolean note(Membership membership) {
        if (heard && membership.version() <= version) {
            return false;
        }
        version = membership.version();
        heard = true;
        latest = membership.alive();
        labels = membership.labels();
        return true;
    }

    /** What a node of the latest membership has said of itself; empty if nothing. */
    public SortedMap<String, String> labels(NodeId node) {
        return labels.getOrDefault(node, Collections.emptySortedMap());
    }

    /** The newest membership; 0 before the first. */
    public long version() {
        return version;
    }

    /** Whether any membership is known. */
    public boolean isKnown() {
        return heard;
    }

    /** The nodes that are alive by the latest membership, whether or not it was acted on. */
    public SortedSet<NodeId> latest() {
        return latest;
    }

    /** Whether the latest membership has nodes that are no members yet. */
    public boolean anyJoins() {
        return !members.keySet().containsAll(latest);
    }

    /** Acts on the latest membership: new nodes will be asked, departed ones are forgotten and returned. */
    public SortedSet<NodeId> adopt() {
        SortedSet<NodeId> departed = new TreeSet<>(members.keySet());
        departed.removeAll(latest);
        for (NodeId node : departed) {
            Member member = members.remove(node);
            if (member != null && !member.answered) {
                unanswered--;
            }
        }
        for (NodeId node : latest) {
            if (members.putIfAbsent(node, new Member()) == null) {
                unanswered++;
            }
        }
        return departed;
    }

    /** Whether a node is a member. */
    public boolean isAlive(NodeId node) {
        return members.containsKey(node);
    }

    /** Whether a node is a member and has answered. */
    public boolean isReady(NodeId node) {
        Member member = members.get(node);
        return member != null && member.answered;
    }

    /** Whether there are nodes and all have answered. */
    public boolean allAnswered() {
        return !members.isEmpty() && unanswered == 0;
    }

    /** The nodes, by id. */
    public SortedSet<NodeId> alive() {
        return Collections.unmodifiableSortedSet(members.navigableKeySet());
    }

    /** Nodes that have not answered and were not asked for {@code resendMillis}; they count as asked now. */
    public List<NodeId> dueForRequest(long nowMillis, long resendMillis) {
        if (unanswered == 0) {
            return List.of();
        }
        List<NodeId> due = new ArrayList<>();
        members.forEach((node, member) -> {
            if (!member.answered
                    && (member.requestedAt == Long.MIN_VALUE || nowMillis - member.requestedAt >= resendMillis)) {
                member.requestedAt = nowMillis;
                due.add(node);
            }
        });
        return due;
    }

    /** Stores an answer. Returns whether it is the first of this node. */
    public boolean answered(NodeId node, BootstrapSnapshot snapshot, boolean keep) {
        Member member = members.get(node);
        if (member == null) {
            return false;
        }
        boolean first = !member.answered;
        if (first) {
            member.answered = true;
            unanswered--;
        }
        member.incarnation = snapshot.incarnation();
        member.snapshot = keep ? snapshot : null;
        return first;
    }

    /** Whether a report comes from the incarnation of a node that has answered the bootstrap. */
    public boolean isCurrent(NodeId node, long incarnation) {
        Member member = members.get(node);
        return member != null && member.answered && member.incarnation == incarnation;
    }

    /**
     * Notes that a dispatcher has ended although the kept answer of its node names it.
     *
     * @param checkpointTs where; a TSO; 0 if it never ran
     */
    public void ended(NodeId node, DispatcherId dispatcher, long checkpointTs) {
        Member member = members.get(node);
        if (member != null && member.snapshot != null) {
            member.ended.merge(dispatcher, checkpointTs, Math::max);
        }
    }

    /** Whether a dispatcher has ended since its node answered. */
    public boolean hasEnded(NodeId node, DispatcherId dispatcher) {
        Member member = members.get(node);
        return member != null && member.ended.containsKey(dispatcher);
    }

    /** Whether a dispatcher has ended since its node answered, and had run before. */
    public boolean hasRunAndEnded(NodeId node, DispatcherId dispatcher) {
        Member member = members.get(node);
        return member != null && member.ended.getOrDefault(dispatcher, 0L) > 0;
    }

    /** The answers that were kept, by node. */
    public SortedMap<NodeId, BootstrapSnapshot> snapshots() {
        SortedMap<NodeId, BootstrapSnapshot> kept = new TreeMap<>();
        members.forEach((node, member) -> {
            if (member.snapshot != null) {
                kept.put(node, member.snapshot);
            }
        });
        return kept;
    }

    /** Compares the counter with a recount. */
    public List<Finding> audit() {
        Findings findings = new Findings();
        long counted =
                members.values().stream().filter(member -> !member.answered).count();
        findings.require(counted == unanswered, "L-2.4", "unanswered: kept ", unanswered, ", counted ", counted);
        return findings.all();
    }

    /** Lets go of the answers. */
    public void dropSnapshots() {
        members.values().forEach(member -> {
            member.snapshot = null;
            member.ended.clear();
        });
    }
}
