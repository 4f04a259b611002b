/** The runnable node: command line, embedded cluster, change-log source and file sink. */
module dev.maintainer.node {
    requires transitive dev.maintainer.admin;
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.coordinator;
    requires transitive dev.maintainer.core;
    requires transitive dev.maintainer.cluster.distributed;
    requires transitive dev.maintainer.cluster.embedded;
    requires transitive dev.maintainer.connector.changelog;
    requires transitive dev.maintainer.connector.files;
    requires transitive dev.maintainer.membership;
    requires transitive dev.maintainer.operator;
    requires transitive dev.maintainer.replication;
    requires transitive dev.maintainer.runtime;
    requires transitive dev.maintainer.scheduler.spi;
    requires transitive dev.maintainer.whatif;
    requires static ch.qos.logback.classic;
    requires com.fasterxml.jackson.core;
    requires transitive com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.toml;
    requires info.picocli;
    requires java.net.http;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.node.run;
    exports dev.maintainer.node.server;

    opens dev.maintainer.node.cli to
            info.picocli;

    uses dev.maintainer.membership.store.StoreProvider;
    uses dev.maintainer.runtime.metrics.MetricsProvider;
    uses dev.maintainer.runtime.node.NetworkProvider;
    uses dev.maintainer.replication.SinkProvider;
    uses dev.maintainer.replication.SourceProvider;
}
