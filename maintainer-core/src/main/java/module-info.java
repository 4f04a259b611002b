/** The maintainer of a changefeed, and the host that runs the maintainers of a node. */
module dev.maintainer.core {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.operator;
    requires transitive dev.maintainer.scheduler.spi;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.maintainer.core;
    exports dev.maintainer.core.host;
    exports dev.maintainer.core.inspect;
    exports dev.maintainer.core.journal;
    exports dev.maintainer.core.scheduling.planner;
    exports dev.maintainer.core.scheduling.catalog;

    uses dev.maintainer.scheduler.spi.SchedulerProvider;
}
