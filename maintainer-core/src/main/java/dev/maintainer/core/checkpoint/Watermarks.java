package dev.maintainer.core.checkpoint;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.registry.CheckpointTracker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The latest watermark of each node, and the lowest among those of the nodes that are required. Reading the lowest is
 * O(1), storing a watermark O(log nodes), so that every heartbeat can be followed by a computation of the checkpoint.
 */
public final class Watermarks {
    private final TreeMap<NodeId, Watermark> byNode = new TreeMap<>();
    private final TreeSet<NodeId> required = new TreeSet<>();
    private final TreeSet<NodeId> missing = new TreeSet<>();
    private final CheckpointTracker checkpoints = new CheckpointTracker();
    private final CheckpointTracker resolved = new CheckpointTracker();

    /** Stores a watermark unless the held one is newer; see {@link Watermark#supersedes}. */
    public boolean store(NodeId node, Watermark watermark) {
        Watermark held = byNode.get(node);
        if (held != null && !watermark.supersedes(held)) {
            return false;
        }
        byNode.put(node, watermark);
        if (required.contains(node)) {
            leave(node, held);
            enter(node, watermark);
        }
        return true;
    }

    /** Forgets a node that has left. */
    public void forget(NodeId node) {
        Watermark held = byNode.remove(node);
        if (held != null && required.contains(node)) {
            leave(node, held);
            enter(node, null);
        }
    }

    /** The watermark of a node; null if it has sent none. */
    public @Nullable Watermark of(NodeId node) {
        return byNode.get(node);
    }

    /** From now on exactly the watermarks of these nodes count. Costs the number of nodes. */
    void require(SortedSet<NodeId> nodes) {
        List<NodeId> free = new ArrayList<>(required);
        free.removeAll(nodes);
        for (NodeId node : free) {
            required.remove(node);
            leave(node, byNode.get(node));
        }
        for (NodeId node : nodes) {
            if (required.add(node)) {
                enter(node, byNode.get(node));
            }
        }
    }

    private void enter(NodeId node, @Nullable Watermark watermark) {
        if (watermark == null) {
            missing.add(node);
        } else {
            checkpoints.add(watermark.checkpointTs());
            resolved.add(watermark.resolvedTs());
        }
    }

    private void leave(NodeId node, @Nullable Watermark watermark) {
        if (watermark == null) {
            missing.remove(node);
        } else {
            checkpoints.remove(watermark.checkpointTs());
            resolved.remove(watermark.resolvedTs());
        }
    }

    /** The nodes whose watermarks count. A live view. */
    SortedSet<NodeId> required() {
        return Collections.unmodifiableSortedSet(required);
    }

    /** The required nodes that have sent no watermark. A live view. */
    SortedSet<NodeId> missing() {
        return Collections.unmodifiableSortedSet(missing);
    }

    /** The lowest checkpoint of a required node that has sent one; a TSO, at most {@code limit}. O(1). */
    long minCheckpointTs(long limit) {
        return checkpoints.min(limit);
    }

    /** The lowest resolved timestamp of a required node that has sent one; a TSO, at most {@code limit}. O(1). */
    long minResolvedTs(long limit) {
        return resolved.min(limit);
    }

    /** Compares what is kept at hand with a recount. Costs the number of nodes. */
    List<Finding> audit() {
        Findings findings = new Findings();
        long checkpointTs = Long.MAX_VALUE;
        long resolvedTs = Long.MAX_VALUE;
        TreeSet<NodeId> without = new TreeSet<>();
        for (NodeId node : required) {
            Watermark watermark = byNode.get(node);
            if (watermark == null) {
                without.add(node);
            } else {
                checkpointTs = Math.min(checkpointTs, watermark.checkpointTs());
                resolvedTs = Math.min(resolvedTs, watermark.resolvedTs());
            }
        }
        findings.require(missing.equals(without), "I-42", "without a watermark: ", missing, ", recounted: ", without);
        findings.require(
                minCheckpointTs(Long.MAX_VALUE) == checkpointTs && minResolvedTs(Long.MAX_VALUE) == resolvedTs,
                "I-39",
                "the lowest watermark is at hand as ",
                minCheckpointTs(Long.MAX_VALUE),
                ", recounted: ",
                checkpointTs);
        return findings.all();
    }
}
