/** What a scheduler would do with a cluster: a snapshot of it as a file, events, and plans that start nothing. */
module dev.maintainer.whatif {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.core;
    requires transitive dev.maintainer.scheduler.spi;
    requires com.fasterxml.jackson.core;
    requires transitive com.fasterxml.jackson.databind;
    requires org.apache.commons.compress;
    requires static transitive org.jspecify;

    exports dev.maintainer.whatif;
}
