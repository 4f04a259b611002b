package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.DispatcherId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dispatchers of one node that are at the same stage of one block event.
 *
 * @param event the event
 * @param stage how far they are; never {@link BlockStage#NONE}
 * @param attempt that of the action that they have been given last; 0 if none
 * @param dispatchers at least one
 * @param refusal what the sink says, for people; null unless the stage is {@link BlockStage#REFUSED}
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record BarrierProgress(
        BlockEvent event,
        BlockStage stage,
        long attempt,
        List<DispatcherId> dispatchers,
        @Nullable String refusal) {
    /**
     * Copies the list.
     *
     * @param event the event
     * @param stage how far they are; never {@link BlockStage#NONE}
     * @param attempt that of the action that they have been given last; 0 if none
     * @param dispatchers at least one
     * @param refusal what the sink says, for people; null unless the stage is {@link BlockStage#REFUSED}
     */
    public BarrierProgress {
        dispatchers = List.copyOf(dispatchers);
    }

    /**
     * Progress that no sink refuses.
     *
     * @param event the event
     * @param stage how far they are; neither {@link BlockStage#NONE} nor {@link BlockStage#REFUSED}
     * @param attempt that of the action that they have been given last; 0 if none
     * @param dispatchers at least one
     */
    public BarrierProgress(BlockEvent event, BlockStage stage, long attempt, List<DispatcherId> dispatchers) {
        this(event, stage, attempt, dispatchers, null);
    }
}
