package com.example.ring;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;

class RingContractTest implements SchedulerContract {
    RingContractTest() {}

    @Override
    public SchedulerProvider provider() {
        return new RingSchedulerProvider();
    }
}
