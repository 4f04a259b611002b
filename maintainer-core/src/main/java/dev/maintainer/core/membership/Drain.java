package dev.maintainer.core.membership;

import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.scheduling.planner.DrainMoves;
import org.jspecify.annotations.Nullable;

/**
 * What a maintainer knows about the node that is being drained. While something is on it, and for some time after that
 * and after each change, a {@link RebalanceCooldown} is active. A node that is empty and stays for hours does not keep
 * the others unbalanced.
 *
 * <p>It follows inputs and does not poll, so no drain is too short to be followed by a cooldown.
 */
public final class Drain {
    private final RebalanceCooldown cooldown;
    private final long calmMillis;
    private DrainTarget target = DrainTarget.NONE;
    private int limit;

    /** No node was ever drained. */
    public Drain(RebalanceCooldown cooldown, long calmMillis) {
        this.cooldown = cooldown;
        this.calmMillis = calmMillis;
    }

    /**
     * Takes a change in. Returns whether it is newer than what was known.
     *
     * @param changedAtMillis when this node heard of it
     */
    public boolean note(DrainTarget newer, long changedAtMillis) {
        if (!newer.isNewerThan(target)) {
            return false;
        }
        target = newer;
        cooldown.last(changedAtMillis + calmMillis);
        limit = 0;
        return true;
    }

    /** Says how many spans are on the node that is being emptied; often. */
    public void observe(int spans, long nowMillis) {
        if (target.node() != null && spans > 0) {
            cooldown.last(nowMillis + calmMillis);
        }
    }

    /** What was heard last. */
    public DrainTarget target() {
        return target;
    }

    /** The node that is being emptied; null if none is. */
    public @Nullable NodeId node() {
        return target.node();
    }

    /**
     * How many moves away from the node may be in progress at once. The same from the first question on, until the
     * target changes.
     *
     * @param spans that are on the node
     */
    public int limit(int spans) {
        if (limit == 0) {
            limit = DrainMoves.atOnce(spans);
        }
        return limit;
    }
}
