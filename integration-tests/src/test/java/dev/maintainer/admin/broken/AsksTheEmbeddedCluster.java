package dev.maintainer.admin.broken;

import dev.maintainer.cluster.embedded.EmbeddedCluster;

/** An interface to one kind of cluster. */
public record AsksTheEmbeddedCluster(EmbeddedCluster used) {}
