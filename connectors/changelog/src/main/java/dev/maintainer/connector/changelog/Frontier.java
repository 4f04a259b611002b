package dev.maintainer.connector.changelog;

import java.util.concurrent.atomic.AtomicLong;

/** The position up to which upstream has committed, shared by all nodes of an embedded cluster. Thread-safe. */
public final class Frontier {
    private final AtomicLong resolvedTs;

    /** A frontier at {@code startTs}, a TSO. */
    public Frontier(long startTs) {
        this.resolvedTs = new AtomicLong(startTs);
    }

    /** Nothing will be committed at or before it any more; a TSO. Never decreases. */
    public long resolvedTs() {
        return resolvedTs.get();
    }

    /** Moves forward; an older value changes nothing. */
    public void advanceTo(long ts) {
        resolvedTs.accumulateAndGet(ts, Math::max);
    }
}
