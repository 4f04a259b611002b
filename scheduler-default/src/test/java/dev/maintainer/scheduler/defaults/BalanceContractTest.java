package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.tck.SchedulerContract;
import dev.maintainer.scheduler.tck.Trait;
import java.util.EnumSet;
import java.util.Set;

class BalanceContractTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new BalanceSchedulerProvider();
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.BALANCES, Trait.DRAINS);
    }
}
