package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * Why a node may not be the target of a decision. A node may have several. Since level 4.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public enum NodeObstacle {
    /**
     * It is being drained: what runs there should move away, and the node is healthy enough for an orderly handover.
     */
    DRAINING,
    /** Nothing was heard from it for a while. It may be back at any moment, or leave; what runs there may run well. */
    SUSPECT,
    /** It is a member that has not answered yet: it accepts no commands so far. */
    NOT_READY,
    /** It is no member any more; what is still bound there becomes absent soon. */
    GONE,
    /** Its {@link NodeView#weight()} is 0: the administrator of the cluster wants no spans there. */
    EXCLUDED
}
