package dev.maintainer.transport.grpc.frame;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all queues, or all unfinished messages, of a process may hold together. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ByteBudget {
    private volatile long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * A budget of which nothing is used.
     *
     * @param limit in bytes
     */
    public ByteBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Takes some of it.
     *
     * @param bytes how many, at least 0
     * @return whether there was enough; if not, nothing was taken
     */
    public boolean take(long bytes) {
        long now = used.get();
        while (bytes <= limit - now) {
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = used.get();
        }
        return false;
    }

    /**
     * Changes the limit. What was taken stays taken; if that is more than the new limit, nothing is given until enough is back.
     *
     * @param bytes the new limit
     */
    public void limit(long bytes) {
        limit = bytes;
    }

    /**
     * Gives back what was taken.
     *
     * @param bytes how many
     */
    public void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    /** {@return how many bytes are taken now} */
    public long used() {
        return used.get();
    }
}
