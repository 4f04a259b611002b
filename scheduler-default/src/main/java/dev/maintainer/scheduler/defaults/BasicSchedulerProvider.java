package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.SortedMap;

/** Provides the {@code basic} planner. Its one key is {@code batch-size}: most decisions in one plan. */
public final class BasicSchedulerProvider implements SchedulerProvider {
    private static final SchedulerDescriptor DESCRIPTOR = SchedulerDescriptor.named("basic")
            .builtFor(SpiLevel.of(1))
            .describedAs("places absent spans on the nodes with the fewest spans being scheduled")
            .accepts(Settings.BATCH_SIZE, "most decisions in one plan, 1 or more; as the budget allows if absent");

    /** For {@link java.util.ServiceLoader}. */
    public BasicSchedulerProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) throws MaintainerException {
        return new BasicScheduler(Settings.parse(DESCRIPTOR.name(), configuration));
    }
}
