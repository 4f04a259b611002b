package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The sources and sinks that there are, by scheme. Immutable. */
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
     * @param loader where they are looked for
     * @return what was found
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
                P other = found.putIfAbsent(scheme.apply(provider), provider);
                if (other != null) {
                    throw new MaintainerException(
                            ErrorCode.BAD_CONFIGURATION,
                            "scheme '" + Printable.line(scheme.apply(provider)) + "' is offered by "
                                    + other.getClass().getName() + " and by "
                                    + provider.getClass().getName() + "; remove one of them");
                }
            }
        } catch (ServiceConfigurationError e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "a " + type.getSimpleName() + " cannot be loaded: " + Printable.line(String.valueOf(e.getMessage()))
                            + "; mend its jar, or remove it",
                    e);
        }
        return found;
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

    /** {@return for people, a line each: the schemes and what is behind them} */
    public List<String> descriptions() {
        List<String> lines = new ArrayList<>();
        sources.forEach((scheme, provider) -> lines.add("source " + scheme + ": " + provider.description()));
        sinks.forEach((scheme, provider) -> lines.add("sink " + scheme + ": " + provider.description()));
        return lines;
    }
}
