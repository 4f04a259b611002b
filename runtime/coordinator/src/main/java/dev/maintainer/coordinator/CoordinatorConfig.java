package dev.maintainer.coordinator;

/**
 * How often a coordinator repeats itself. In milliseconds, at least 1.
 *
 * @param resendMillis between repetitions of an unanswered request, and of a failed write
 * @param persistMillis between writes of a checkpoint that only advances
 * @param silenceMillis after which a host that says nothing of a maintainer is asked what it hosts; several times the
 *     period of its reports
 * @param expelMillis for how long a maintainer may call a member suspect before something is done about it; longer than
 *     the silence
 * @param startMillis for how long a coordinator that wants to begin waits for a member that says nothing
 */
public record CoordinatorConfig(
        long resendMillis, long persistMillis, long silenceMillis, long expelMillis, long startMillis) {
    private static final long SILENCE_MILLIS = 5_000;
    private static final long EXPEL_MILLIS = 60_000;
    private static final long START_MILLIS = 30_000;

    /** Refuses periods below 1. */
    public CoordinatorConfig {
        if (resendMillis < 1 || persistMillis < 1 || silenceMillis < 1 || expelMillis < 1 || startMillis < 1) {
            throw new IllegalArgumentException("periods must be at least 1 ms: resend " + resendMillis + ", persist "
                    + persistMillis + ", silence " + silenceMillis + ", expel " + expelMillis + ", start "
                    + startMillis);
        }
    }

    /** With the usual silence of 5 s, a minute until a suspect is expelled, and half a minute for the start. */
    public CoordinatorConfig(long resendMillis, long persistMillis) {
        this(resendMillis, persistMillis, SILENCE_MILLIS, EXPEL_MILLIS, START_MILLIS);
    }

    /** With another time until something is done about a suspect. */
    public CoordinatorConfig withExpelMillis(long millis) {
        return new CoordinatorConfig(resendMillis, persistMillis, silenceMillis, millis, startMillis);
    }

    /** With another time for members that say nothing at the start. */
    public CoordinatorConfig withStartMillis(long millis) {
        return new CoordinatorConfig(resendMillis, persistMillis, silenceMillis, expelMillis, millis);
    }

    /** 500 ms, 200 ms, 5 s, 60 s, 30 s. */
    public static CoordinatorConfig defaults() {
        return new CoordinatorConfig(500, 200);
    }
}
