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
    /** It is being emptied: what runs there shall leave, and it is healthy enough to hand over in order. */
    DRAINING,
    /** Nothing was heard of it for a while. It may be back at any moment, or leave; what runs there may run well. */
    SUSPECT,
    /** It is a member and has not answered yet: it takes no commands so far. */
    NOT_READY,
    /** It is no member any more; what is still bound there becomes absent soon. */
    GONE,
    /** Its {@link NodeView#weight()} is 0: the operator of the cluster wants nothing there. */
    EXCLUDED
}
