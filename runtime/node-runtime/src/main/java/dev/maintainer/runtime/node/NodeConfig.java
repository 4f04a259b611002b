package dev.maintainer.runtime.node;

import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.dispatcher.WorkerConfig;

/**
 * The configuration of a node.
 *
 * @param scheduler the name of the scheduler with which maintainers start
 * @param maintainer of the maintainers that it hosts
 * @param worker of its worker
 * @param tickMillis the time between two ticks, which handle whatever is overdue and renew the lease; at least 1
 * @param dispatcherThreads how many threads its dispatchers share; at least 1
 */
public record NodeConfig(
        String scheduler, MaintainerConfig maintainer, WorkerConfig worker, long tickMillis, int dispatcherThreads) {
    private static final long TICK_MILLIS = 50;
    private static final int DISPATCHER_THREADS = 2;

    /** Refuses numbers below 1. */
    public NodeConfig {
        if (tickMillis < 1 || dispatcherThreads < 1) {
            throw new IllegalArgumentException(
                    "a node needs ticks and threads: every " + tickMillis + " ms, " + dispatcherThreads + " threads");
        }
    }

    /** The default configuration, with this scheduler. */
    public static NodeConfig defaults(String scheduler) {
        return new NodeConfig(
                scheduler, MaintainerConfig.defaults(), WorkerConfig.defaults(), TICK_MILLIS, DISPATCHER_THREADS);
    }

    /** The same with maintainers of this configuration. */
    public NodeConfig withMaintainer(MaintainerConfig other) {
        return new NodeConfig(scheduler, other, worker, tickMillis, dispatcherThreads);
    }

    /** The same with a worker of this configuration. */
    public NodeConfig withWorker(WorkerConfig other) {
        return new NodeConfig(scheduler, maintainer, other, tickMillis, dispatcherThreads);
    }

    /** The same with this time between ticks; in milliseconds, at least 1. */
    public NodeConfig withTickMillis(long millis) {
        return new NodeConfig(scheduler, maintainer, worker, millis, dispatcherThreads);
    }

    /** The same with this number of threads for dispatchers; at least 1. */
    public NodeConfig withDispatcherThreads(int threads) {
        return new NodeConfig(scheduler, maintainer, worker, tickMillis, threads);
    }
}
