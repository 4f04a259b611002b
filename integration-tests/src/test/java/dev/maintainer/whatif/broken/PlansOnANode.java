package dev.maintainer.whatif.broken;

import dev.maintainer.runtime.plugin.Deadline;

/** Questions that need a node. */
public record PlansOnANode(Deadline used) {}
