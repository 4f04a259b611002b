import dev.maintainer.scheduler.defaults.BalanceSchedulerProvider;
import dev.maintainer.scheduler.defaults.BalanceSplitsSchedulerProvider;
import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;
import dev.maintainer.scheduler.spi.SchedulerProvider;

/** The built-in planners. */
module dev.maintainer.scheduler.defaults {
    requires transitive dev.maintainer.scheduler.spi;
    requires static transitive org.jspecify;

    exports dev.maintainer.scheduler.defaults;

    provides SchedulerProvider with
            BasicSchedulerProvider,
            BalanceSchedulerProvider,
            BalanceSplitsSchedulerProvider;
}
