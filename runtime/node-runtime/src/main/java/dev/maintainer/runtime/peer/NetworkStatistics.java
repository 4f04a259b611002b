package dev.maintainer.runtime.peer;

import dev.maintainer.api.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a network between processes has counted, and how its connections are now. Immutable.
 *
 * @param counts what became of messages, calls and callers so far
 * @param peers those with which there is, or was, a session, by id
 * @param rosterVersion the newest roster that any peer has said it knows; 0 for none
 * @since 0.1.0
 */
public record NetworkStatistics(Map<Event, Long> counts, List<PeerStatistics> peers, long rosterVersion) {
    /** Of a network that counts nothing. */
    public static final NetworkStatistics NONE = new NetworkStatistics(Map.of(), List.of(), 0);

    /**
     * Copies both.
     *
     * @param counts what became of messages, calls and callers
     * @param peers those with which there is a session
     * @param rosterVersion the newest roster that any peer has said it knows
     */
    public NetworkStatistics {
        counts = Map.copyOf(counts);
        peers = List.copyOf(peers);
    }

    /**
     * Something that is counted.
     *
     * @param what such as {@code sent}
     * @param of the lane, or the reason
     * @param kind of the message; empty where it is not known, or there is none
     */
    public record Event(String what, String of, String kind) {}

    /**
     * A peer, at this moment.
     *
     * @param peer which one
     * @param generation of the session with it; 0 if there is none
     * @param queued how many messages wait for it
     * @param queuedBytes at most how many bytes these have
     * @param oldestMillis for how long the oldest of them waits, in milliseconds; 0 if none waits
     * @param roundTripNanos how long the last ping took; empty if none has come back in this session
     * @param skewMillis by how much its wall clock was ahead when the last session began, in milliseconds, less what its word
     *     took on the way; empty if it has not said so
     */
    public record PeerStatistics(
            NodeId peer,
            long generation,
            int queued,
            long queuedBytes,
            long oldestMillis,
            OptionalLong roundTripNanos,
            OptionalLong skewMillis) {}
}
