package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.util.function.Consumer;

/**
 * Says who is a member of the cluster, and makes nodes members. A member holds a lease; when that ends, the node writes
 * nothing any more before the others hear that it is gone.
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
         * The node lives: called by it at each of its ticks. An implementation that renews by itself does nothing here.
         *
         * @return false if the lease is lost, for good
         */
        boolean renew();

        /** The node has stopped all that it did, and gives its lease back. */
        void leave();
    }

    /** Somebody who is told of memberships. */
    @FunctionalInterface
    interface Subscription {
        /** Ends it. A listener may still be called once by a thread that was about to. */
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
     * Tells a listener of the present membership, and of each later one, in order.
     *
     * @param listener must only enqueue
     * @return ends it
     */
    Subscription subscribe(Consumer<Membership> listener);

    /**
     * Ends the lease of a node that does not give it back: it is a member until everything that it may still write has
     * been written, and none after that.
     *
     * @param node the node; one that is no member changes nothing
     */
    void expel(NodeId node);
}
