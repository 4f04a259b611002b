package dev.maintainer.core.inspect;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block event that is not over: how far it is, and whom it waits for. Immutable.
 *
 * @param event the event
 * @param phase how far it is
 * @param ageMillis since when the maintainer knows it
 * @param triggerWaits whether the DDL trigger dispatcher has come to it, and not passed it
 * @param waiting how many spans wait at it
 * @param missing some of the spans that have not come to it; empty unless dispatchers are still coming
 */
public record OpenBarrier(
        BlockEvent event,
        BarrierPhase phase,
        long ageMillis,
        boolean triggerWaits,
        int waiting,
        List<Missing> missing) {
    /** Copies the list. */
    public OpenBarrier {
        missing = List.copyOf(missing);
    }

    /**
     * A span that has not come to the event.
     *
     * @param dispatcher who replicates it
     * @param span the range
     * @param node where it runs, or will; null if it is absent
     * @param checkpointTs how far it is, as far as is known; a TSO
     */
    public record Missing(
            DispatcherId dispatcher,
            TableSpan span,
            @Nullable NodeId node,
            long checkpointTs) {}
}
