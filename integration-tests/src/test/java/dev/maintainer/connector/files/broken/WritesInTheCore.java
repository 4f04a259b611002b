package dev.maintainer.connector.files.broken;

import dev.maintainer.core.MaintainerConfig;

/** A sink that knows a maintainer. */
public record WritesInTheCore(MaintainerConfig used) {}
