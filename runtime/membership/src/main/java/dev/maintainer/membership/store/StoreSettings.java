package dev.maintainer.membership.store;

import java.time.Duration;

/**
 * Where a store is, and which part of it belongs to a cluster.
 *
 * @param connect the servers, as {@code HOST:PORT}, separated by commas
 * @param root an absolute path, such as {@code /maintainer}, below which everything of the cluster is
 * @param cluster the name of the cluster
 * @param session how long the store may wait for a silent process before it ends its session
 */
public record StoreSettings(String connect, String root, String cluster, Duration session) {}
