package dev.maintainer.coordinator;

/**
 * How often a coordinator repeats itself. In milliseconds, at least 1.
 *
 * @param resendMillis between repetitions of an unanswered request, and of a failed write
 * @param persistMillis between writes of a checkpoint that only advances
 * @param silenceMillis after which a host that says nothing of a maintainer is asked what it hosts; several times the
 *     period of its reports
 */
public record CoordinatorConfig(long resendMillis, long persistMillis, long silenceMillis) {
    private static final long SILENCE_MILLIS = 5_000;

    /** Refuses periods below 1. */
    public CoordinatorConfig {
        if (resendMillis < 1 || persistMillis < 1 || silenceMillis < 1) {
            throw new IllegalArgumentException("periods must be at least 1 ms: resend " + resendMillis + ", persist "
                    + persistMillis + ", silence " + silenceMillis);
        }
    }

    /** With the usual silence of 5 s. */
    public CoordinatorConfig(long resendMillis, long persistMillis) {
        this(resendMillis, persistMillis, SILENCE_MILLIS);
    }

    /** 500 ms, 200 ms, 5 s. */
    public static CoordinatorConfig defaults() {
        return new CoordinatorConfig(500, 200);
    }
}
