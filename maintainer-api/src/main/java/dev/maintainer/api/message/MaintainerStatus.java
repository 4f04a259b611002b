package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A maintainer as its host reports it.
 *
 * @param changefeed what it owns
 * @param epoch the ownership under which it runs
 * @param phase its lifecycle phase
 * @param checkpointTs the committed checkpoint; a TSO; never decreases under one epoch
 * @param membershipVersion the newest membership that it has heard of; 0 if none
 * @param scheduler the scheduler that users have chosen for it; empty if nobody has
 * @param drain how much is left on the node that is being drained
 * @param suspects members that it has not heard from for too long
 * @param errors what is wrong now; repeated while it lasts
 * @param finalStatus present exactly if {@code phase} is {@link LifecyclePhase#CLOSED}
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record MaintainerStatus(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        LifecyclePhase phase,
        long checkpointTs,
        long membershipVersion,
        String scheduler,
        DrainProgress drain,
        SortedSet<NodeId> suspects,
        List<WorkerError> errors,
        @Nullable FinalStatus finalStatus) {
    /**
     * Copies the suspects and the errors, and checks the final status.
     *
     * @param changefeed what it owns
     * @param epoch the ownership under which it runs
     * @param phase its lifecycle phase
     * @param checkpointTs the committed checkpoint; a TSO; never decreases under one epoch
     * @param membershipVersion the newest membership that it has heard of; 0 if none
     * @param scheduler the scheduler that users have chosen for it; empty if nobody has
     * @param drain how much is left on the node that is being drained
     * @param suspects members that it has not heard from for too long
     * @param errors what is wrong now; repeated while it lasts
     * @param finalStatus present exactly if {@code phase} is {@link LifecyclePhase#CLOSED}, else null
     * @throws IllegalArgumentException if a final status comes without {@code CLOSED}, or that without a final status
     */
    public MaintainerStatus {
        suspects = Collections.unmodifiableSortedSet(new TreeSet<>(suspects));
        errors = List.copyOf(errors);
        if ((finalStatus != null) != (phase == LifecyclePhase.CLOSED)) {
            throw new IllegalArgumentException("a final status belongs to CLOSED, and only to it; phase is " + phase);
        }
    }
}
