package dev.maintainer.connector.changelog;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for the thread that reads a log, at most half a minute, and says what it waited for. */
final class Until {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private Until() {}

    static void holds(String what, BooleanSupplier condition, Supplier<Object> state) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > MOST_NANOS) {
                throw new AssertionError("waited in vain for: " + what + "; now " + state.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
