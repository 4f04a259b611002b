/** The conformance kits of sources and sinks, as tests that a connector inherits. */
module dev.maintainer.connector.tck {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.replication;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.maintainer.connector.tck;
}
