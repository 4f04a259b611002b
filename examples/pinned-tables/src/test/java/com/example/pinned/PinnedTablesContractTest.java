package com.example.pinned;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** All rules of the kit, with pins for the tables and nodes that R30 and R31 know. */
class PinnedTablesContractTest implements SchedulerContract {
    PinnedTablesContractTest() {}

    @Override
    public SchedulerProvider provider() {
        return new PinnedTablesProvider();
    }

    @Override
    public SortedMap<String, String> configuration() {
        return new TreeMap<>(Map.of("pin.kit.t1", "kit-a", "pin.kit.t1?", "kit-b", "pin.k*.*5", "kit-c"));
    }
}
