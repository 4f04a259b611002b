package dev.maintainer.scheduler.tck;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.SortedMap;

/** Provides the planner with the {@link Fault} that the configuration names, so that a forked process can make it. */
public final class PlannersWithFaults implements SchedulerProvider {
    static final String FAULT = "fault";

    /** For {@link java.util.ServiceLoader}. */
    public PlannersWithFaults() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return new SchedulerDescriptor("faulty", SchedulerDescriptor.CURRENT_LEVEL, "has one fault");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) throws MaintainerException {
        configuration.keySet().forEach(key -> {
            if (!key.equals(FAULT)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION, "unknown key 'scheduler.faulty." + key + "'");
            }
        });
        return Fault.valueOf(configuration.getOrDefault(FAULT, Fault.NONE.name()))
                .planner();
    }
}
