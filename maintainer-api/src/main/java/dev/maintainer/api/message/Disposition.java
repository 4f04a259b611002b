package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;

/**
 * What became of an inbound message. Each message ends in exactly one of these, and each is counted.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum Disposition {
    /** It took effect. */
    APPLIED,
    /** It contains nothing new. */
    DUPLICATE,
    /** It belongs to another owner, incarnation or version. */
    STALE,
    /** It is not allowed in this phase, or is invalid; the sender repeats it or has been told. */
    REFUSED,
    /** It was kept for later. */
    DEFERRED
}
