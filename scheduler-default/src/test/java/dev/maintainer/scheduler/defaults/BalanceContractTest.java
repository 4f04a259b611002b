package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;

class BalanceContractTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new BalanceSchedulerProvider();
    }
}
