package dev.maintainer.coordinator;

/**
 * How often a coordinator repeats itself. In milliseconds, at least 1.
 *
 * @param resendMillis between repetitions of an unanswered request, and of a failed write
 * @param persistMillis between writes of a checkpoint that only advances
 */
public record CoordinatorConfig(long resendMillis, long persistMillis) {
    /** Refuses periods below 1. */
    public CoordinatorConfig {
        if (resendMillis < 1 || persistMillis < 1) {
            throw new IllegalArgumentException(
                    "periods must be at least 1 ms: resend " + resendMillis + ", persist " + persistMillis);
        }
    }

    /** 500 ms, 200 ms. */
    public static CoordinatorConfig defaults() {
        return new CoordinatorConfig(500, 200);
    }
}
