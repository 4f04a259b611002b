/** The change log as a source. */
module dev.maintainer.connector.changelog {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.replication;
    requires com.google.common;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.connector.changelog;

    provides dev.maintainer.replication.SourceProvider with
            dev.maintainer.connector.changelog.ChangeLogSourceProvider;
}
