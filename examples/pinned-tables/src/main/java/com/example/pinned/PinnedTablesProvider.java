package com.example.pinned;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.SortedMap;

/** Makes schedulers that keep tables where the settings pin them. */
public final class PinnedTablesProvider implements SchedulerProvider {
    /** For the service loader. */
    public PinnedTablesProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("pinned-tables")
                .builtFor(SpiLevel.of(4))
                .describedAs("keeps tables on the nodes that they are pinned to by name, and spreads the others")
                .with(Trait.BALANCES, Trait.DRAINS, Trait.RESTORES_CONSTRAINTS)
                .needs(SnapshotFeature.TABLE_NAMES)
                .accepts(
                        "pin.<schema>.<table>",
                        "the node of these tables; in both names * stands for any characters and ? for one, such as a"
                                + " dot; the most precise pin counts");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return new PinnedTablesScheduler(Pins.of(configuration));
    }
}
