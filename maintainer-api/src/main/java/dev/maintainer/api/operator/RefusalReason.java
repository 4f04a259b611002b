package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;

/**
 * Why an operator, a command or a request was not admitted.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum RefusalReason {
    /** The control plane is quiesced. Terminal: do not try again. */
    QUIESCING(false),
    /** The maintainer is closed or fenced. Terminal. */
    CLOSED(false),
    /** The span is not registered (any more). Terminal for this span. */
    GONE(false),
    /** The phase does not allow it yet; a later phase will. */
    NOT_YET(true),
    /** Another operator drives this dispatcher. */
    DUPLICATE(true),
    /** The target node is not a member. */
    NODE_DEAD(true),
    /** The target node may not get work at the moment: it is being drained, or it is silent. */
    NODE_CLOSED(true),
    /** The span is not (any more) in the state, or on the node, that the request names. */
    PRECONDITION_FAILED(true);

    private final boolean retryable;

    RefusalReason(boolean retryable) {
        this.retryable = retryable;
    }

    /**
     * Whether the same request may succeed later. A caller must not retry within the same round in either case.
     *
     * @return false if it never will: then the caller has to give up
     */
    public boolean isRetryable() {
        return retryable;
    }
}
