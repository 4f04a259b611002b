package dev.maintainer.node.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** How long it takes from a commit upstream until the checkpoint covers it. For one thread. */
final class LagMeter {
    private record Commit(long ts, long atMillis) {}

    private final Deque<Commit> uncovered = new ArrayDeque<>();
    private final List<Long> lags = new ArrayList<>();

    /** Upstream has committed up to {@code ts}, a TSO that rises. */
    void committed(long ts, long nowMillis) {
        uncovered.add(new Commit(ts, nowMillis));
    }

    /** The checkpoint is at {@code checkpointTs}, a TSO. */
    void reached(long checkpointTs, long nowMillis) {
        for (Commit oldest = uncovered.peek();
                oldest != null && oldest.ts() <= checkpointTs;
                oldest = uncovered.peek()) {
            uncovered.remove();
            lags.add(nowMillis - oldest.atMillis());
        }
    }

    LagReport report() {
        List<Long> sorted = new ArrayList<>(lags);
        Collections.sort(sorted);
        return new LagReport(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    }

    /** The least of them that is not exceeded by this part of all. */
    private static long at(List<Long> sorted, double part) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.max(0, Math.ceil(part * sorted.size()) - 1));
    }
}
