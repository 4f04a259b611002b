package dev.maintainer.core.checkpoint;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.registry.SpanRegistry;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Computes the checkpoint. Constraints are read before watermarks: if an operator no longer caps, then the watermark
 * that is read afterwards comes from a heartbeat that includes its dispatcher.
 *
 * <p>Two numbers: progress, which may go back when a span is rescheduled, and the committed checkpoint, which never
 * does. Only the latter leaves the maintainer.
 */
public final class CheckpointCalculator {
    private final NodeId self;
    private final SpanRegistry registry;
    private final Watermarks watermarks;
    private final DropGaps gaps = new DropGaps();
    // Broken by the tests of the audit.
    long committedTs;
    private long resolvedTs;
    private final long startTs;
    /** What the constraints allowed when the checkpoint rose last. */
    long allowedTs;

    private long holdTs = Long.MAX_VALUE;
    private long requiredVersion = -1;

    /** Starts at a checkpoint (a TSO). */
    public CheckpointCalculator(NodeId self, SpanRegistry registry, Watermarks watermarks, long startTs) {
        this.self = self;
        this.registry = registry;
        this.watermarks = watermarks;
        this.startTs = startTs;
        this.allowedTs = startTs;
        this.committedTs = startTs;
        this.resolvedTs = startTs;
    }

    /**
     * Never again rises above this TSO: a dispatcher has ended there and nobody may place it again, so no watermark
     * includes it.
     */
    public void hold(long ts) {
        holdTs = Math.min(holdTs, ts);
    }

    /**
     * Computes once. O(1) unless the checkpoint rises, or other nodes have spans than at the last time.
     *
     * @param outerCap an upper bound from outside (a TSO); {@link Long#MAX_VALUE} for none
     * @return whether the committed checkpoint has risen
     */
    public boolean compute(long outerCap) {
        long cap = Math.min(outerCap, holdTs);
        long floor = registry.minNonReplicating(cap);
        requireWatermarks();
        if (!watermarks.missing().isEmpty()) {
            return false;
        }
        long checkpoint = watermarks.minCheckpointTs(floor);
        if (checkpoint == Long.MAX_VALUE) {
            return false;
        }
        resolvedTs = watermarks.minResolvedTs(floor);
        if (checkpoint <= committedTs) {
            return false;
        }
        long settled = gaps.settle(checkpoint);
        if (settled <= committedTs) {
            return false;
        }
        committedTs = settled;
        allowedTs = checkpoint;
        gaps.passed(committedTs);
        return true;
    }

    /** Nodes with spans have to send watermarks, and so has the node of the DDL trigger dispatcher. */
    private void requireWatermarks() {
        if (requiredVersion != registry.boundNodesVersion()) {
            requiredVersion = registry.boundNodesVersion();
            watermarks.require(required());
        }
    }

    private SortedSet<NodeId> required() {
        TreeSet<NodeId> required = new TreeSet<>(registry.boundNodes());
        required.add(self);
        return required;
    }

    /** What keeps the checkpoint from rising under this bound (a TSO), for people. Costs the number of nodes. */
    public CheckpointConstraint heldBy(long outerCap) {
        long cap = Math.min(outerCap, holdTs);
        long unplaced = registry.minNonReplicating(cap);
        long checkpoint = unplaced;
        NodeId slowest = null;
        for (NodeId node : required()) {
            Watermark watermark = watermarks.of(node);
            if (watermark == null) {
                return new CheckpointConstraint(CheckpointConstraint.Kind.MISSING_WATERMARK, node);
            }
            if (watermark.checkpointTs() < checkpoint) {
                checkpoint = watermark.checkpointTs();
                slowest = node;
            }
        }
        if (checkpoint == Long.MAX_VALUE) {
            return CheckpointConstraint.NOTHING;
        }
        if (gaps.settle(checkpoint) < checkpoint) {
            return CheckpointConstraint.DROPPED_TABLE;
        }
        if (slowest != null) {
            return new CheckpointConstraint(CheckpointConstraint.Kind.NODE, slowest);
        }
        return unplaced < cap ? CheckpointConstraint.SPAN : CheckpointConstraint.REMOVAL;
    }

    /** A table that is durable up to {@code durableTs}, as far as is known, was dropped at {@code dropTs}; both TSOs. */
    public void dropped(long durableTs, long dropTs) {
        gaps.add(Math.max(durableTs, committedTs), dropTs);
    }

    /** The committed checkpoint; a TSO; never decreases. */
    public long committedTs() {
        return committedTs;
    }

    /** What all dispatchers have received, at the last complete computation; a TSO; may go back. */
    public long resolvedTs() {
        return Math.max(resolvedTs, committedTs);
    }

    /**
     * Checks the committed checkpoint against what allowed it, and that it is as far as it may be.
     *
     * @param outerCap the bound that it was computed under at last; a TSO
     */
    public List<Finding> audit(long outerCap) {
        Findings findings = new Findings();
        findings.addAll(watermarks.audit());
        findings.require(committedTs >= startTs, "I-13", "checkpoint ", committedTs, " is below the start ", startTs);
        findings.require(committedTs < Long.MAX_VALUE, "I-41", "the checkpoint is infinite");
        findings.require(
                committedTs <= allowedTs, "I-39", "checkpoint ", committedTs, " where ", allowedTs, " was allowed");
        long settled = gaps.settle(committedTs);
        findings.require(
                settled == committedTs, "I-39", "checkpoint ", committedTs, " is in the gap of a dropped table");
        long allowed = registry.minNonReplicating(Math.min(outerCap, holdTs));
        boolean complete = true;
        for (NodeId node : required()) {
            Watermark watermark = watermarks.of(node);
            complete &= watermark != null;
            allowed = watermark == null ? allowed : Math.min(allowed, watermark.checkpointTs());
        }
        findings.require(
                !complete || allowed == Long.MAX_VALUE || gaps.settle(allowed) <= committedTs,
                "I-39",
                "checkpoint ",
                committedTs,
                " was not computed again, where ",
                allowed,
                " is allowed");
        return findings.all();
    }
}
