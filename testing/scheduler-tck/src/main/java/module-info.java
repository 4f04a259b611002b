/** The conformance kit for scheduler plug-ins. */
module dev.maintainer.scheduler.tck {
    requires transitive dev.maintainer.scheduler.spi;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static transitive org.jspecify;

    exports dev.maintainer.scheduler.tck;

    uses dev.maintainer.scheduler.spi.SchedulerProvider;
}
