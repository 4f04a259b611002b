package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.core.ReportedError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** @param since when each of the errors was reported first */
    private record Reported(Map<WorkerError, Long> since, long at) {
        List<WorkerError> errors() {
            return List.copyOf(since.keySet());
        }
    }

    /** An error of the maintainer itself, whose message may change while it lasts. */
    private record Own(String message, long since) {}

    private final NodeId self;
    private final TreeMap<NodeId, Reported> reported = new TreeMap<>();
    private final TreeMap<ErrorCode, Own> own = new TreeMap<>();

    private long nowMillis;

    ErrorBoard(NodeId self) {
        this.self = self;
    }

    /** Tells the time at which what follows is found. */
    void begin(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Takes what a node reports; an empty list says nothing. Returns whether it is news. */
    boolean report(NodeId node, List<WorkerError> errors, long nowMillis) {
        if (errors.isEmpty()) {
            return false;
        }
        Reported before = reported.get(node);
        Map<WorkerError, Long> since = new LinkedHashMap<>();
        for (WorkerError error : errors) {
            Long first = before == null ? null : before.since().get(error);
            since.put(error, first == null ? nowMillis : first);
        }
        reported.put(node, new Reported(since, nowMillis));
        return before == null || !before.errors().equals(List.copyOf(since.keySet()));
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
            Own before = own.get(code);
            own.put(code, new Own(message, before == null ? nowMillis : before.since()));
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
        own.forEach((code, each) -> errors.add(new WorkerError(self, code, each.message())));
        reported.values().forEach(each -> errors.addAll(each.since().keySet()));
        return errors.size() <= SHOWN ? errors : errors.subList(0, SHOWN);
    }

    /** What one node has reported; empty if nothing. */
    List<WorkerError> of(NodeId node) {
        Reported known = reported.get(node);
        return known == null ? List.of() : known.errors();
    }

    /** How many there are. */
    int size() {
        return own.size()
                + reported.values().stream()
                        .mapToInt(each -> each.since().size())
                        .sum();
    }

    /** The newest first, for people. */
    List<ReportedError> newest(int most) {
        List<ReportedError> all = new ArrayList<>();
        own.forEach((code, each) -> all.add(new ReportedError(self, code, each.message(), lasting(each.since()))));
        reported.values()
                .forEach(each -> each.since()
                        .forEach((error, since) -> all.add(
                                new ReportedError(error.node(), error.code(), error.message(), lasting(since)))));
        all.sort(Comparator.comparingLong(ReportedError::lastingMillis));
        return all.size() <= most ? all : all.subList(0, most);
    }

    private long lasting(long since) {
        return Math.max(0, nowMillis - since);
    }
}
