package dev.maintainer.cluster.embedded.broken;

import dev.maintainer.admin.ClusterAdmin;

/** A cluster that knows who looks at it. */
public record AnswersTheAdminInterface(ClusterAdmin used) {}
