package dev.maintainer.cluster.distributed.broken;

import dev.maintainer.cluster.embedded.EmbeddedCluster;

/** Ports of one of many processes that know those of one process. */
public record KnowsTheEmbeddedCluster(EmbeddedCluster used) {}
