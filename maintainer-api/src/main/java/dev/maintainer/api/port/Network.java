package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.NodeId;

/**
 * Connects the nodes of a cluster. One object serves the whole process.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface Network {
    /** Receives the messages for one node. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes a message; it only enqueues, and may be called by any thread. Messages from one sender must come in the
         * order in which they were sent.
         *
         * @param envelope the message, with its sender
         * @return false if there is no room for it, or no receiver here; the message is lost then
         */
        boolean deliver(Envelope envelope);
    }

    /**
     * Makes a node reachable. Node ids are never reused.
     *
     * @param node the node
     * @param receiver takes what is sent to it
     * @throws IllegalStateException if the node is reachable already
     */
    void register(NodeId node, Receiver receiver);

    /**
     * Makes a node unreachable; what it sends afterwards is lost.
     *
     * @param node the node; ignored if it is not reachable
     */
    void unregister(NodeId node);

    /**
     * {@return the transport with which a node sends, available before it is registered; until then its messages are lost}
     *
     * @param sender the node
     */
    Transport transportOf(NodeId sender);
}
