package dev.maintainer.node.server;

import dev.maintainer.runtime.node.NodeStatistics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Says whether the process moves: every thread on which everything depends has something to do at least once a second, and one
 * that has finished nothing for ten hangs. It depends on nothing but the process itself, since whoever asks starts it anew.
 */
final class HungThreads {
    static final long HUNG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private HungThreads() {}

    /**
     * What does not move any more; empty if all does.
     *
     * @param storeIdleNanos for how long the thread of the store has finished nothing: it renews the lease
     * @param node its event loops, and the timer that gives them their ticks
     * @param coordinatorIdleNanos the same of the coordinator; empty if this node does not lead
     */
    static Optional<String> find(long storeIdleNanos, NodeStatistics node, OptionalLong coordinatorIdleNanos) {
        SortedMap<String, Long> idle = new TreeMap<>();
        node.loops().forEach((name, loop) -> idle.put("the " + name + "'s thread", loop.idleNanos()));
        idle.put("the thread of the store", storeIdleNanos);
        coordinatorIdleNanos.ifPresent(nanos -> idle.put("the coordinator's thread", nanos));
        idle.values().removeIf(nanos -> nanos <= HUNG_NANOS);
        return idle.entrySet().stream()
                .findFirst()
                .map(first -> first.getKey() + " has not moved for "
                        + TimeUnit.NANOSECONDS.toSeconds(first.getValue()) + " s"
                        + (idle.size() == 1 ? "" : ", and " + (idle.size() - 1) + " others have not either"));
    }
}
