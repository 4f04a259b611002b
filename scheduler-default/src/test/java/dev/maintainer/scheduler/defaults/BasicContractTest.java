package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;

class BasicContractTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new BasicSchedulerProvider();
    }
}
