package dev.maintainer.runtime.broken;

import dev.maintainer.admin.ClusterAdmin;

/** A node that knows who looks at it. */
public record OffersTheAdminInterface(ClusterAdmin used) {}
