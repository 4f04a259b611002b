package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Opens what changefeeds read and write, away from the thread that asks for it: a log is read, a disk hangs, and the worker of a
 * node, which asks, serves all other changefeeds. Whoever asks too early is told to ask again, and what has failed is
 * tried again ever more rarely. Thread-safe.
 *
 * @param <T> what is opened
 */
final class Openings<T> implements AutoCloseable {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;
    private static final int MOST_DOUBLINGS = 6;

    private final Executor threads;
    private final LongSupplier nanoTime;
    private final long patienceMillis;
    private final Consumer<T> closing;
    private final Map<ChangefeedId, Opening> openings = new HashMap<>();
    private boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param threads on which things are opened
     * @param nanoTime a clock
     * @param patienceMillis how long the first one who asks waits: most things open in a moment
     * @param closing closes what was opened, and is not wanted any more
     */
    Openings(Executor threads, LongSupplier nanoTime, long patienceMillis, Consumer<T> closing) {
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.patienceMillis = patienceMillis;
        this.closing = closing;
    }

    /** One changefeed as configured. */
    private final class Opening {
        private final ChangefeedConfiguration configuration;
        private CompletableFuture<T> result = new CompletableFuture<>();
        private long begunAt;
        private long retryAt;
        private int tries;

        Opening(ChangefeedConfiguration configuration) {
            this.configuration = configuration;
        }

        void begin(Supplier<T> open) {
            CompletableFuture<T> begun = new CompletableFuture<>();
            result = begun;
            begunAt = nanoTime.getAsLong();
            tries++;
            threads.execute(() -> {
                try {
                    begun.complete(open.get());
                } catch (RuntimeException | Error e) {
                    failedAt(begun, e);
                }
            });
        }

        private void failedAt(CompletableFuture<T> begun, Throwable cause) {
            synchronized (openings) {
                retryAt = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(waitMillis(tries));
            }
            begun.completeExceptionally(cause);
        }

        void drop() {
            CompletableFuture<Void> unused = result.thenAccept(closing);
        }
    }

    private static long waitMillis(int tries) {
        return Math.min(FIRST_MILLIS << Math.min(tries - 1, MOST_DOUBLINGS), LONGEST_MILLIS);
    }

    /**
     * What was opened; from now on it is the caller's. Blocks for as long as the first one who asks waits.
     *
     * @param open opens it; on another thread
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if it is not open yet, otherwise as {@code open} has failed
     */
    T take(ChangefeedId changefeed, ChangefeedConfiguration configuration, Supplier<T> open)
            throws MaintainerException {
        CompletableFuture<T> result;
        boolean first = false;
        long begunAt;
        Opening dropped = null;
        synchronized (openings) {
            if (closed) {
                throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "this node ends, and opens nothing any more");
            }
            Opening opening = openings.get(changefeed);
            if (opening != null && !opening.configuration.equals(configuration)) {
                dropped = opening;
                opening = null;
            }
            if (opening == null) {
                opening = new Opening(configuration);
                openings.put(changefeed, opening);
                first = true;
                opening.begin(open);
            } else if (opening.result.isCompletedExceptionally() && nanoTime.getAsLong() - opening.retryAt >= 0) {
                // Whoever asks hears how it failed, until it has not.
                CompletableFuture<T> failed = opening.result;
                opening.begin(open);
                if (!opening.result.isDone()) {
                    throw failure(failed);
                }
            }
            result = opening.result;
            begunAt = opening.begunAt;
        }
        if (dropped != null) {
            dropped.drop();
        }
        T opened = await(result, first ? patienceMillis : 0, changefeed, begunAt);
        synchronized (openings) {
            openings.remove(changefeed);
        }
        return opened;
    }

    private T await(CompletableFuture<T> result, long millis, ChangefeedId changefeed, long begunAt) {
        try {
            return result.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "source and sink of changefeed " + changefeed + " are being opened since "
                            + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begunAt)
                            + " ms; they are asked for again",
                    e);
        } catch (ExecutionException e) {
            throw failure(result);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while a source was opened", e);
        }
    }

    private static MaintainerException failure(CompletableFuture<?> failed) {
        Throwable cause = failed.handle((opened, thrown) -> thrown).join();
        return cause instanceof MaintainerException known
                ? new MaintainerException(known.code(), String.valueOf(known.getMessage()), known)
                : new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "a source or a sink cannot be opened: " + cause + "; it is tried again",
                        cause);
    }

    /** Nobody wants what is being opened for a changefeed any more. */
    void forget(ChangefeedId changefeed) {
        Opening opening;
        synchronized (openings) {
            opening = openings.remove(changefeed);
        }
        if (opening != null) {
            opening.drop();
        }
    }

    /** Opens nothing any more, and closes what nobody has taken. */
    @Override
    public void close() {
        List<Opening> untaken;
        synchronized (openings) {
            closed = true;
            untaken = List.copyOf(openings.values());
            openings.clear();
        }
        untaken.forEach(Opening::drop);
    }
}
