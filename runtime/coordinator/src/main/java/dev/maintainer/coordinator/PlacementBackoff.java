package dev.maintainer.coordinator;

import dev.maintainer.api.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * When a changefeed is placed again that hosts did not take. Each attempt costs an epoch, and so a write that is durable: one that
 * can be taken by nobody must not be tried as fast as it is refused. The first refusal is one that is met now and then, as of an
 * epoch that is over on its host, and costs no time.
 */
final class PlacementBackoff {
    private static final long FIRST_MILLIS = 1_000;
    private static final long MOST_MILLIS = 60_000;
    private static final int MOST_DOUBLINGS = 6;

    private int refusals;
    private @Nullable NodeId node;
    private long untilMillis;

    /** A host has refused it, or has ended at once what it was to run. */
    void refused(NodeId by, long nowMillis) {
        refusals++;
        node = by;
        untilMillis = nowMillis + pauseMillis();
    }

    /** It runs, or people want something else of it, or there are other hosts. */
    void reset() {
        refusals = 0;
        node = null;
        untilMillis = 0;
    }

    boolean isWaiting(long nowMillis) {
        return node != null && nowMillis < untilMillis;
    }

    /** {@return what it waits for, for people; null if it has not been refused more than once} */
    @Nullable
    String waitsFor() {
        return refusals < 2
                ? null
                : "a host that takes it: " + refusals
                        + " times it was refused, or ended at once, the last time by node " + node
                        + "; it is placed again " + pauseMillis() / FIRST_MILLIS + " s after that";
    }

    private long pauseMillis() {
        return refusals < 2 ? 0 : Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(refusals - 2, MOST_DOUBLINGS));
    }
}
