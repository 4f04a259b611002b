/** The admin interface of a running cluster: a Java API, and the same over loopback HTTP with a token. */
module dev.maintainer.admin {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.coordinator;
    requires transitive dev.maintainer.core;
    requires transitive dev.maintainer.operator;
    requires transitive dev.maintainer.runtime;
    requires transitive dev.maintainer.scheduler.spi;
    requires transitive dev.maintainer.whatif;
    requires com.fasterxml.jackson.core;
    requires transitive com.fasterxml.jackson.databind;
    requires java.net.http;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.util;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.admin;
    exports dev.maintainer.admin.cluster;
}
