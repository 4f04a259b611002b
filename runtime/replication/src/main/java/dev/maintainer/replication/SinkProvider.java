package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import java.util.SortedMap;

/** Opens sinks of one kind. Found by {@link java.util.ServiceLoader}; chosen by the scheme of {@code --sink}. */
public interface SinkProvider {
    /** {@return the scheme, for example {@code files}; lower case, constant} */
    String scheme();

    /** {@return for people: where it writes, and what has to follow the scheme} */
    String description();

    /**
     * Opens the sink of a changefeed, or continues what an earlier process has left there.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key; may be empty
     * @param changefeed whose rows it takes
     * @param source the {@link Source#identity identity} of the source: a sink that holds rows of another one is
     *     refused
     * @return an open sink
     * @throws MaintainerException with {@code BAD_CONFIGURATION} for settings that cannot be used,
     *     {@code SINK_UNAVAILABLE} if it cannot be used
     */
    Sink open(ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException;
}
