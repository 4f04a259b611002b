package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.SortedMap;

/** Provides a good planner, whatever is in the configuration. */
public final class CarelessProvider implements SchedulerProvider {
    /** For {@link java.util.ServiceLoader}. */
    public CarelessProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return new SchedulerDescriptor("careless", SchedulerDescriptor.CURRENT_LEVEL, "takes any configuration");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return Fault.NONE.planner();
    }
}
