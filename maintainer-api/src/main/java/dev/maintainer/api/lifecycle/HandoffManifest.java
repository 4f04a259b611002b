package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ReplicationMode;
import java.util.List;

/**
 * What an old owner knows and its successor cannot find out: the operators that were frozen by quiesce, by dispatcher
 * id.
 *
 * @param frozen of the pipeline into the sink
 * @param redo of the pipeline into the redo log; empty if the changefeed keeps none
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record HandoffManifest(List<FrozenOperator> frozen, List<FrozenOperator> redo) {
    /** Nothing was in flight. */
    public static final HandoffManifest EMPTY = new HandoffManifest(List.of());

    /**
     * Copies the lists.
     *
     * @param frozen of the pipeline into the sink
     * @param redo of the pipeline into the redo log; empty if the changefeed keeps none
     */
    public HandoffManifest {
        frozen = List.copyOf(frozen);
        redo = List.copyOf(redo);
    }

    /**
     * Creates that of a changefeed without a redo log.
     *
     * @param frozen of the pipeline into the sink
     */
    public HandoffManifest(List<FrozenOperator> frozen) {
        this(frozen, List.of());
    }

    /**
     * What was frozen in one pipeline.
     *
     * @param mode which pipeline
     * @return unmodifiable; empty if nothing was in flight there
     */
    public List<FrozenOperator> of(ReplicationMode mode) {
        return switch (mode) {
            case DEFAULT -> frozen;
            case REDO -> redo;
        };
    }
}
