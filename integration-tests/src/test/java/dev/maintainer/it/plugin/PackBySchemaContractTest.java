package dev.maintainer.it.plugin;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;

class PackBySchemaContractTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new PackBySchemaProvider();
    }
}
