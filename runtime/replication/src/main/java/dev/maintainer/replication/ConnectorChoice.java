package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which source and which sink, as the configuration of a changefeed says: {@code source} and {@code sink} are addresses such as
 * {@code changelog:FILE} and {@code files:DIR}; settings that start with {@code source.} or {@code sink.} belong to them, without
 * that prefix.
 *
 * @param source names the source
 * @param sourceSettings of the source, by key
 * @param sink names the sink
 * @param sinkSettings of the sink, by key
 */
public record ConnectorChoice(
        ConnectorAddress source,
        SortedMap<String, String> sourceSettings,
        ConnectorAddress sink,
        SortedMap<String, String> sinkSettings) {
    private static final String SOURCE = "source";
    private static final String SINK = "sink";

    /**
     * Copies the maps.
     *
     * @param source names the source
     * @param sourceSettings of the source, by key
     * @param sink names the sink
     * @param sinkSettings of the sink, by key
     */
    public ConnectorChoice {
        sourceSettings = Collections.unmodifiableSortedMap(new TreeMap<>(sourceSettings));
        sinkSettings = Collections.unmodifiableSortedMap(new TreeMap<>(sinkSettings));
    }

    /**
     * Reads a configuration.
     *
     * @param configuration by key; what it has besides is ignored
     * @return what it says
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if an address is missing or is none
     */
    public static ConnectorChoice of(SortedMap<String, String> configuration) throws MaintainerException {
        return new ConnectorChoice(
                address(configuration, SOURCE),
                settings(configuration, SOURCE + "."),
                address(configuration, SINK),
                settings(configuration, SINK + "."));
    }

    /**
     * Opens the source.
     *
     * @param connectors finds it
     * @return an open source
     * @throws MaintainerException as {@link Connectors#openSource(ConnectorAddress, SortedMap)}
     */
    public Source openSource(Connectors connectors) throws MaintainerException {
        return openSource(connectors, SourceContext.WHOLE);
    }

    /**
     * Opens the source.
     *
     * @param connectors finds it
     * @param context what of it is needed
     * @return an open source
     * @throws MaintainerException as {@link Connectors#openSource(ConnectorAddress, SortedMap)}
     */
    public Source openSource(Connectors connectors, SourceContext context) throws MaintainerException {
        return connectors.openSource(source, sourceSettings, context);
    }

    /**
     * Opens the sink.
     *
     * @param connectors finds it
     * @param changefeed whose rows it takes
     * @param identity of the source
     * @return an open sink
     * @throws MaintainerException as {@link Connectors#openSink}
     */
    public Sink openSink(Connectors connectors, ChangefeedId changefeed, String identity) throws MaintainerException {
        return connectors.openSink(sink, sinkSettings, changefeed, identity);
    }

    private static ConnectorAddress address(SortedMap<String, String> configuration, String key) {
        String value = configuration.get(key);
        if (value == null || value.isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the changefeed has no setting '" + key + "'; name one, such as changelog:FILE or files:DIR");
        }
        return ConnectorAddress.parse(value, "setting '" + key + "'");
    }

    private static SortedMap<String, String> settings(SortedMap<String, String> configuration, String prefix) {
        SortedMap<String, String> settings = new TreeMap<>();
        configuration.tailMap(prefix).forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                settings.put(key.substring(prefix.length()), value);
            }
        });
        return settings;
    }
}
