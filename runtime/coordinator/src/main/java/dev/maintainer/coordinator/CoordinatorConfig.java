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
 * @param isolationMillis after which a leader that has heard fewer than half of the members resigns; longer than it takes
 *     until a member that died is removed
 */
public record CoordinatorConfig(
        long resendMillis,
        long persistMillis,
        long silenceMillis,
        long expelMillis,
        long startMillis,
        long isolationMillis) {
    private static final long SILENCE_MILLIS = 5_000;
    private static final long EXPEL_MILLIS = 60_000;
    private static final long START_MILLIS = 30_000;
    private static final long ISOLATION_MILLIS = 30_000;

    /**
     * Refuses periods below 1.
     *
     * @param resendMillis between repetitions of an unanswered request, and of a failed write
     * @param persistMillis between writes of a checkpoint that only advances
     * @param silenceMillis after which a host that says nothing of a maintainer is asked what it hosts; several times
     *     the period of its reports
     * @param expelMillis for how long a maintainer may call a member suspect before something is done about it; longer
     *     than the silence
     * @param startMillis for how long a coordinator that wants to begin waits for a member that says nothing
     * @param isolationMillis after which a leader that has heard fewer than half of the members resigns; longer than it
     *     takes until a member that died is removed
     * @throws IllegalArgumentException if a period is below 1
     */
    public CoordinatorConfig {
        if (resendMillis < 1
                || persistMillis < 1
                || silenceMillis < 1
                || expelMillis < 1
                || startMillis < 1
                || isolationMillis < 1) {
            throw new IllegalArgumentException("periods must be at least 1 ms: resend " + resendMillis + ", persist "
                    + persistMillis + ", silence " + silenceMillis + ", expel " + expelMillis + ", start "
                    + startMillis + ", isolation " + isolationMillis);
        }
    }

    /** {@return the usual periods: 500 ms, 200 ms, 5 s, 60 s, 30 s and 30 s} */
    public static CoordinatorConfig defaults() {
        return new CoordinatorConfig(500, 200, SILENCE_MILLIS, EXPEL_MILLIS, START_MILLIS, ISOLATION_MILLIS);
    }

    /**
     * {@return the same with another time between repetitions}
     *
     * @param millis in milliseconds, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public CoordinatorConfig withResendMillis(long millis) {
        return new CoordinatorConfig(millis, persistMillis, silenceMillis, expelMillis, startMillis, isolationMillis);
    }

    /**
     * {@return the same with another time between writes of a checkpoint that only advances}
     *
     * @param millis in milliseconds, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public CoordinatorConfig withPersistMillis(long millis) {
        return new CoordinatorConfig(resendMillis, millis, silenceMillis, expelMillis, startMillis, isolationMillis);
    }

    /**
     * {@return the same with another time until something is done about a suspect}
     *
     * @param millis in milliseconds, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public CoordinatorConfig withExpelMillis(long millis) {
        return new CoordinatorConfig(resendMillis, persistMillis, silenceMillis, millis, startMillis, isolationMillis);
    }

    /**
     * {@return the same with another time for members that say nothing at the start}
     *
     * @param millis in milliseconds, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public CoordinatorConfig withStartMillis(long millis) {
        return new CoordinatorConfig(resendMillis, persistMillis, silenceMillis, expelMillis, millis, isolationMillis);
    }

    /**
     * {@return the same with another time after which a leader that hears too few members resigns}
     *
     * @param millis in milliseconds, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public CoordinatorConfig withIsolationMillis(long millis) {
        return new CoordinatorConfig(resendMillis, persistMillis, silenceMillis, expelMillis, startMillis, millis);
    }
}
