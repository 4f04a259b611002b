package dev.maintainer.connector.postgres.broken;

import dev.maintainer.core.MaintainerConfig;

/** A connector that knows a maintainer. */
public record CopiesInTheCore(MaintainerConfig used) {}
