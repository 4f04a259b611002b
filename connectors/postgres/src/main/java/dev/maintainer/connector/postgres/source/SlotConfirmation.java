package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.reader.SlotReader;
import dev.maintainer.connector.postgres.store.EventStore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a source may forget: what is stored, and behind a durable checkpoint, since a store is a cache. The store forgets behind
 * the checkpoint, too. Thread-safe.
 */
final class SlotConfirmation {
    private final EventStore store;
    private final AtomicLong durableTs = new AtomicLong();
    private volatile @Nullable SlotReader reader;

    SlotConfirmation(EventStore store) {
        this.store = store;
    }

    /** The reader that is told; before it begins nobody is. */
    void begin(SlotReader present) {
        reader = present;
    }

    /** A checkpoint is durable; lower ones than before are ignored. */
    void durable(long checkpointTs) {
        store.truncateBelow(durableTs.accumulateAndGet(checkpointTs, Math::max));
        confirm();
    }

    /** {@return the last checkpoint that is known to be durable; 0 if none is} */
    long durableTs() {
        return durableTs.get();
    }

    /** Tells the reader. */
    void confirm() {
        SlotReader present = reader;
        long ts = Math.min(durableTs.get(), store.resolvedTs());
        if (present != null && ts > 0) {
            present.confirm(ts);
        }
    }
}
