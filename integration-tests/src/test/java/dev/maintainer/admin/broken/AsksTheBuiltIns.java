package dev.maintainer.admin.broken;

import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;

/** An interface that knows the built-in schedulers. */
public record AsksTheBuiltIns(BasicSchedulerProvider used) {}
