package dev.maintainer.api.lifecycle;

import dev.maintainer.api.model.ReplicationMode;
import java.util.List;

/**
 * What an old owner knew and its successor cannot see: the operators that were frozen by quiesce, by dispatcher id.
 *
 * @param frozen of the pipeline into the sink
 * @param redo of the pipeline into the redo log
 */
public record HandoffManifest(List<FrozenOperator> frozen, List<FrozenOperator> redo) {
    /** Nothing was in flight. */
    public static final HandoffManifest EMPTY = new HandoffManifest(List.of());

    /** Copies the lists. */
    public HandoffManifest {
        frozen = List.copyOf(frozen);
        redo = List.copyOf(redo);
    }

    /** That of a changefeed without a redo log. */
    public HandoffManifest(List<FrozenOperator> frozen) {
        this(frozen, List.of());
    }

    /** What was frozen in one pipeline. */
    public List<FrozenOperator> of(ReplicationMode mode) {
        return switch (mode) {
            case DEFAULT -> frozen;
            case REDO -> redo;
        };
    }
}
