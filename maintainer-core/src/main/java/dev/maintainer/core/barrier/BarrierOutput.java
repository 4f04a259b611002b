package dev.maintainer.core.barrier;

import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.BarrierPhase;
import org.jspecify.annotations.Nullable;

/** What a barrier does to its surroundings. */
public interface BarrierOutput {
    /**
     * Tells a node what becomes of an event. A lost message is repeated.
     *
     * @param to the node of those who wait; of a {@link BarrierAction#WRITE} that of the trigger
     * @param attempt how often a writer was chosen
     */
    void resolve(NodeId to, BlockKey event, BarrierAction action, long attempt);

    /**
     * An event has come to a phase; {@link BarrierPhase#DONE} means here that the last that waited has gone on.
     *
     * @param ageMillis since it is known
     */
    void advanced(BlockEvent event, BarrierPhase phase, long ageMillis);

    /** Why an event must not be executed, for people; null if it may be. Asked when its whole scope waits. */
    @Nullable
    String objection(BlockEvent event);

    /** An event was executed: the set of tables changes as it says, unless it did already. */
    void executed(BlockEvent event, long nowMillis);
}
