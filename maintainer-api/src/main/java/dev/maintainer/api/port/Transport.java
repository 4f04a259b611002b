package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;

/**
 * Sends messages from one node. Never blocks. Delivery is at most once; order is kept from one sender to one receiver
 * while both are alive, and nowhere else.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface Transport {
    /** What became of a send. Anything but {@link #ENQUEUED} is a lost message: the sender repeats by its own rules. */
    enum SendResult {
        /** The message is on its way. It may still get lost. */
        ENQUEUED,
        /** The receiver's queue is full. */
        CONGESTED,
        /** The receiver is unknown or gone. */
        UNKNOWN_TARGET
    }

    /**
     * Sends {@code message} to a node.
     *
     * @param to the receiver
     * @param message what to send
     * @return what became of it, as far as the sender can know
     */
    SendResult send(NodeId to, Message message);
}
