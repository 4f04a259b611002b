package dev.maintainer.dispatcher;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.WorkerError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong with a changefeed here: told at once and repeated while it lasts. Bounded, one per dispatcher. */
final class ErrorOutbox {
    static final int CAPACITY = 16;

    private final long resendMillis;
    private final Map<DispatcherId, WorkerError> errors = new LinkedHashMap<>();
    private long dueAt;

    ErrorOutbox(long resendMillis) {
        this.resendMillis = resendMillis;
    }

    /** Records an error; beyond the capacity new ones are dropped, the first ones tell what went wrong. */
    void record(DispatcherId dispatcher, WorkerError error, long nowMillis) {
        if (!errors.containsKey(dispatcher) && errors.size() >= CAPACITY) {
            return;
        }
        if (!error.equals(errors.put(dispatcher, error))) {
            dueAt = nowMillis;
        }
    }

    /** The dispatcher was created again, or is not wanted any more. */
    void over(DispatcherId dispatcher) {
        errors.remove(dispatcher);
    }

    boolean isDue(long nowMillis) {
        return !errors.isEmpty() && nowMillis >= dueAt;
    }

    /** The next call of {@link #isDue} says yes: somebody new listens. */
    void makeDue(long nowMillis) {
        dueAt = nowMillis;
    }

    List<WorkerError> take(long nowMillis) {
        dueAt = nowMillis + resendMillis;
        return errors.values().stream().distinct().toList();
    }
}
