package dev.maintainer.connector.files.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets several processes take their steps one at a time, in an order that follows from a seed. Some stand still for long, as
 * processes do.
 */
final class Interleaving {
    private static final int LONGEST_RUN = 12;
    private static final long BOUND_SECONDS = 20;

    /** What a process does; it calls {@link Turns#take} before each step that others can see. */
    interface Script {
        void run() throws Exception;
    }

    /** The turns of one process. */
    final class Turns {
        private final String name;
        private final Semaphore granted = new Semaphore(0);
        private boolean ended;

        private Turns(String name) {
            this.name = name;
        }

        /** Waits for the next step. */
        void take() {
            back.release();
            await(granted, "the next step of " + name);
        }
    }

    private final SplittableRandom random;
    private final Semaphore back = new Semaphore(0);
    private final List<Turns> all = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Throwable failure;

    Interleaving(SplittableRandom random) {
        this.random = random;
    }

    Turns add(String name) {
        Turns turns = new Turns(name);
        all.add(turns);
        return turns;
    }

    /** To be called once for each of those added, in their order. */
    void start(Turns turns, Script process) {
        Thread thread = new Thread(
                () -> {
                    await(turns.granted, "the first step of " + turns.name);
                    try {
                        process.run();
                    } catch (Throwable e) {
                        failure = e;
                    } finally {
                        turns.ended = true;
                        back.release();
                    }
                },
                turns.name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    /** Runs all to their ends. */
    void run() throws Throwable {
        List<Turns> left = new ArrayList<>(all);
        while (!left.isEmpty()) {
            Turns next = left.get(random.nextInt(left.size()));
            for (int steps = 1 + random.nextInt(LONGEST_RUN); steps > 0 && !next.ended; steps--) {
                next.granted.release();
                await(back, "a step of " + next.name);
            }
            if (next.ended) {
                left.remove(next);
            }
        }
        Throwable failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    private static void await(Semaphore semaphore, String what) {
        try {
            if (!semaphore.tryAcquire(BOUND_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited " + BOUND_SECONDS + " s for " + what);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while it waited for " + what, e);
        }
    }
}
