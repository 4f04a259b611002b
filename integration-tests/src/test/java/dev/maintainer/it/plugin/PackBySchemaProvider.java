package dev.maintainer.it.plugin;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.SortedMap;

/** Provides {@code pack-by-schema}, which has no configuration. */
public final class PackBySchemaProvider implements SchedulerProvider {
    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("pack-by-schema")
                .builtFor(SpiLevel.of(2))
                .describedAs("keeps the tables of a schema on one node");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return new PackBySchema();
    }
}
