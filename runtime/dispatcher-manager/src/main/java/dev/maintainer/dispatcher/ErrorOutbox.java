package dev.maintainer.dispatcher;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.WorkerError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What is wrong with a changefeed here: told at once and repeated while it lasts. Bounded, one per dispatcher. The
 * error of a dispatcher that has gone is history: it is repeated a few times, because a report can be lost, and then
 * dropped.
 */
final class ErrorOutbox {
    static final int CAPACITY = 16;
    /** How often the error of a dispatcher that is not here is told. */
    static final int TELLINGS_OF_THE_GONE = 3;

    private static final int WHILE_IT_LASTS = Integer.MAX_VALUE;
    private static final long NOW = Long.MIN_VALUE;

    private record Entry(WorkerError error, int tellings) {}

    private final long resendMillis;
    private final Map<DispatcherId, Entry> errors = new LinkedHashMap<>();
    private long dueAt;

    ErrorOutbox(long resendMillis) {
        this.resendMillis = resendMillis;
    }

    /** Records an error; beyond the capacity new ones are dropped, the first ones tell what went wrong. */
    void record(DispatcherId dispatcher, WorkerError error) {
        Entry held = errors.get(dispatcher);
        if (held == null && errors.size() >= CAPACITY) {
            return;
        }
        if (held == null || !held.error().equals(error)) {
            errors.put(dispatcher, new Entry(error, WHILE_IT_LASTS));
            dueAt = NOW;
        }
    }

    /** The dispatcher was created again, or is not wanted any more. */
    void over(DispatcherId dispatcher) {
        errors.remove(dispatcher);
    }

    /** The dispatcher is not here, or not any more: its error will not last. */
    void gone(DispatcherId dispatcher) {
        errors.computeIfPresent(
                dispatcher, (id, entry) -> new Entry(entry.error(), Math.min(entry.tellings(), TELLINGS_OF_THE_GONE)));
    }

    /** Somebody new listens, who is told only what is still true, and at once. */
    void restart(Predicate<DispatcherId> isHere) {
        errors.keySet().removeIf(isHere.negate());
        dueAt = NOW;
    }

    boolean isDue(long nowMillis) {
        return !errors.isEmpty() && nowMillis >= dueAt;
    }

    List<WorkerError> take(long nowMillis) {
        dueAt = nowMillis + resendMillis;
        List<WorkerError> told =
                errors.values().stream().map(Entry::error).distinct().toList();
        errors.replaceAll((dispatcher, entry) ->
                entry.tellings() == WHILE_IT_LASTS ? entry : new Entry(entry.error(), entry.tellings() - 1));
        errors.values().removeIf(entry -> entry.tellings() <= 0);
        return told;
    }
}
