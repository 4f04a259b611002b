/** The file sink, its redo log, and restoring from it. */
module dev.maintainer.connector.files {
    requires transitive dev.maintainer.api;
    requires transitive dev.maintainer.replication;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.connector.files;

    provides dev.maintainer.replication.SinkProvider with
            dev.maintainer.connector.files.FileSinkProvider;
}
