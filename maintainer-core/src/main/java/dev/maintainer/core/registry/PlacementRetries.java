package dev.maintainer.core.registry;

import dev.maintainer.api.model.DispatcherId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Spans whose dispatchers fail again and again, because their source or their sink does. The first failures are made good at
 * once, as any failure is; then each waits longer before it is placed again. Without that, a full disk costs a plan and a write
 * for each answer. Costs what fails; a span that has run for a while is forgotten. On the maintainer's thread.
 */
public final class PlacementRetries {
    /** So often a span is placed again at once. */
    static final int AT_ONCE = 3;

    static final long FIRST_MILLIS = 250;
    static final long LONGEST_MILLIS = 15_000;
    /** Whoever has not failed for so long has got over it; longer than any wait, or nobody would wait longer and longer. */
    static final long FORGET_MILLIS = 60_000;

    private static final int MOST_DOUBLINGS = 10;

    private static final class Failing {
        private int times;
        private long lastAt;
        private boolean held;
    }

    private record Wait(DispatcherId dispatcher, long untilMillis) {}

    /** In the order of their last failures. */
    private final Map<DispatcherId, Failing> failing = new LinkedHashMap<>();

    private final PriorityQueue<Wait> waits =
            new PriorityQueue<>((one, other) -> Long.compare(one.untilMillis, other.untilMillis));

    /** The dispatcher of a span has ended unasked, or could not be created. */
    public void failed(DispatcherId dispatcher, long nowMillis) {
        Failing entry = failing.remove(dispatcher);
        if (entry == null || nowMillis - entry.lastAt >= FORGET_MILLIS) {
            entry = new Failing();
        }
        failing.put(dispatcher, entry);
        entry.times++;
        entry.lastAt = nowMillis;
        if (entry.times > AT_ONCE && !entry.held) {
            entry.held = true;
            waits.add(new Wait(dispatcher, nowMillis + waitMillis(entry.times)));
        }
    }

    private static long waitMillis(int times) {
        int doublings = Math.min(times - AT_ONCE - 1, MOST_DOUBLINGS);
        return Math.min(FIRST_MILLIS << doublings, LONGEST_MILLIS);
    }

    /** Whether a span is not to be placed yet. */
    public boolean isHeld(DispatcherId dispatcher) {
        Failing entry = failing.get(dispatcher);
        return entry != null && entry.held;
    }

    /** How many are not to be placed yet. */
    public int held() {
        return waits.size();
    }

    /** How often a span has failed lately, in a row; 0 if it has not. */
    public int failures(DispatcherId dispatcher) {
        Failing entry = failing.get(dispatcher);
        return entry == null ? 0 : entry.times;
    }

    /** Those whose wait is over, in its order; from now on they are not held. Costs them, and those that are forgotten. */
    public List<DispatcherId> expire(long nowMillis) {
        List<DispatcherId> due = new ArrayList<>();
        Wait first = waits.peek();
        while (first != null && first.untilMillis <= nowMillis) {
            waits.remove();
            Failing entry = failing.get(first.dispatcher);
            if (entry != null) {
                entry.held = false;
            }
            due.add(first.dispatcher);
            first = waits.peek();
        }
        Iterator<Failing> oldest = failing.values().iterator();
        while (oldest.hasNext() && nowMillis - oldest.next().lastAt >= FORGET_MILLIS) {
            oldest.remove();
        }
        return due;
    }
}
