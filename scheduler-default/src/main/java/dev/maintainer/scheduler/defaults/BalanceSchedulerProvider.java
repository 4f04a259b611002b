package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.SortedMap;

/**
 * Provides the {@code balance} planner. Its only key is {@code batch-size}, the maximum number of decisions in one
 * plan.
 */
public final class BalanceSchedulerProvider implements SchedulerProvider {
    private static final SchedulerDescriptor DESCRIPTOR = SchedulerDescriptor.named("balance")
            .builtFor(SpiLevel.of(3))
            .describedAs(
                    "places absent spans on the least loaded nodes, then evens out and drains nodes with the fewest"
                            + " moves")
            .with(Trait.BALANCES, Trait.WEIGHS, Trait.DRAINS)
            .accepts(Settings.BATCH_SIZE, "most decisions in one plan, 1 or more; as the budget allows if absent");

    /** For {@link java.util.ServiceLoader}. */
    public BalanceSchedulerProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) throws MaintainerException {
        return new BalanceScheduler(Settings.parse(DESCRIPTOR.name(), configuration));
    }
}
