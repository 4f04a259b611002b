package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong right now: for each node what it last reported, and what the maintainer itself has found. Errors stay
 * until their source takes them back, so a lost status report loses none of them.
 */
final class ErrorBoard {
    private static final int SHOWN = 64;

    private final NodeId self;
    private final TreeMap<NodeId, List<WorkerError>> reported = new TreeMap<>();
    private final TreeMap<ErrorCode, String> own = new TreeMap<>();

    ErrorBoard(NodeId self) {
        this.self = self;
    }

    /** Replaces what a node reports. Returns whether that is news. */
    boolean report(NodeId node, List<WorkerError> errors) {
        List<WorkerError> before = errors.isEmpty() ? reported.remove(node) : reported.put(node, errors);
        return !errors.equals(before == null ? List.of() : before);
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
        reported.values().forEach(errors::addAll);
        return errors.size() <= SHOWN ? errors : errors.subList(0, SHOWN);
    }
}
