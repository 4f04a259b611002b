package dev.maintainer.node.run;

import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.core.BarrierPhase;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How long dispatchers wait at block events, over all owners: an event that outlives its owner goes on under the next one.
 * Its memory does not grow with the number of events. For one thread.
 */
final class BlockEventMeter {
    /** More events than this are not followed at once; then the earliest is left out. */
    static final int MOST_OPEN = 10_000;

    private static final class Open {
        private final long sinceMillis;
        private boolean executed;

        private Open(long sinceMillis) {
            this.sinceMillis = sinceMillis;
        }
    }

    /** So many of each length. */
    private static final class Lengths {
        private final TreeMap<Long, Long> counts = new TreeMap<>();
        private long all;

        void add(long millis) {
            long step = 1;
            while (millis / step >= 1_000) {
                step *= 10;
            }
            counts.merge(millis / step * step, 1L, Long::sum);
            all++;
        }

        BlockEventReport.Times times() {
            return new BlockEventReport.Times(at(0.5), at(0.99));
        }

        /** The least of them that is not exceeded by this part of all. */
        private long at(double part) {
            long rank = (long) Math.ceil(part * all);
            long length = 0;
            for (var each : counts.entrySet()) {
                if (rank <= 0) {
                    break;
                }
                rank -= each.getValue();
                length = each.getKey();
            }
            return length;
        }
    }

    private final TreeMap<BlockKey, Open> open = new TreeMap<>();
    private final Lengths waited = new Lengths();
    private final Lengths took = new Lengths();
    private long ddls;
    private long syncPoints;
    /** Events are executed in their order; null before the first. */
    private @Nullable BlockKey executed;

    /** An event has come to a phase under some owner. */
    void advanced(BlockKey event, BarrierPhase phase, long nowMillis) {
        switch (phase) {
            case COLLECTING, WRITING, REFUSED -> seen(event, nowMillis);
            case PASSING -> executed(event, nowMillis);
            case DONE -> over(event, nowMillis);
        }
    }

    private void seen(BlockKey event, long nowMillis) {
        BlockKey last = executed;
        if (last != null && event.compareTo(last) <= 0) {
            // A successor hears of it once more; whoever still waits there is counted already.
            return;
        }
        open.putIfAbsent(event, new Open(nowMillis));
        if (open.size() > MOST_OPEN) {
            open.pollFirstEntry();
        }
    }

    private void executed(BlockKey event, long nowMillis) {
        Open known = open.get(event);
        if (known == null || known.executed) {
            return;
        }
        known.executed = true;
        executed = executed == null || event.compareTo(executed) > 0 ? event : executed;
        ddls += event.kind() == BlockKind.DDL ? 1 : 0;
        syncPoints += event.kind() == BlockKind.SYNC_POINT ? 1 : 0;
        waited.add(nowMillis - known.sinceMillis);
    }

    private void over(BlockKey event, long nowMillis) {
        Open known = open.remove(event);
        if (known != null && known.executed) {
            took.add(nowMillis - known.sinceMillis);
        }
    }

    BlockEventReport report() {
        return new BlockEventReport(ddls, syncPoints, waited.times(), took.times());
    }
}
