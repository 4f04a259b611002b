package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * Data in a snapshot that a planner may need and that a host may be unable to provide.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.EITHER)
public enum SnapshotFeature {
    /**
     * {@link NodeView#labels()} holds the labels that the administrator of the cluster has set for each node. Since
     * level 2.
     */
    NODE_LABELS(2),
    /** {@link SchedulingSnapshot#load} and {@link SchedulingSnapshot#cuts} have values. Since level 3. */
    SPAN_LOAD(3),
    /** {@link SpanView#name()}, and tables can be found by their names. Since level 4. */
    TABLE_NAMES(4);

    private final int since;

    SnapshotFeature(int since) {
        this.since = since;
    }

    /** {@return the level from which on snapshots can have it} */
    public SpiLevel since() {
        return SpiLevel.of(since);
    }
}
