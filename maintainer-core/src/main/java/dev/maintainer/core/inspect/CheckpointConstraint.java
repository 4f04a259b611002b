package dev.maintainer.core.inspect;

import dev.maintainer.api.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What holds a checkpoint back.
 *
 * @param node which node it is about; null unless the kind says so
 */
public record CheckpointConstraint(Kind kind, @Nullable NodeId node) {
    /** What kind of thing it is. The names are stable: counters use them. */
    public enum Kind {
        /** No checkpoint was computed yet. */
        BOOTSTRAP,
        /** Nothing: there is nothing to replicate. */
        NOTHING,
        /** A span that is absent or being scheduled. */
        SPAN,
        /** The removal of the maintainer, with what it has frozen. */
        REMOVAL,
        /** A node that has dispatchers and has sent no watermark. */
        MISSING_WATERMARK,
        /** The slowest dispatcher of a node. */
        NODE,
        /** A table that was dropped before it was durable up to the drop. */
        DROPPED_TABLE,
        /** The redo log, which the sink must not overtake. */
        REDO_LOG,
        /** A block event, at which the slowest dispatcher of a node waits. */
        BARRIER,
        /** The DDL trigger dispatcher, which has failed and is made again. */
        TRIGGER
    }

    /** No checkpoint was computed yet. */
    public static final CheckpointConstraint BOOTSTRAP = new CheckpointConstraint(Kind.BOOTSTRAP, null);
    /** There is nothing to replicate. */
    public static final CheckpointConstraint NOTHING = new CheckpointConstraint(Kind.NOTHING, null);
    /** A span that does not run. */
    public static final CheckpointConstraint SPAN = new CheckpointConstraint(Kind.SPAN, null);
    /** The removal. */
    public static final CheckpointConstraint REMOVAL = new CheckpointConstraint(Kind.REMOVAL, null);
    /** The gap of a dropped table. */
    public static final CheckpointConstraint DROPPED_TABLE = new CheckpointConstraint(Kind.DROPPED_TABLE, null);

    /** The redo log. */
    public static final CheckpointConstraint REDO_LOG = new CheckpointConstraint(Kind.REDO_LOG, null);

    @Override
    public String toString() {
        return switch (kind) {
            case BOOTSTRAP -> "bootstrap";
            case NOTHING -> "nothing";
            case SPAN -> "a span that is not placed";
            case REMOVAL -> "removal";
            case MISSING_WATERMARK -> "missing watermark of node " + node;
            case NODE -> "node " + node;
            case DROPPED_TABLE -> "a table that was dropped before it was durable up to the drop";
            case REDO_LOG -> "the redo log";
            case TRIGGER -> "the DDL trigger dispatcher, which does not run on node " + node;
            case BARRIER -> "a block event, at which node " + node + " waits";
        };
    }
}
