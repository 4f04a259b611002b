package dev.maintainer.demo.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * How long it takes until a checkpoint has passed what was the end of the log. Positions and checkpoints are told to it as they are
 * seen. Used by one thread.
 */
final class LagWatch {
    private record Mark(long position, long millis) {}

    private final Deque<Mark> waiting = new ArrayDeque<>();
    private final List<Long> lags = new ArrayList<>();

    /** The log ends here now. */
    void end(long position, long millis) {
        if (waiting.isEmpty() || waiting.getLast().position() < position) {
            waiting.addLast(new Mark(position, millis));
        }
    }

    /** The checkpoint is here now. */
    void checkpoint(long position, long millis) {
        while (!waiting.isEmpty() && waiting.getFirst().position() <= position) {
            lags.add(millis - waiting.removeFirst().millis());
        }
    }

    /** {@return the lag in milliseconds that this share of all marks had at the most; 0 if there were none} */
    long quantile(double share) {
        if (lags.isEmpty()) {
            return 0;
        }
        List<Long> sorted = new ArrayList<>(lags);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }
}
