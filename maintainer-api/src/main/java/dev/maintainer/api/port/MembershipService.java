package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.util.function.Consumer;

/**
 * Says who is a member of the cluster, and makes nodes members. A member holds a lease; a node whose lease has ended
 * has stopped writing before the others hear that it is gone.
 *
 * <p>Implementations are thread-safe. Listeners may be called on any thread and only enqueue.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface MembershipService {
    /** The membership of one node. */
    interface Lease extends WriteLease {
        /**
         * Renews the lease; called by the node at each of its ticks. An implementation that renews by itself does
         * nothing here.
         *
         * @return false if the lease is lost, for good
         */
        boolean renew();

        /** Gives the lease back, after the node has stopped everything. */
        void leave();
    }

    /** A subscription to memberships. */
    @FunctionalInterface
    interface Subscription {
        /** Ends the subscription. The listener may still be called once by a thread that was about to do so. */
        void cancel();
    }

    /**
     * Makes a node a member.
     *
     * @param node an id that was never a member before
     * @param lost called once if the lease ends without {@link Lease#leave}; must only enqueue
     * @return its lease
     * @throws MaintainerException if the node cannot become a member
     */
    Lease join(NodeId node, Runnable lost) throws MaintainerException;

    /**
     * Tells a listener about the current membership, and about each later one, in order.
     *
     * @param listener must only enqueue
     * @return ends the subscription
     */
    Subscription subscribe(Consumer<Membership> listener);

    /**
     * Ends the lease of a node that does not give it back: the node remains a member until it can no longer write
     * anything.
     *
     * @param node the node; ignored if it is not a member
     */
    void expel(NodeId node);
}
