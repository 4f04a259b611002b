package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The available sources and sinks, by scheme. Immutable. */
public final class Connectors {
    private final SortedMap<String, SourceProvider> sources;
    private final SortedMap<String, SinkProvider> sinks;

    private Connectors(SortedMap<String, SourceProvider> sources, SortedMap<String, SinkProvider> sinks) {
        this.sources = sources;
        this.sinks = sinks;
    }

    /**
     * Finds all providers.
     *
     * @param loader where to look for them
     * @return the connectors found
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if one is broken, or two have one scheme
     */
    public static Connectors load(ClassLoader loader) throws MaintainerException {
        return new Connectors(
                byScheme(SourceProvider.class, SourceProvider::scheme, loader),
                byScheme(SinkProvider.class, SinkProvider::scheme, loader));
    }

    private static <P> SortedMap<String, P> byScheme(Class<P> type, Function<P, String> scheme, ClassLoader loader) {
        SortedMap<String, P> found = new TreeMap<>();
        try {
            for (P provider : ServiceLoader.load(type, loader)) {
                String name = schemeOf(provider, scheme);
                P other = found.putIfAbsent(name, provider);
                if (other != null) {
                    throw new MaintainerException(
                            ErrorCode.BAD_CONFIGURATION,
                            "scheme '" + name + "' is offered by " + described(other) + " and by " + described(provider)
                                    + "; keep one of them");
                }
            }
        } catch (ServiceConfigurationError e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "a " + type.getSimpleName() + " cannot be loaded: " + Printable.line(String.valueOf(e.getMessage()))
                            + (e.getCause() == null ? "" : ": " + Printable.line(String.valueOf(e.getCause())))
                            + "; mend its jar, or remove it",
                    e);
        }
        return found;
    }

    private static <P> String schemeOf(P provider, Function<P, String> scheme) {
        String name;
        try {
            name = scheme.apply(provider);
        } catch (RuntimeException | LinkageError e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    described(provider) + " cannot say its scheme: " + Printable.line(e.toString()) + "; mend its jar",
                    e);
        }
        if (!ConnectorAddress.isScheme(name)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "'" + Printable.line(String.valueOf(name)) + "', which " + described(provider)
                            + " offers, is no scheme; two or more of a-z 0-9 + . -, the first one a letter");
        }
        return name;
    }

    /** The class, and the jar that it comes from, if it is known. */
    private static String described(Object provider) {
        CodeSource from = provider.getClass().getProtectionDomain().getCodeSource();
        URL place = from == null ? null : from.getLocation();
        return provider.getClass().getName() + (place == null ? "" : " (" + Printable.line(place.getPath()) + ")");
    }

    /**
     * Opens a source.
     *
     * @param address names it
     * @param settings what people have set beside it, by key
     * @return an open source
     * @throws MaintainerException if there is none, it is refused, or the connector fails
     */
    public Source openSource(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException {
        return openSource(address, settings, SourceContext.WHOLE);
    }

    /**
     * Opens a source of which perhaps not everything is needed.
     *
     * @param address names it
     * @param settings what people have set beside it, by key
     * @param context what is needed
     * @return an open source
     * @throws MaintainerException if there is none, it is refused, or the connector fails
     */
    public Source openSource(ConnectorAddress address, SortedMap<String, String> settings, SourceContext context)
            throws MaintainerException {
        SourceProvider provider = source(address);
        return opened(address, provider, () -> provider.open(address, address.with(settings), context));
    }

    /**
     * What has to be prepared in a source.
     *
     * @param address names it
     * @return its setup
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is no such source, or nothing has to be prepared in it
     */
    public SourceSetup sourceSetup(ConnectorAddress address) throws MaintainerException {
        return source(address)
                .setup()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "in a source of scheme '" + address.scheme() + "' nothing has to be prepared"));
    }

    /**
     * Opens a source that ends.
     *
     * @param address names it
     * @param settings what people have set beside it, by key
     * @return an open source
     * @throws MaintainerException if there is none, it is refused, or the connector fails
     */
    public PacedSource openPaced(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        SourceProvider provider = source(address);
        return opened(address, provider, () -> provider.openPaced(address, address.with(settings)));
    }

    /**
     * Opens a sink.
     *
     * @param address names it
     * @param settings what people have set beside it, by key
     * @param changefeed whose rows it takes
     * @param source the identity of the source
     * @return an open sink
     * @throws MaintainerException if there is none, it is refused, or the connector fails
     */
    public Sink openSink(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        SinkProvider provider = sink(address);
        return opened(address, provider, () -> provider.open(address, address.with(settings), changefeed, source));
    }

    /**
     * Looks whether a source can be named so in a cluster.
     *
     * @param address names it
     * @throws MaintainerException if there is none, or the connector refuses it or fails
     */
    public void checkSource(ConnectorAddress address) throws MaintainerException {
        SourceProvider provider = source(address);
        SourceProvider unused = opened(address, provider, () -> {
            provider.check(address);
            return provider;
        });
    }

    /**
     * Looks whether the nodes of a cluster could open a sink, and leaves nothing behind if the connector can do so.
     *
     * @param address names it
     * @param settings what people have set beside it, by key
     * @param changefeed whose rows it would take
     * @param source the identity of the source
     * @throws MaintainerException if there is none, it is refused, or the connector fails
     */
    public void checkSink(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        SinkProvider provider = sink(address);
        SinkProvider unused = opened(address, provider, () -> {
            provider.check(address, address.with(settings), changefeed, source);
            return provider;
        });
    }

    /**
     * Opens what a changefeed has written to a sink, to be read.
     *
     * @param address names it
     * @param settings what people have set beside it, by key
     * @param changefeed whose rows are read
     * @return what is there
     * @throws MaintainerException if there is none, it cannot be read back, or the connector fails
     */
    public SinkContents sinkContents(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed)
            throws MaintainerException {
        SinkProvider provider = sink(address);
        return opened(address, provider, () -> provider.contents(address, address.with(settings), changefeed));
    }

    /**
     * Where a sink is: two addresses with one place are one sink.
     *
     * @param address names it
     * @return the place, with its scheme; for comparison only: it may contain secrets
     * @throws MaintainerException if there is none, or the connector fails
     */
    public String sinkPlace(ConnectorAddress address) throws MaintainerException {
        SinkProvider provider = sink(address);
        return address.scheme() + ":" + opened(address, provider, () -> provider.place(address));
    }

    /** A connector that fails is no bug of ours: people hear which one it was. */
    private static <C> C opened(ConnectorAddress address, Object provider, Supplier<@Nullable C> open) {
        C connector;
        try {
            connector = open.get();
        } catch (MaintainerException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    described(provider) + " failed to open " + address + ": " + Printable.line(e.toString())
                            + (e instanceof LinkageError
                                    ? "; put the jars that it needs beside it"
                                    : "; see its documentation, or mend it"),
                    e);
        }
        if (connector == null) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, described(provider) + " opened nothing for " + address + "; mend it");
        }
        return connector;
    }

    /**
     * The provider of a source.
     *
     * @param address names it
     * @return the provider of its scheme
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is none
     */
    public SourceProvider source(ConnectorAddress address) throws MaintainerException {
        return find(sources, address, "source");
    }

    /**
     * The provider of a sink.
     *
     * @param address names it
     * @return the provider of its scheme
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is none
     */
    public SinkProvider sink(ConnectorAddress address) throws MaintainerException {
        return find(sinks, address, "sink");
    }

    private static <P> P find(SortedMap<String, P> providers, ConnectorAddress address, String kind) {
        P found = providers.get(address.scheme());
        if (found == null) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "there is no " + kind + " of scheme '" + Printable.line(address.scheme()) + "'"
                            + NearestName.question(address.scheme(), providers.keySet()) + "; there are "
                            + String.join(", ", providers.keySet()));
        }
        return found;
    }

    /** {@return for people, one line each: the schemes and their descriptions} */
    public List<String> descriptions() {
        List<String> lines = new ArrayList<>();
        sources.forEach((scheme, provider) -> lines.add("source " + scheme + ": " + provider.description()));
        sinks.forEach((scheme, provider) -> lines.add("sink " + scheme + ": " + provider.description()));
        return lines;
    }
}
