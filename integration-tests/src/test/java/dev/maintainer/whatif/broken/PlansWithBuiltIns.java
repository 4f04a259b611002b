package dev.maintainer.whatif.broken;

import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;

/** Questions that know the built-in schedulers. */
public record PlansWithBuiltIns(BasicSchedulerProvider used) {}
