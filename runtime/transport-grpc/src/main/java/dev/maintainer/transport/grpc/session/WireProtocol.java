package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.message.Message;
import java.util.Map;

/**
 * Which message, and which field, needs which protocol: whoever adds one says so here, and nowhere else. What is not named is
 * as old as the first release. Nothing is sent to a session that speaks an older protocol than it needs.
 *
 * @param later the messages that came after the first release, with the protocol that each needs; above 1
 * @since 0.1.0
 */
public record WireProtocol(Map<Class<? extends Message>, Integer> later) {
    /** What this release sends. */
    public static final WireProtocol CURRENT = new WireProtocol(Map.of());
    /** {@code Ping.leader_epoch}. */
    public static final int LEADER_EPOCH_IN_PINGS = 2;

    private static final int FIRST = 1;

    /**
     * Copies the map.
     *
     * @param later the messages that came after the first release
     */
    public WireProtocol {
        later = Map.copyOf(later);
    }

    /**
     * {@return the protocol that a session must speak before a message may be sent over it}
     *
     * @param message any message
     */
    public int neededBy(Message message) {
        return later.getOrDefault(message.getClass(), FIRST);
    }
}
