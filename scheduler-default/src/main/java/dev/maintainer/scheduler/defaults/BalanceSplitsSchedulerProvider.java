package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.SortedMap;

/**
 * Provides the {@code balance-splits} planner: {@code balance}, which also splits tables with too much load for one
 * node.
 */
public final class BalanceSplitsSchedulerProvider implements SchedulerProvider {
    private static final SchedulerDescriptor DESCRIPTOR = SchedulerDescriptor.named("balance-splits")
            .builtFor(SpiLevel.of(3))
            .describedAs("as balance, and splits spans that are too much work, spreads the parts, merges them when they"
                    + " are little work, and evens out the work of nodes")
            .with(Trait.BALANCES, Trait.WEIGHS, Trait.DRAINS, Trait.SPLITS)
            .needs(SnapshotFeature.SPAN_LOAD)
            .accepts(Settings.BATCH_SIZE, "most decisions in one plan, 1 or more; as the budget allows if absent")
            .accepts(
                    SplitSettings.SPLIT_BYTES,
                    "a span with more bytes per second is split, parts with less than half of it are merged; 0, the"
                            + " default, leaves spans as they are")
            .accepts(SplitSettings.MAX_PARTS, "most parts that one split makes, 2 or more; 16 if absent")
            .accepts(
                    SplitSettings.EVEN_BYTES,
                    "nodes are evened out by their work when they differ by this many bytes per second; 0 leaves them as"
                            + " they are; a quarter of split-bytes-per-second if absent");

    /** For {@link java.util.ServiceLoader}. */
    public BalanceSplitsSchedulerProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) throws MaintainerException {
        return new BalanceSplitsScheduler(SplitSettings.parse(DESCRIPTOR.name(), configuration));
    }
}
