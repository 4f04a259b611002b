package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
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

    /**
     * Looks whether the nodes of a cluster could {@link #open} the sink, and leaves nothing behind. Unless it is implemented, the
     * sink is opened and closed.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key; may be empty
     * @param changefeed whose rows it would take
     * @param source the {@link Source#identity identity} of the source
     * @throws MaintainerException as {@link #open}, and with {@code BAD_CONFIGURATION} for an address that is another place on each
     *     node
     */
    default void check(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        open(address, settings, changefeed, source).close();
    }

    /**
     * Whether its sinks {@link Sink#takesRowsWithoutKey take rows of tables without a key}, so that a changefeed that has such tables can be
     * refused before there is a sink.
     *
     * @return constant
     */
    default boolean takesRowsWithoutKey() {
        return false;
    }

    /**
     * Opens what a changefeed has written, to be read, and changes nothing.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key; may be empty
     * @param changefeed whose rows are read
     * @return what is there
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if such sinks cannot be read back, {@code SINK_UNAVAILABLE} if
     *     this one cannot, or the changefeed has written nothing there
     */
    default SinkContents contents(ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed)
            throws MaintainerException {
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "sinks of scheme '" + scheme() + "' cannot be read back; compare " + address + " by its own means");
    }

    /**
     * Where an address leads: two addresses with one place are one sink. Opens nothing, and may block.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @return the place, for comparison only: it may contain secrets
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it leads nowhere
     */
    default String place(ConnectorAddress address) throws MaintainerException {
        return address.location();
    }
}
