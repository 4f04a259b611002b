package dev.maintainer.core.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.core.scheduling.planner.NodeLabels;
import dev.maintainer.scheduler.spi.NodeObstacle;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which nodes may get spans, and whether all others keep theirs. This is the only place that decides it:
 * planners, admission and explanations ask here.
 */
public final class Eligibility {
    private final Members members;
    private final FailureDetector failureDetector;
    private final Drain drain;
    private final RebalanceCooldown cooldown;
    private final Set<NodeId> excluded;

    /**
     * By the members, by who is silent, by what is being emptied, and by what calms, as they are when it is asked.
     *
     * @param excluded nodes that the administrator of the cluster wants nothing on
     */
    public Eligibility(
            Members members,
            FailureDetector failureDetector,
            Drain drain,
            RebalanceCooldown cooldown,
            Set<NodeId> excluded) {
        this.excluded = Set.copyOf(excluded);
        this.members = members;
        this.failureDetector = failureDetector;
        this.drain = drain;
        this.cooldown = cooldown;
    }

    /** Whether a node may get spans. */
    public boolean allows(NodeId node) {
        return obstacles(node).isEmpty();
    }

    /** Whether nodes that may get spans are left as they are. */
    public boolean isRebalanceSuspended(long nowMillis) {
        return cooldown.isNow(nowMillis);
    }

    /** Whether the administrator of the cluster wants nothing on a node. */
    public boolean isExcluded(NodeId node) {
        return excluded.contains(node) || NodeLabels.isExcluded(members.labels(node));
    }

    /** All that keeps a node from getting spans; empty if it may get some. */
    public Set<NodeObstacle> obstacles(NodeId node) {
        EnumSet<NodeObstacle> found = EnumSet.noneOf(NodeObstacle.class);
        if (!members.isReady(node)) {
            found.add(members.isAlive(node) ? NodeObstacle.NOT_READY : NodeObstacle.GONE);
        }
        if (drain.target().is(node)) {
            found.add(NodeObstacle.DRAINING);
        }
        if (failureDetector.isSuspect(node)) {
            found.add(NodeObstacle.SUSPECT);
        }
        if (isExcluded(node)) {
            found.add(NodeObstacle.EXCLUDED);
        }
        return found;
    }

    /** Why a decision to bring a span to a node is refused; empty if it is not because of the node. */
    public Optional<RefusalReason> obstacle(NodeId node) {
        Set<NodeObstacle> found = obstacles(node);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        boolean dead = found.contains(NodeObstacle.GONE) || found.contains(NodeObstacle.NOT_READY);
        return Optional.of(dead ? RefusalReason.NODE_DEAD : RefusalReason.NODE_CLOSED);
    }
}
