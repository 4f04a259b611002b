package dev.maintainer.dispatcher;

/**
 * How often a worker speaks. All values in milliseconds, at least 1.
 *
 * @param heartbeatMillis between periodic watermarks
 * @param completeStatusMillis between complete lists of statuses, which heal lost ones
 * @param blockStatusResendMillis between repetitions of unacknowledged block statuses
 * @param errorResendMillis between repetitions of errors
 */
public record WorkerConfig(
        long heartbeatMillis, long completeStatusMillis, long blockStatusResendMillis, long errorResendMillis) {
    /**
     * Refuses periods below 1.
     *
     * @param heartbeatMillis between periodic watermarks
     * @param completeStatusMillis between complete lists of statuses, which heal lost ones
     * @param blockStatusResendMillis between repetitions of unacknowledged block statuses
     * @param errorResendMillis between repetitions of errors
     * @throws IllegalArgumentException if a period is below 1
     */
    public WorkerConfig {
        if (heartbeatMillis < 1 || completeStatusMillis < 1 || blockStatusResendMillis < 1 || errorResendMillis < 1) {
            throw new IllegalArgumentException("periods must be at least 1 ms: heartbeat " + heartbeatMillis
                    + ", complete status " + completeStatusMillis + ", block status " + blockStatusResendMillis
                    + ", error " + errorResendMillis);
        }
    }

    /** {@return the usual periods: 200 ms, 10 s, 5 s and 5 s} */
    public static WorkerConfig defaults() {
        return new WorkerConfig(200, 10_000, 5_000, 5_000);
    }
}
