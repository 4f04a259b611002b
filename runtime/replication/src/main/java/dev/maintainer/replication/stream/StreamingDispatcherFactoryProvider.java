package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherFactoryProvider;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Creates streaming dispatchers for any available source and sink, for applications that host nodes themselves.
 *
 * <p>Configuration: {@code source} and {@code sink}, addresses such as {@code changelog:FILE} and {@code files:DIR};
 * settings that start with {@code source.} or {@code sink.} belong to them, without that prefix.
 */
public final class StreamingDispatcherFactoryProvider implements DispatcherFactoryProvider {
    private static final String SOURCE = "source";
    private static final String SINK = "sink";

    /** Made by the service loader. */
    public StreamingDispatcherFactoryProvider() {}

    @Override
    public String name() {
        return "stream";
    }

    @Override
    public DispatcherFactory create(NodeContext node, ChangefeedId changefeed, SortedMap<String, String> configuration)
            throws MaintainerException {
        ConnectorAddress from = required(configuration, SOURCE);
        ConnectorAddress to = required(configuration, SINK);
        Connectors connectors = Connectors.load(StreamingDispatcherFactoryProvider.class.getClassLoader());
        Source source = connectors.openSource(from, settings(configuration, SOURCE));
        try {
            Sink sink = connectors.openSink(to, settings(configuration, SINK), changefeed, source.identity());
            return new StreamingDispatcherFactory(source, sink, null, new WrittenWork().of(node.node()), node);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static ConnectorAddress required(SortedMap<String, String> configuration, String key) {
        String value = configuration.get(key);
        if (value == null || value.isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "streaming dispatchers need the setting '" + key + "'");
        }
        return ConnectorAddress.parse(value, "setting '" + key + "'");
    }

    private static SortedMap<String, String> settings(SortedMap<String, String> configuration, String of) {
        SortedMap<String, String> settings = new TreeMap<>();
        configuration.tailMap(of + ".").forEach((key, value) -> {
            if (key.startsWith(of + ".")) {
                settings.put(key.substring(of.length() + 1), value);
            }
        });
        return settings;
    }
}
