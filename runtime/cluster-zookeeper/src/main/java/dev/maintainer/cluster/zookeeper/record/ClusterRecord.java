package dev.maintainer.cluster.zookeeper.record;

/**
 * Which cluster a store belongs to.
 *
 * @param name as people chose it
 * @param id random; another one means another cluster, whatever its name is
 * @param generation how often the store was restored from a backup, as far as somebody has said so; 0 at first
 */
public record ClusterRecord(String name, String id, long generation) {}
