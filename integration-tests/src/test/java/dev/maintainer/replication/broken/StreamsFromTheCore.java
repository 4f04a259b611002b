package dev.maintainer.replication.broken;

import dev.maintainer.core.MaintainerConfig;

/** A dispatcher that knows its maintainer. */
public record StreamsFromTheCore(MaintainerConfig used) {}
