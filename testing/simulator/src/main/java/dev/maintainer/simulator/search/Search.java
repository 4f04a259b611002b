package dev.maintainer.simulator.search;

import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.Statistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs many worlds on some threads, and keeps the first violations. What it finds does not depend on the threads. */
public final class Search {
    /**
     * What came of a search.
     *
     * @param statistics of all worlds
     * @param violations in the order of their seeds, as many as were wanted at most
     * @param violated how many worlds had a violation
     * @param hash over the hashes of all worlds, whatever their order
     */
    public record Found(Statistics statistics, List<Outcome> violations, long violated, long hash) {
        /** Takes a copy of the violations. */
        public Found {
            violations = List.copyOf(violations);
        }
    }

    private final int threads;
    private final LongSupplier logLines;
    private final int mostViolations;
    private BooleanSupplier end = () -> false;

    /**
     * A search.
     *
     * @param threads at least 1
     * @param mostViolations after how many violations to stop
     * @param logLines how many log lines the calling thread has written so far; 0 always if nobody counts
     */
    public Search(int threads, int mostViolations, LongSupplier logLines) {
        this.threads = threads;
        this.logLines = logLines;
        this.mostViolations = mostViolations;
    }

    /** Stops before the next world if it says so; asked by all threads. */
    public Search until(BooleanSupplier end) {
        this.end = end;
        return this;
    }

    /**
     * Runs the worlds of some seeds.
     *
     * @param world makes the specification for a number from {@code from} to {@code from + count - 1}
     * @param progress hears of each outcome, on any of the threads, one at a time
     */
    public Found run(long from, long count, LongFunction<SimulationSpec> world, Consumer<Outcome> progress)
            throws InterruptedException {
        AtomicLong next = new AtomicLong(from);
        Gathered gathered = new Gathered(progress);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(
                    () -> gathered.guard(() -> {
                        for (long seed = next.getAndIncrement();
                                seed < from + count && !gathered.isEnough() && !end.getAsBoolean();
                                seed = next.getAndIncrement()) {
                            gathered.add(Simulation.run(world.apply(seed), logLines));
                        }
                    }),
                    "simulation-" + i);
            workers.add(worker);
            worker.start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return gathered.found();
    }

    private final class Gathered {
        private final Consumer<Outcome> progress;
        private final List<Outcome> violations = new ArrayList<>();
        private Statistics statistics = Statistics.NONE;
        private long hash;
        private @Nullable Throwable failure;

        Gathered(Consumer<Outcome> progress) {
            this.progress = progress;
        }

        /** A thread that fails must not look like one that found nothing. */
        void guard(Runnable worlds) {
            try {
                worlds.run();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        private synchronized void failed(Throwable cause) {
            failure = cause;
        }

        synchronized boolean isEnough() {
            return failure != null || violations.size() >= mostViolations;
        }

        synchronized void add(Outcome outcome) {
            statistics = statistics.plus(outcome.statistics());
            hash += outcome.hash();
            if (outcome.violation() != null) {
                violations.add(outcome);
            }
            progress.accept(outcome);
        }

        synchronized Found found() {
            if (failure != null) {
                throw new IllegalStateException("the search itself failed: " + failure, failure);
            }
            violations.sort(
                    Comparator.comparingLong((Outcome outcome) -> outcome.spec().seed())
                            .thenComparing(outcome -> outcome.spec().workload()));
            return new Found(statistics, violations, violations.size(), hash);
        }
    }
}
