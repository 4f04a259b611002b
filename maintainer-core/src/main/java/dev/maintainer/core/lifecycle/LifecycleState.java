package dev.maintainer.core.lifecycle;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.LifecyclePolicy;
import dev.maintainer.api.lifecycle.Permission;
import dev.maintainer.api.lifecycle.RemovalMode;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle state of one maintainer: its phase, the mode of a removal in progress, and with both whether it is
 * quiesced. No other class keeps any of this; code that wants to act asks here whether the policy allows it.
 */
public final class LifecycleState {
    private LifecyclePhase phase = LifecyclePhase.BOOTSTRAPPING;
    private @Nullable RemovalMode removal;

    /** The present phase. */
    public LifecyclePhase phase() {
        return phase;
    }

    /** The strongest removal that was begun; null before the first. */
    public @Nullable RemovalMode removal() {
        return removal;
    }

    /** Whether a removal was begun that closes all dispatchers. */
    public boolean closesDispatchers() {
        return removal != null && removal.closesDispatchers();
    }

    /** Whether everything is frozen for good but what the close of the DDL trigger dispatcher needs. */
    public boolean isQuiesced() {
        return switch (phase) {
            case BOOTSTRAPPING, RUNNING -> false;
            case REMOVING, CLOSED -> true;
        };
    }

    /** Whether the policy allows an action right now. */
    public boolean allows(LifecycleAction action) {
        return LifecyclePolicy.allows(phase, removal, action);
    }

    /** What the policy says about an action right now. */
    public Permission permission(LifecycleAction action) {
        return LifecyclePolicy.permission(phase, action);
    }

    /** Whether a removal can begin in this phase; to one that runs, more can be added at any time. */
    public boolean canBegin(RemovalMode mode) {
        return LifecyclePhase.TABLE.on(phase, eventOf(mode)).isPresent();
    }

    /**
     * Begins a removal.
     *
     * @throws IllegalStateException if none {@link #canBegin can begin}
     */
    public void begin(RemovalMode mode) {
        if (!canBegin(mode)) {
            throw new IllegalStateException("a " + mode + " cannot begin in " + phase);
        }
        removal = mode;
        on(eventOf(mode));
    }

    /** Adds to what the removal that runs means; nothing is ever taken back. Returns whether it means more than before. */
    public boolean strengthen(RemovalMode mode) {
        RemovalMode before = removal;
        removal = before == null ? mode : before.or(mode);
        return removal != before;
    }

    private static LifecyclePhase.Event eventOf(RemovalMode mode) {
        return mode.closesDispatchers() ? LifecyclePhase.Event.CLOSE_REQUESTED : LifecyclePhase.Event.HANDOFF_REQUESTED;
    }

    /** Follows an event, if the present phase does not ignore it. Returns whether the phase has changed. */
    public boolean on(LifecyclePhase.Event event) {
        LifecyclePhase before = phase;
        LifecyclePhase.TABLE.on(phase, event).ifPresent(edge -> phase = edge.next());
        return phase != before;
    }
}
