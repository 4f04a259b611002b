package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What a dispatcher says about itself. Codes go on the wire; new states go to the end.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public enum ComponentState {
    /** Replicates. */
    WORKING(0),
    /** Has ended and will never write again. */
    STOPPED(1),
    /** Was never able to run, or has been removed. Terminal, like {@link #STOPPED}. */
    REMOVED(2),
    /** Was created and waits for its first event. Counts in the watermark. */
    INITIALIZING(3),
    /** Merge target that is being prepared. Does not count in the watermark. */
    PREPARING(4),
    /** Merge target that is ready. Does not count in the watermark. */
    MERGE_READY(5),
    /** Merge source that has stopped at the merge point. */
    WAITING_MERGE(6);

    private final int code;

    ComponentState(int code) {
        this.code = code;
    }

    /** {@return the code on the wire; constant for all releases} */
    public int code() {
        return code;
    }

    /**
     * Finds the state with a wire code.
     *
     * @param code from 0
     * @return the state
     * @throws IllegalArgumentException if no state has the code
     */
    public static ComponentState ofCode(int code) {
        for (ComponentState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("unknown component state " + code);
    }

    /**
     * Whether a dispatcher in this state will never write again.
     *
     * @return true for {@link #STOPPED} and {@link #REMOVED}; only these end a removal
     */
    public boolean isTerminal() {
        return this == STOPPED || this == REMOVED;
    }
}
