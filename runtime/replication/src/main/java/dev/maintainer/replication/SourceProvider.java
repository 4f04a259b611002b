package dev.maintainer.replication;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.util.Optional;
import java.util.SortedMap;

/** Opens sources of one kind. Found by {@link java.util.ServiceLoader}; chosen by the scheme of {@code --source}. */
public interface SourceProvider {
    /** {@return the scheme, for example {@code changelog}; lower case, constant} */
    String scheme();

    /** {@return for people: what it reads, and what has to follow the scheme} */
    String description();

    /**
     * Opens a source. If it is refused, nothing may have changed outside this process.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key, the options of the address among them; may be empty
     * @return an open source
     * @throws MaintainerException with {@code BAD_CONFIGURATION} for settings that cannot be used, {@code BAD_INPUT}
     *     for content that cannot, {@code SOURCE_UNAVAILABLE} if it cannot be reached
     */
    Source open(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException;

    /**
     * Opens a source of which the earlier history is not needed any more. Unless it is implemented, everything is opened.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key, the options of the address among them; may be empty
     * @param context what is needed
     * @return an open source
     * @throws MaintainerException as {@link #open(ConnectorAddress, SortedMap)}
     */
    default Source open(ConnectorAddress address, SortedMap<String, String> settings, SourceContext context)
            throws MaintainerException {
        return open(address, settings);
    }

    /**
     * Opens a source whose history is finished, with nothing of it released yet.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key; may be empty
     * @return an open source
     * @throws MaintainerException as {@link #open(ConnectorAddress, SortedMap)}; with {@code BAD_CONFIGURATION} if such sources have no end
     */
    default PacedSource openPaced(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "a source of scheme '" + scheme() + "' has no end, and a run replicates one to its end; name another");
    }

    /**
     * Opens the tables of a source as they are now, to be compared with those of a sink, and changes nothing.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @param settings further settings of the user, by key; may be empty
     * @return what is there
     * @throws MaintainerException as {@link #open(ConnectorAddress, SortedMap)}; with {@code BAD_CONFIGURATION} if such sources
     *     have a history and no present state
     */
    default TableContents contents(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "a source of scheme '" + scheme()
                        + "' cannot be read as it is now; compare the sink with its history, or with"
                        + " a state that is expected");
    }

    /**
     * Refuses an address that is something else on each node of a cluster. Opens nothing. Unless it is implemented, none is.
     *
     * @param address the address given by the user, with the scheme of this provider
     * @throws MaintainerException with {@code BAD_CONFIGURATION}, saying why
     */
    default void check(ConnectorAddress address) throws MaintainerException {}

    /** {@return what has to be prepared in such sources; empty if nothing has} */
    default Optional<SourceSetup> setup() {
        return Optional.empty();
    }
}
