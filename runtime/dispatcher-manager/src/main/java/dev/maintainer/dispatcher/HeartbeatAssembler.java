package dev.maintainer.dispatcher;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what goes into heartbeats, and when: statuses that changed at once, the watermark periodically, the complete
 * list now and then, errors until they are over. One writer.
 */
final class HeartbeatAssembler {
    /** Content of one heartbeat; who it is for is the caller's business. */
    record Content(
            @Nullable Watermark watermark,
            List<DispatcherStatus> statuses,
            boolean complete,
            List<WorkerError> errors) {}

    /** Statuses per message, so that a storm of changes does not make one huge message. */
    static final int STATUS_LIMIT = 1024;

    private final WorkerConfig config;
    private final NodeWatermark watermark = new NodeWatermark();
    private final HostedStates states = new HostedStates();
    private final ErrorOutbox errors;
    private final Map<DispatcherId, DispatcherStatus> changed = new LinkedHashMap<>();
    private long heartbeatDueAt;
    private long completeDueAt;

    HeartbeatAssembler(WorkerConfig config, long nowMillis) {
        this.config = config;
        this.errors = new ErrorOutbox(config.errorResendMillis());
        this.heartbeatDueAt = nowMillis + config.heartbeatMillis();
        this.completeDueAt = nowMillis + config.completeStatusMillis();
    }

    ErrorOutbox errors() {
        return errors;
    }

    NodeWatermark watermark() {
        return watermark;
    }

    /** As of the last heartbeat. */
    HostedStates states() {
        return states;
    }

    void inserted(HostedDispatcher dispatcher) {
        watermark.inserted(dispatcher);
    }

    /** A status to report with the next flush. A later one of the same dispatcher replaces it. */
    void changed(DispatcherStatus status) {
        changed.put(status.dispatcher(), status);
    }

    /** What must go out now without waiting for a period: changed statuses and new errors. Costs what changed. */
    List<Content> flush(long nowMillis) {
        List<Content> out = new ArrayList<>();
        for (DispatcherStatus status : changed.values()) {
            if (status.checkpointTs() > 0) {
                watermark.include(status.checkpointTs());
            }
        }
        List<DispatcherStatus> statuses = List.copyOf(changed.values());
        changed.clear();
        for (int from = 0; from < statuses.size(); from += STATUS_LIMIT) {
            int to = Math.min(from + STATUS_LIMIT, statuses.size());
            out.add(new Content(watermark.current(), statuses.subList(from, to), false, takeErrors(nowMillis)));
        }
        if (errors.isDue(nowMillis)) {
            out.add(new Content(watermark.current(), List.of(), false, takeErrors(nowMillis)));
        }
        return out;
    }

    /**
     * What the passing of time asks for. Expects that {@link #flush} has just been called.
     *
     * @param unacknowledgedEnds the last words of what ended unasked, as far as the owner has not removed it: they are repeated, and
     *     the watermark does not pass them
     */
    List<Content> periodic(
            Collection<HostedDispatcher> dispatchers, Collection<DispatcherStatus> unacknowledgedEnds, long nowMillis) {
        if (nowMillis < heartbeatDueAt) {
            return List.of();
        }
        heartbeatDueAt = nowMillis + config.heartbeatMillis();
        watermark.recompute(dispatchers, states);
        boolean complete = nowMillis >= completeDueAt;
        List<DispatcherStatus> statuses = new ArrayList<>();
        for (DispatcherStatus last : unacknowledgedEnds) {
            // One that never began is in no watermark, and whoever still wants it repeats its create.
            if (last.checkpointTs() > 0) {
                watermark.include(last.checkpointTs());
                if (statuses.size() < STATUS_LIMIT) {
                    statuses.add(last);
                }
            }
        }
        if (complete) {
            completeDueAt = nowMillis + config.completeStatusMillis();
            for (HostedDispatcher dispatcher : dispatchers) {
                if (!dispatcher.isInitializing()) {
                    statuses.add(dispatcher.status());
                }
            }
        }
        return List.of(new Content(watermark.current(), statuses, complete, takeErrors(nowMillis)));
    }

    /** Somebody new listens, who has the snapshot instead of what changed before: the next period begins now. */
    void restart(Collection<HostedDispatcher> dispatchers, Predicate<DispatcherId> isHere, long nowMillis) {
        changed.clear();
        watermark.recompute(dispatchers, states);
        heartbeatDueAt = nowMillis;
        completeDueAt = nowMillis + config.completeStatusMillis();
        errors.restart(isHere);
    }

    private List<WorkerError> takeErrors(long nowMillis) {
        return errors.isDue(nowMillis) ? errors.take(nowMillis) : List.of();
    }
}
