package dev.maintainer.admin.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does something later. Thread-safe; never waits. */
@FunctionalInterface
interface Delay {
    /** Runs a short task after some time, on a thread of its own; a task that comes after the end is dropped. */
    void after(Duration time, Runnable task);

    /**
     * Looks again and again for something that will be there soon.
     *
     * @param period between two looks
     * @param looks how many there are at most, at least 1
     * @param look null as long as it is not there
     * @param otherwise what is instead of it after the last look
     */
    default <T> CompletableFuture<T> poll(
            Duration period, int looks, Supplier<@Nullable T> look, Supplier<T> otherwise) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        look(period, looks, look, otherwise, answer);
        return answer;
    }

    private <T> void look(
            Duration period, int left, Supplier<@Nullable T> look, Supplier<T> otherwise, CompletableFuture<T> answer) {
        try {
            @Nullable T found = look.get();
            if (found != null) {
                answer.complete(found);
            } else if (left <= 1) {
                answer.complete(otherwise.get());
            } else {
                after(period, () -> look(period, left - 1, look, otherwise, answer));
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }
}
