/** A node assembled from ports: event loops, planner threads, plug-ins, the coordinator's role, journal and replay. */
module dev.maintainer.runtime {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.coordinator;
    requires transitive dev.maintainer.core;
    requires transitive dev.maintainer.dispatcher;
    requires transitive dev.maintainer.scheduler.spi;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.runtime.coordination;
    exports dev.maintainer.runtime.journal;
    exports dev.maintainer.runtime.loop;
    exports dev.maintainer.runtime.metrics;
    exports dev.maintainer.runtime.node;
    exports dev.maintainer.runtime.peer;
    exports dev.maintainer.runtime.planner;
    exports dev.maintainer.runtime.plugin;
    exports dev.maintainer.runtime.process;
    exports dev.maintainer.runtime.tls;
}
