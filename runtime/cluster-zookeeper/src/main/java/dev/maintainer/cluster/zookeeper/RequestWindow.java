package dev.maintainer.cluster.zookeeper;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * How many operations may be under way: further ones wait, in order. Parts of a request that has begun go first, but no more
 * than some at once, so that a long one does not hold up all others.
 *
 * <p>Not thread-safe.
 */
final class RequestWindow {
    /** Operations that may be under way. */
    static final int MOST = 256;
    /** Parts of requests that have begun, which may be among them. */
    static final int MOST_PARTS = 32;

    private record Waiting(BooleanSupplier mayBegin, Runnable begin) {}

    private final Deque<Waiting> requests = new ArrayDeque<>();
    private final Deque<Runnable> parts = new ArrayDeque<>();
    private int underWay;
    private int partsUnderWay;

    /**
     * Adds a request.
     *
     * @param mayBegin whether it may begin now; while it may not, those behind it wait too
     * @param begin begins one operation or two
     */
    void request(BooleanSupplier mayBegin, Runnable begin) {
        requests.add(new Waiting(mayBegin, begin));
        advance();
    }

    /** Adds a part of a request that has begun, which is one operation; {@link #advance} begins it. */
    void part(Runnable begin) {
        parts.add(begin);
    }

    /** An operation begins. */
    void begun() {
        underWay++;
    }

    /** An operation has ended. */
    void ended() {
        underWay--;
    }

    /** A part has ended; its operation has, too. */
    void partEnded() {
        partsUnderWay--;
        ended();
    }

    /** Begins whatever may begin now. */
    void advance() {
        while (underWay < MOST && partsUnderWay < MOST_PARTS && !parts.isEmpty()) {
            partsUnderWay++;
            begun();
            parts.remove().run();
        }
        while (underWay + 1 < MOST
                && !requests.isEmpty()
                && requests.element().mayBegin().getAsBoolean()) {
            requests.remove().begin().run();
        }
    }

    /** Nothing will begin any more. */
    void clear() {
        requests.clear();
        parts.clear();
    }
}
