package dev.maintainer.admin;

/**
 * How long whoever asks waits, in milliseconds, each positive.
 *
 * @param answer for a node
 * @param round for the round of planning in which a request is carried out; a planner may take seconds
 * @param decision until a maintainer has followed a decision about a block event
 * @since 0.1.0
 */
public record AdminPatience(long answer, long round, long decision) {
    /** For whoever is on the machine. */
    public static final AdminPatience STANDARD = new AdminPatience(5_000, 30_000, 10_000);

    /** For whoever asks through another node, which itself does not wait for long. */
    public static final AdminPatience SHORT = new AdminPatience(1_500, 5_000, 3_000);

    /** @throws IllegalArgumentException if one is not positive */
    public AdminPatience {
        if (answer <= 0 || round <= 0 || decision <= 0) {
            throw new IllegalArgumentException("patience must be positive: " + answer + ", " + round + ", " + decision);
        }
    }

    /** The same, where a node may take so long to answer. */
    public AdminPatience withAnswer(long millis) {
        return new AdminPatience(millis, round, decision);
    }
}
