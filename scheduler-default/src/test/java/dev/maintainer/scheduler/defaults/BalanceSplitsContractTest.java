package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

class BalanceSplitsContractTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new BalanceSplitsSchedulerProvider();
    }

    /** With splitting on. */
    @Override
    public SortedMap<String, String> configuration() {
        return new TreeMap<>(Map.of("split-bytes-per-second", "1000"));
    }

    @Override
    public double hotBytesPerSecond() {
        return 1_000;
    }

    /** It looks at the work of every running span. */
    @Override
    public int readLimit() {
        return Integer.MAX_VALUE;
    }
}
