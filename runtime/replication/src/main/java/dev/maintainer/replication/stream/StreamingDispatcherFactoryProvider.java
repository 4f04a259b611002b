package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherFactoryProvider;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.replication.ConnectorChoice;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import java.util.SortedMap;

/**
 * Creates streaming dispatchers for any available source and sink, for applications that host nodes themselves.
 *
 * <p>Configuration: as {@link ConnectorChoice} reads it.
 */
public final class StreamingDispatcherFactoryProvider implements DispatcherFactoryProvider {
    /** Made by the service loader. */
    public StreamingDispatcherFactoryProvider() {}

    @Override
    public String name() {
        return "stream";
    }

    @Override
    public DispatcherFactory create(NodeContext node, ChangefeedId changefeed, SortedMap<String, String> configuration)
            throws MaintainerException {
        ConnectorChoice choice = ConnectorChoice.of(configuration);
        Connectors connectors = Connectors.load(StreamingDispatcherFactoryProvider.class.getClassLoader());
        Source source = choice.openSource(connectors);
        try {
            Sink sink = choice.openSink(connectors, changefeed, source.identity());
            return new StreamingDispatcherFactory(source, sink, null, new WrittenWork().of(node.node()), node);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }
}
