package dev.maintainer.operator;

/**
 * When operators repeat themselves and when they count as stuck.
 *
 * @param resendMillis how long a command may stay unanswered before it is sent again; at least 1
 * @param stuckMillis the age from which an operator is reported as stuck, and the least time between two such reports;
 *     at least 1
 */
public record OperatorTimings(long resendMillis, long stuckMillis) {
    /** Ten and thirty seconds. */
    public static final OperatorTimings DEFAULTS = new OperatorTimings(10_000, 30_000);

    /**
     * Refuses timings below one millisecond.
     *
     * @param resendMillis how long a command may stay unanswered before it is sent again; at least 1
     * @param stuckMillis the age from which an operator is reported as stuck, and the least time between two such
     *     reports; at least 1
     * @throws IllegalArgumentException if one of them is less
     */
    public OperatorTimings {
        if (resendMillis < 1 || stuckMillis < 1) {
            throw new IllegalArgumentException("resend " + resendMillis + " ms, stuck " + stuckMillis + " ms");
        }
    }
}
