package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;

/**
 * Chooses the one node that coordinates. A former leader may go on for a while without knowing that it does not lead
 * any more; receivers of its requests compare leader epochs.
 *
 * <p>Implementations are thread-safe. Listeners may be called on any thread.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface LeaderElection {
    /** A candidate, which is told whether it leads; its methods must return soon. */
    interface Candidate {
        /**
         * The candidate leads from now on.
         *
         * @param leaderEpoch higher than that of every leader before, durably; at least 1
         */
        void elected(long leaderEpoch);

        /** The candidate does not lead any more. It is still a candidate. */
        void deposed();
    }

    /**
     * Makes a node a candidate: it leads now, or when nobody else does.
     *
     * @param node the node
     * @param candidate is told whether it leads
     * @throws IllegalStateException if the node is a candidate already
     */
    void campaign(NodeId node, Candidate candidate);

    /**
     * Withdraws a candidate; if it leads, it is told that it does not lead any more, and another one may.
     *
     * @param node the node; ignored if it is not a candidate
     */
    void withdraw(NodeId node);

    /**
     * A candidate that leads finds that it cannot do so well. It is told that it does not lead any more, and lets others try
     * first for a while; it is still a candidate. Where there can be no other one, nothing changes.
     *
     * @param node the node; ignored if it does not lead
     */
    default void abstain(NodeId node) {}
}
