package dev.maintainer.connector.changelog.broken;

import dev.maintainer.core.MaintainerConfig;

/** A source that knows a maintainer. */
public record ReadsInTheCore(MaintainerConfig used) {}
