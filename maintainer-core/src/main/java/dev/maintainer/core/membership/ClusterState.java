package dev.maintainer.core.membership;

import dev.maintainer.api.model.NodeId;
import java.util.Set;

/**
 * What a maintainer knows about the nodes: who is a member, who is silent, who is being drained, and what follows from
 * that for placing spans.
 *
 * @param self the node that the maintainer runs on
 * @param members who is a member, and who has answered
 * @param failureDetector who is silent
 * @param drain which node is being drained
 * @param cooldown until when nothing is rebalanced
 * @param eligibility which nodes may get spans
 */
public record ClusterState(
        NodeId self,
        Members members,
        FailureDetector failureDetector,
        Drain drain,
        RebalanceCooldown cooldown,
        Eligibility eligibility) {
    /**
     * Nobody is known yet.
     *
     * @param self the node that the maintainer runs on
     * @param suspectMillis how long a member may be silent before it is suspect
     * @param calmMillis how long after a drain nothing is rebalanced
     * @param excluded nodes that the administrator of the cluster wants nothing on
     */
    public static ClusterState of(NodeId self, long suspectMillis, long calmMillis, Set<NodeId> excluded) {
        Members members = new Members();
        FailureDetector failureDetector = new FailureDetector(suspectMillis);
        RebalanceCooldown cooldown = new RebalanceCooldown();
        Drain drain = new Drain(cooldown, calmMillis);
        return new ClusterState(
                self,
                members,
                failureDetector,
                drain,
                cooldown,
                new Eligibility(members, failureDetector, drain, cooldown, excluded));
    }
}
