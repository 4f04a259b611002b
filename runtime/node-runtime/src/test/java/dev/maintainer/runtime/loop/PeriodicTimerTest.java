package dev.maintainer.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodicTimerTest {
    private final PeriodicTimer timer = new PeriodicTimer("timer-under-test");

    @AfterEach
    void end() {
        timer.cancel();
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, AssertionError.class, OutOfMemoryError.class})
    @DisplayName("A task that fails once is run again, whatever it threw: it may be what renews the lease of a node")
    void goesOn(Class<? extends Throwable> failure) throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        timer.every(1, () -> {
            runs.countDown();
            if (runs.getCount() == 2) {
                fail(failure);
            }
        });

        assertThat(runs.await(20, TimeUnit.SECONDS))
                .as("runs after the one that failed with %s", failure)
                .isTrue();
    }

    private static void fail(Class<? extends Throwable> failure) {
        if (failure == OutOfMemoryError.class) {
            throw new OutOfMemoryError("on purpose");
        }
        if (failure == AssertionError.class) {
            throw new AssertionError("on purpose");
        }
        throw new IllegalStateException("on purpose");
    }
}
