package dev.maintainer.threads.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for other threads, at most half a minute, and says what it waited for. */
public final class Until {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private Until() {}

    /**
     * Waits until something holds.
     *
     * @param what it is, for people
     * @param condition asked again and again
     * @param state what is so instead, for people
     * @throws AssertionError if it does not hold in time
     */
    public static void holds(String what, BooleanSupplier condition, Supplier<Object> state) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > MOST_NANOS) {
                throw new AssertionError("waited in vain for: " + what + "; now " + state.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
