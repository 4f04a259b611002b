package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;

/**
 * What the policy says about an action in a phase.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum Permission {
    /** Go on. */
    ALLOWED,
    /** Only in a removal that closes all dispatchers. */
    ONLY_IN_CLOSE,
    /** Not yet: a later phase allows it. */
    NOT_YET,
    /** Never again. */
    NEVER
}
