package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.WriteBound;
import java.util.concurrent.atomic.AtomicLong;

/** How far the dispatchers of a pipeline on this node may write: one value that all of them look at. */
final class Released implements WriteBound {
    private final AtomicLong ts;

    Released(long ts) {
        this.ts = new AtomicLong(ts);
    }

    /** Lets more be written; less changes nothing, and neither does "everything". Returns whether it is more. */
    boolean raise(long releasedTs) {
        return releasedTs < Long.MAX_VALUE && ts.getAndAccumulate(releasedTs, Math::max) < releasedTs;
    }

    @Override
    public long releasedTs() {
        return ts.get();
    }
}
