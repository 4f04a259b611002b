package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.SortedMap;
import java.util.TreeMap;

/** Provides the {@code basic} planner. Its keys are {@code batch-size} and {@code group-limit}. */
public final class BasicSchedulerProvider implements SchedulerProvider {
    private static final String GROUP_LIMIT = "group-limit";
    private static final SchedulerDescriptor DESCRIPTOR = SchedulerDescriptor.named("basic")
            .builtFor(SpiLevel.of(1))
            .describedAs("places absent spans on the nodes with the fewest spans being scheduled")
            .accepts(Settings.BATCH_SIZE, "most decisions in one plan, 1 or more; as the budget allows if absent")
            .accepts(
                    GROUP_LIMIT,
                    "most spans of one split table that may be under way to a node, 1 or more; no limit if absent");

    /** For {@link java.util.ServiceLoader}. */
    public BasicSchedulerProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) throws MaintainerException {
        SortedMap<String, String> rest = new TreeMap<>(configuration);
        String limit = rest.remove(GROUP_LIMIT);
        return new BasicScheduler(
                Settings.parse(DESCRIPTOR.name(), rest),
                limit == null
                        ? Integer.MAX_VALUE
                        : (int) Settings.number(DESCRIPTOR.name(), GROUP_LIMIT, limit, 1, Integer.MAX_VALUE));
    }
}
