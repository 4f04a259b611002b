package dev.maintainer.dispatcher;

import dev.maintainer.api.model.BlockStatus;
import java.util.List;

/** The DDLs of the trigger that the owner has not acknowledged: told at once and repeated until it does. */
final class BlockStatusOutbox {
    /**
     * A longer list goes out piecemeal: the owner acknowledges from the front, by commit time, so only DDLs with one
     * commit time make a message longer.
     */
    static final int MESSAGE_LIMIT = 1024;

    private final long resendMillis;
    private List<BlockStatus> outstanding = List.of();
    private long dueAt;

    BlockStatusOutbox(long resendMillis) {
        this.resendMillis = resendMillis;
    }

    /** Replaces the list by the latest one. */
    void replace(List<BlockStatus> latest, long nowMillis) {
        outstanding = latest;
        dueAt = nowMillis;
    }

    /** Forgets what is acknowledged, so that it is not repeated before the trigger says so itself. */
    void acknowledged(long commitTs) {
        outstanding = outstanding.stream()
                .filter(status -> status.commitTs() > commitTs)
                .toList();
    }

    void clear() {
        outstanding = List.of();
    }

    boolean isDue(long nowMillis) {
        return !outstanding.isEmpty() && nowMillis >= dueAt;
    }

    void makeDue(long nowMillis) {
        dueAt = nowMillis;
    }

    List<BlockStatus> take(long nowMillis) {
        dueAt = nowMillis + resendMillis;
        int end = Math.min(MESSAGE_LIMIT, outstanding.size());
        while (end > 0
                && end < outstanding.size()
                && outstanding.get(end).commitTs() == outstanding.get(end - 1).commitTs()) {
            end++;
        }
        return outstanding.subList(0, end);
    }
}
