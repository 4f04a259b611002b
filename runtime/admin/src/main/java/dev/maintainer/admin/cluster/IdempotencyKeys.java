package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.ErrorCode;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers of requests that carry a key, so that a request which is sent again, because its answer was lost, is not executed
 * again. Kept in memory for {@link #KEPT}: the next leader does not have them. Thread-safe.
 */
final class IdempotencyKeys {
    static final Duration KEPT = Duration.ofMinutes(10);
    /** So many are kept; more are refused, since to forget one before its time would break its promise. */
    static final int MOST = 4_096;

    private record Key(String principal, String key) {}

    private record Entry(String fingerprint, CompletableFuture<ApiAnswer> answer, long since) {}

    /** Oldest first. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    private final LongSupplier nanoTime;

    IdempotencyKeys(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Executes a request, unless the same one was executed, or is being executed, under its key. */
    CompletableFuture<ApiAnswer> once(ApiRequest request, Supplier<CompletableFuture<ApiAnswer>> execution) {
        if (request.idempotencyKey() == null) {
            return execution.get();
        }
        Key key = new Key(request.principal(), request.idempotencyKey());
        Entry own = new Entry(request.fingerprint(), new CompletableFuture<>(), nanoTime.getAsLong());
        Entry former;
        synchronized (entries) {
            forgetOld();
            former = entries.get(key);
            if (former == null) {
                if (entries.size() >= MOST) {
                    return ClusterApi.answered(ApiAnswer.error(
                            ApiAnswer.TOO_MANY,
                            ErrorCode.REQUEST_REFUSED,
                            MOST + " requests with an Idempotency-Key came within " + KEPT.toMinutes()
                                    + " minutes, and more are not kept; send the request later, or without a key"));
                }
                entries.put(key, own);
            }
        }
        if (former != null) {
            return former.fingerprint().equals(own.fingerprint())
                    ? former.answer().thenApply(IdempotencyKeys::replayed)
                    : ClusterApi.answered(
                            ApiAnswer.error(
                                    ApiAnswer.REUSED_KEY,
                                    ErrorCode.BAD_INPUT,
                                    "this Idempotency-Key was sent with another request; choose a new key for every new request"));
        }
        execute(key, own, execution);
        return own.answer();
    }

    private void execute(Key key, Entry own, Supplier<CompletableFuture<ApiAnswer>> execution) {
        CompletableFuture<ApiAnswer> answer;
        try {
            answer = execution.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<ApiAnswer> unused = answer.whenComplete((known, failure) -> {
            // What was refused for the moment may be tried again under the same key.
            if (known == null || known.status() >= ApiAnswer.TOO_MANY) {
                synchronized (entries) {
                    entries.remove(key, own);
                }
            }
            if (known != null) {
                own.answer().complete(known);
            } else {
                own.answer().completeExceptionally(failure);
            }
        });
    }

    private void forgetOld() {
        long oldest = nanoTime.getAsLong() - KEPT.toNanos();
        Iterator<Entry> all = entries.values().iterator();
        while (all.hasNext() && all.next().since() - oldest < 0) {
            all.remove();
        }
    }

    private static ApiAnswer replayed(ApiAnswer answer) {
        ApiAnswer copy = new ApiAnswer(answer.status(), answer.body().deepCopy());
        copy.body().put("replayed", true);
        return copy;
    }
}
