/** The worker: hosts the dispatchers of a node and keeps the worker contract towards maintainers. */
module dev.maintainer.dispatcher {
    requires transitive dev.maintainer.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.maintainer.dispatcher;
}
