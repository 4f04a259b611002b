package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong right now: for each node what it last reported, and what the maintainer itself has found. Workers repeat
 * an error while it lasts, so one that is not repeated any more is over; a lost status report loses none of them.
 */
final class ErrorBoard {
    private static final int SHOWN = 64;
    /** Workers repeat errors every five seconds; two lost repetitions do not end an error. */
    private static final long LASTING_MILLIS = 16_000;

    private record Reported(List<WorkerError> errors, long at) {}

    private final NodeId self;
    private final TreeMap<NodeId, Reported> reported = new TreeMap<>();
    private final TreeMap<ErrorCode, String> own = new TreeMap<>();

    ErrorBoard(NodeId self) {
        this.self = self;
    }

    /** Takes what a node reports; an empty list says nothing. Returns whether it is news. */
    boolean report(NodeId node, List<WorkerError> errors, long nowMillis) {
        if (errors.isEmpty()) {
            return false;
        }
        Reported before = reported.put(node, new Reported(errors, nowMillis));
        return before == null || !before.errors().equals(errors);
    }

    /** Drops what has not been repeated. */
    void expire(long nowMillis) {
        reported.values().removeIf(each -> nowMillis - each.at() >= LASTING_MILLIS);
    }

    /** Sets or, with null, clears an error of the maintainer itself. */
    void own(ErrorCode code, @Nullable String message) {
        if (message == null) {
            own.remove(code);
        } else {
            own.put(code, message);
        }
    }

    void forget(NodeId node) {
        reported.remove(node);
    }

    List<WorkerError> all() {
        if (own.isEmpty() && reported.isEmpty()) {
            return List.of();
        }
        List<WorkerError> errors = new ArrayList<>();
        own.forEach((code, message) -> errors.add(new WorkerError(self, code, message)));
        reported.values().forEach(each -> errors.addAll(each.errors()));
        return errors.size() <= SHOWN ? errors : errors.subList(0, SHOWN);
    }
}
