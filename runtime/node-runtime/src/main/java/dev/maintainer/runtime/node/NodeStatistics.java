package dev.maintainer.runtime.node;

import dev.maintainer.dispatcher.HostedState;
import dev.maintainer.dispatcher.WorkerCounters;
import dev.maintainer.runtime.metrics.Durations;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a node has counted, and how it is now. The counters go on counting; all of it may be read by any thread.
 *
 * @param loops its event loops and its timer, by their role: {@code maintainer}, {@code worker}, {@code timer}
 * @param worker what became of everything that the worker was told
 * @param dispatchers dispatchers on this node by state
 * @param planning how often planners were asked, and how that ended
 * @param stuckPlanners planner threads that have never returned
 */
public record NodeStatistics(
        SortedMap<String, Loop> loops,
        WorkerCounters worker,
        SortedMap<HostedState, Long> dispatchers,
        Durations planning,
        int stuckPlanners) {
    /**
     * A thread that handles inputs one after the other.
     *
     * @param waiting inputs that wait
     * @param dropped inputs that did not fit
     * @param slow inputs that took longer than 100 ms
     * @param failures inputs that failed
     * @param idleNanos how long ago one was handled to its end, in nanoseconds. Each of them has one at least every few
     *     seconds while the node runs
     */
    public record Loop(int waiting, long dropped, long slow, long failures, long idleNanos) {
        static long sum(Map<String, Long> counts) {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
