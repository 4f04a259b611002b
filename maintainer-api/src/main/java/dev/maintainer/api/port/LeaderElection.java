package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;

/**
 * Chooses the one node that coordinates. It may happen that a former leader goes on for a while without knowing; the
 * leader epoch tells who is right, and whoever is told what to do looks at it.
 *
 * <p>Implementations are thread-safe. Listeners may be called on any thread.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface LeaderElection {
    /** A candidate, told what becomes of it; must return soon. */
    interface Candidate {
        /**
         * The candidate leads from now on.
         *
         * @param leaderEpoch higher than that of every leader before, durably; at least 1
         */
        void elected(long leaderEpoch);

        /** The candidate leads no more. It is still a candidate. */
        void deposed();
    }

    /**
     * A node wants to lead, now and whenever nobody else does.
     *
     * @param node the node
     * @param candidate told what becomes of it
     * @throws IllegalStateException if the node is a candidate already
     */
    void campaign(NodeId node, Candidate candidate);

    /**
     * A node wants to lead no more; if it leads, it is told that it does not, and somebody else may.
     *
     * @param node the node; one that is no candidate changes nothing
     */
    void withdraw(NodeId node);
}
