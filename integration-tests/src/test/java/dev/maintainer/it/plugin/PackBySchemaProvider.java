package dev.maintainer.it.plugin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.SortedMap;

/** Provides {@code pack-by-schema}, which has no configuration. */
public final class PackBySchemaProvider implements SchedulerProvider {
    @Override
    public SchedulerDescriptor descriptor() {
        return new SchedulerDescriptor(
                "pack-by-schema", SchedulerDescriptor.CURRENT_LEVEL, "keeps the tables of a schema on one node");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        if (!configuration.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "pack-by-schema has no keys, but got " + configuration.keySet() + "; remove them");
        }
        return new PackBySchema();
    }
}
