package dev.maintainer.runtime.peer;

/**
 * The protocols that a process speaks with its peers and leaves in the store. Two processes talk in the newest that both speak,
 * and never in one above that of their cluster.
 *
 * <ol>
 *   <li>The first release.
 *   <li>Pings say which leader a node knows ({@link PeerDirectory#leaderEpoch}).
 * </ol>
 *
 * @param min the oldest; at least 1
 * @param max the newest; at least {@code min}
 * @since 0.1.0
 */
public record ProtocolRange(int min, int max) {
    /** What this release speaks. */
    public static final ProtocolRange OF_RELEASE = new ProtocolRange(1, 2);

    /**
     * Refuses an empty range.
     *
     * @param min the oldest; at least 1
     * @param max the newest; at least {@code min}
     * @throws IllegalArgumentException if there is nothing in it
     */
    public ProtocolRange {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("protocols " + min + " to " + max);
        }
    }

    /**
     * {@return the newest protocol that both sides speak; 0 if there is none}
     *
     * @param other what the other side speaks
     */
    public int common(ProtocolRange other) {
        int newest = Math.min(max, other.max);
        return newest >= min && newest >= other.min ? newest : 0;
    }

    /**
     * {@return the part of this that is not above a protocol}
     *
     * @param newest at least {@link #min}
     */
    public ProtocolRange upTo(int newest) {
        return new ProtocolRange(min, Math.min(max, newest));
    }
}
