package dev.maintainer.runtime.loop;

import dev.maintainer.runtime.process.OutOfMemory;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bounded queue, one thread, one handler: everything that belongs to a handler happens on its event loop, in order.
 * Offering never blocks; inputs that do not fit are dropped and counted. Whatever a handler throws, the loop goes on
 * with the next input: failures are counted, and logged once per kind.
 *
 * @param <I> inputs of the handler
 */
public final class EventLoop<I> {
    /** How many inputs may wait. */
    public static final int CAPACITY = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long SLOW_MILLIS = 100;
    private static final long LOG_EVERY_MILLIS = 10_000;

    /**
     * Handles one input.
     *
     * @param <I> inputs of the handler
     */
    @FunctionalInterface
    public interface Handler<I> {
        /** Called on the lane's thread only. */
        void handle(I input, long nowMillis);
    }

    /** What is done on the lane and is no input of its handler. */
    private record Work(Runnable action) {}

    private final String name;
    private final Handler<I> handler;
    private final BlockingQueue<Object> queue;
    private final Thread thread;
    private final AtomicLong dropped = new AtomicLong();
    private final Map<String, Long> slow = new TreeMap<>();
    private final Map<String, Long> failed = new TreeMap<>();
    private volatile boolean stopped;
    private volatile long movedAt = System.nanoTime();
    private long lastSlowLog = -LOG_EVERY_MILLIS;

    /** A lane of the usual capacity. */
    public EventLoop(String name, Handler<I> handler) {
        this(name, handler, CAPACITY);
    }

    /** A lane; it does nothing before {@link #start}. */
    public EventLoop(String name, Handler<I> handler, int capacity) {
        this.name = name;
        this.handler = handler;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts the thread. Called once. */
    public void start() {
        thread.start();
    }

    /** Puts an input at the end; false if it was dropped because the lane is full or stopped. */
    public boolean offer(I input) {
        if (!stopped && queue.offer(input)) {
            return true;
        }
        dropped.incrementAndGet();
        return false;
    }

    /** Puts an input at the end, for whoever tries again: one that does not fit is not counted as dropped. */
    public boolean offerQuietly(I input) {
        return stopped || queue.offer(input);
    }

    /** Has something else done on the lane's thread, after what waits already; false if there is no room. */
    public boolean execute(Runnable work) {
        return !stopped && queue.offer(new Work(work));
    }

    /** Puts an input before everything that waits, which is dropped: nothing of it counts any more. */
    public void preempt(I input) {
        do {
            dropped.addAndGet(queue.size());
            queue.clear();
        } while (!stopped && !queue.offer(input));
    }

    /** Stops at once. What waits is dropped. Does not wait for the input that is being handled. */
    public void stop() {
        stopped = true;
        queue.clear();
        thread.interrupt();
    }

    /** Waits until the thread has ended, at most {@code millis}; returns whether it has. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        if (thread == Thread.currentThread()) {
            return false;
        }
        thread.join(Math.max(1, millis));
        return !thread.isAlive();
    }

    /** How many inputs wait. */
    public int waiting() {
        return queue.size();
    }

    /** How long ago an input was handled to its end, in nanoseconds; counts from the making of the loop before the first. */
    public long idleNanos() {
        return System.nanoTime() - movedAt;
    }

    /** How many inputs were dropped. */
    public long dropped() {
        return dropped.get();
    }

    /** How many inputs took longer than 100 ms, by kind. */
    public Map<String, Long> slow() {
        synchronized (slow) {
            return new TreeMap<>(slow);
        }
    }

    /** How many inputs the handler failed on, by kind of input and of failure. */
    public Map<String, Long> failed() {
        synchronized (failed) {
            return new TreeMap<>(failed);
        }
    }

    private void run() {
        while (!stopped) {
            Object input;
            try {
                input = queue.take();
            } catch (InterruptedException e) {
                if (stopped) {
                    return;
                }
                continue;
            }
            if (stopped) {
                return;
            }
            handleTimed(input);
        }
    }

    @SuppressWarnings("unchecked")
    private void handleTimed(Object input) {
        long start = System.nanoTime();
        try {
            if (input instanceof Work work) {
                work.action().run();
            } else {
                handler.handle((I) input, TimeUnit.NANOSECONDS.toMillis(start));
            }
        } catch (RuntimeException | Error e) {
            OutOfMemory.check(e);
            // An Error too: a lane that ends takes its node down without anybody being told.
            if (!stopped) {
                noteFailure(input.getClass().getSimpleName(), e);
            }
        }
        long end = System.nanoTime();
        movedAt = end;
        long took = TimeUnit.NANOSECONDS.toMillis(end - start);
        if (took > SLOW_MILLIS) {
            synchronized (slow) {
                slow.merge(input.getClass().getSimpleName(), 1L, Long::sum);
            }
            long now = TimeUnit.NANOSECONDS.toMillis(start);
            if (now - lastSlowLog >= LOG_EVERY_MILLIS) {
                lastSlowLog = now;
                LOG.info("{}: {} took {} ms", name, input.getClass().getSimpleName(), took);
            }
        }
    }

    private void noteFailure(String input, Throwable cause) {
        String kind = input + " " + cause.getClass().getSimpleName();
        boolean first;
        synchronized (failed) {
            first = failed.merge(kind, 1L, Long::sum) == 1;
        }
        if (first) {
            LOG.error("{}: {} failed; further failures of this kind are only counted", name, input, cause);
        }
    }
}
