package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SpiLevel;

/**
 * A scheduler that can be used.
 *
 * @param level the level of the contract that it runs at
 * @param origin its class, and the jar, directory or module that the class is from
 */
public record CatalogEntry(SchedulerDescriptor descriptor, SpiLevel level, String origin) {
    @Override
    public String toString() {
        return "'" + descriptor.name() + "' (" + origin + ")";
    }
}
