/** A cluster within one process: ports by hand-over, one clock and files, and the nodes and the coordinator on them. */
module dev.maintainer.cluster.embedded {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.coordinator;
    requires transitive dev.maintainer.core;
    requires dev.maintainer.dispatcher;
    requires transitive dev.maintainer.runtime;
    requires static transitive org.jspecify;

    exports dev.maintainer.cluster.embedded;
}
