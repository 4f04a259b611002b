package dev.maintainer.cluster.distributed;

import dev.maintainer.runtime.metrics.Durations;

/**
 * What a process has counted of its lease and its store, and how they are now.
 *
 * @param leaseRemainingNanos for how long this node may still write, in nanoseconds; 0 if it may not
 * @param leastRemainingNanos the least of the last one to two minutes; 0 before the first renewal
 * @param expirations how often the lease has run out while it was held
 * @param heldWrites how many writes were held, or not reported, because the lease was not held; each attempt counts
 * @param requests requests to the store, by kind ({@code read}, {@code write}, {@code renewal}) and outcome, with a blank between;
 *     goes on counting
 * @param idleNanos for how long the thread of the store has not moved
 */
public record ClusterStatistics(
        long leaseRemainingNanos,
        long leastRemainingNanos,
        long expirations,
        long heldWrites,
        Durations requests,
        long idleNanos) {}
