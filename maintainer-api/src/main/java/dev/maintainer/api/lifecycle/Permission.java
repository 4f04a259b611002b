package dev.maintainer.api.lifecycle;

/** What the policy says about an action in a phase. */
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
