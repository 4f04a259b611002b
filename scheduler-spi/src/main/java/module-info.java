/** The planner contract that scheduler plug-ins implement, and the public plan checker. */
module dev.maintainer.scheduler.spi {
    requires transitive dev.maintainer.api;
    requires static transitive org.jspecify;

    exports dev.maintainer.scheduler.spi;
}
