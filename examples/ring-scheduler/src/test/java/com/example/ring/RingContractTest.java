package com.example.ring;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;

/** All rules of the kit, as configured by default and as even as it can be. */
class RingContractTest {
    RingContractTest() {}

    @Nested
    class ByDefault implements SchedulerContract {
        ByDefault() {}

        @Override
        public SchedulerProvider provider() {
            return new RingSchedulerProvider();
        }

        /** Within 25 percent of their shares, which are up to 30 spans here; see the README. */
        @Override
        public int skewBound() {
            return 20;
        }
    }

    /** Without tolerance the planner keeps every rule as it stands. */
    @Nested
    class WithoutTolerance implements SchedulerContract {
        WithoutTolerance() {}

        @Override
        public SchedulerProvider provider() {
            return new RingSchedulerProvider();
        }

        @Override
        public SortedMap<String, String> configuration() {
            return new TreeMap<>(Map.of("node-tolerance-percent", "0"));
        }
    }
}
