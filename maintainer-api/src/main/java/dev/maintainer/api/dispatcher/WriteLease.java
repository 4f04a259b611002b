package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;

/**
 * Whether a node may write. Whoever writes to a sink checks it immediately before a write and again after it: what was
 * written while the lease ended is not reported. There is neither a queue nor a lock in between.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@FunctionalInterface
public interface WriteLease {
    /** One that never ends. */
    WriteLease UNLIMITED = () -> true;

    /**
     * {@return whether the node may write now} A lease that is not held may be held again, as long as the node is a member.
     * Any thread; does not block.
     */
    boolean isHeld();
}
