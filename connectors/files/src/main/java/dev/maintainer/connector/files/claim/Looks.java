package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Looks at something on behalf of many threads, each of which needs a look that began after it asked. Those who ask while one
 * is under way share the next. Thread-safe.
 */
final class Looks {
    /** What is done by a look. */
    interface Look {
        void take() throws IOException;
    }

    private final ReentrantLock turn = new ReentrantLock();
    private final AtomicLong begun = new AtomicLong();
    private final Look look;
    /** The last look that came to its end. Guarded by {@link #turn}. */
    private long done;

    Looks(Look look) {
        this.look = look;
    }

    /** Returns after a look that has begun after this call. */
    void since() throws IOException {
        long wanted = begun.get() + 1;
        turn.lock();
        try {
            if (done < wanted) {
                long number = begun.incrementAndGet();
                look.take();
                done = number;
            }
        } finally {
            turn.unlock();
        }
    }
}
