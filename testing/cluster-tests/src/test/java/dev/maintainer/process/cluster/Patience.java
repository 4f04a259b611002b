package dev.maintainer.process.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits that have a bound, and name what they waited for. */
public final class Patience {
    private static final long STEP_MILLIS = 20;

    /** What is waited for. */
    public interface Condition {
        /** {@return whether it has come} */
        boolean holds() throws IOException, InterruptedException;
    }

    private Patience() {}

    /**
     * Waits until a condition holds.
     *
     * @return how long that took
     * @throws AssertionError if it does not hold within this time
     */
    public static Duration await(String what, Duration most, Condition condition)
            throws IOException, InterruptedException {
        long since = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - since > most.toNanos()) {
                throw new AssertionError("waited " + most.toSeconds() + " s for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** Lets time pass between two faults: real processes have no other clock, and nothing is waited for. */
    public static void pass(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }
}
