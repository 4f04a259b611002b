/** What a source and a sink owe, and the streaming dispatcher that is written once over both. */
module dev.maintainer.replication {
    requires transitive dev.maintainer.api;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.replication.file;
}
