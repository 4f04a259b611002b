package dev.maintainer.core.checkpoint;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.registry.SpanRegistry;
import java.util.ArrayList;
import java.util.List;

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
    private CheckpointConstraint heldBy = CheckpointConstraint.BOOTSTRAP;

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
     * Computes once.
     *
     * @param outerCap an upper bound from outside (a TSO); {@link Long#MAX_VALUE} for none
     * @return whether the committed checkpoint has risen
     */
    public boolean compute(long outerCap) {
        long cap = Math.min(outerCap, holdTs);
        long floor = registry.minNonReplicating(cap);
        long checkpoint = floor;
        long resolved = floor;
        CheckpointConstraint holder = floor == Long.MAX_VALUE
                ? CheckpointConstraint.NOTHING
                : floor < cap ? CheckpointConstraint.SPAN : CheckpointConstraint.REMOVAL;
        List<NodeId> required = new ArrayList<>(registry.boundNodes());
        if (registry.boundCount(self) == 0) {
            required.add(self);
        }
        NodeId slowest = null;
        for (NodeId node : required) {
            Watermark watermark = watermarks.of(node);
            if (watermark == null) {
                heldBy = new CheckpointConstraint(CheckpointConstraint.Kind.MISSING_WATERMARK, node);
                return false;
            }
            if (watermark.checkpointTs() < checkpoint) {
                checkpoint = watermark.checkpointTs();
                slowest = node;
            }
            resolved = Math.min(resolved, watermark.resolvedTs());
        }
        if (checkpoint == Long.MAX_VALUE) {
            return false;
        }
        if (slowest != null) {
            holder = new CheckpointConstraint(CheckpointConstraint.Kind.NODE, slowest);
        }
        long settled = gaps.settle(checkpoint);
        heldBy = settled < checkpoint ? CheckpointConstraint.DROPPED_TABLE : holder;
        resolvedTs = resolved;
        if (settled <= committedTs) {
            return false;
        }
        committedTs = settled;
        allowedTs = checkpoint;
        gaps.passed(committedTs);
        return true;
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

    /** What decided the last computation. */
    public CheckpointConstraint heldBy() {
        return heldBy;
    }

    /** Checks the committed checkpoint against what allowed it. */
    public List<Finding> audit() {
        Findings findings = new Findings();
        findings.require(committedTs >= startTs, "I-13", "checkpoint ", committedTs, " is below the start ", startTs);
        findings.require(committedTs < Long.MAX_VALUE, "I-41", "the checkpoint is infinite");
        findings.require(
                committedTs <= allowedTs, "I-39", "checkpoint ", committedTs, " where ", allowedTs, " was allowed");
        long settled = gaps.settle(committedTs);
        findings.require(
                settled == committedTs, "I-39", "checkpoint ", committedTs, " is in the gap of a dropped table");
        return findings.all();
    }
}
