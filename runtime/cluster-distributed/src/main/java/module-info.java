/** The ports of one node of a cluster of processes: membership, election and metadata over a shared store. */
module dev.maintainer.cluster.distributed {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.membership;
    requires transitive dev.maintainer.runtime;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.maintainer.cluster.distributed;
}
