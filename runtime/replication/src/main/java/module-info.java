/** What a source and a sink owe, and the streaming dispatcher that is written once over both. */
module dev.maintainer.replication {
    requires transitive dev.maintainer.api;
    requires transitive com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.core;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.maintainer.replication;
    exports dev.maintainer.replication.event;
    exports dev.maintainer.replication.file;
    exports dev.maintainer.replication.history;
    exports dev.maintainer.replication.json;
    exports dev.maintainer.replication.route;
    exports dev.maintainer.replication.state;
    exports dev.maintainer.replication.stream;

    provides dev.maintainer.api.dispatcher.DispatcherFactoryProvider with
            dev.maintainer.replication.stream.StreamingDispatcherFactoryProvider;

    uses dev.maintainer.replication.SourceProvider;
    uses dev.maintainer.replication.SinkProvider;
}
