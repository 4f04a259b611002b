package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import java.util.List;
import java.util.SortedMap;

/**
 * What has to be prepared in a source before it can be read. Thread-safe.
 *
 * @since 0.1.0
 */
public interface SourceSetup {
    /** What a finding means. */
    enum Level {
        /** It works, and somebody should know. */
        WARNING,
        /** It does not work. */
        PROBLEM
    }

    /**
     * Something that was found out about a source.
     *
     * @param level what it means
     * @param text what it is, and what to do
     */
    record Finding(Level level, String text) {}

    /**
     * What an administrator executes there. Nothing is connected.
     *
     * @param address the address given by the user
     * @param settings further settings of the user, by key, the options of the address among them
     * @return lines of a script that may be executed again
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if they cannot be used
     */
    List<String> script(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException;

    /**
     * What removes that again. Nothing is connected.
     *
     * @param address the address given by the user
     * @param settings further settings of the user, by key, the options of the address among them
     * @return lines of a script
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if they cannot be used
     */
    List<String> removal(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException;

    /**
     * Looks whether a source can be read. Changes nothing.
     *
     * @param address the address given by the user
     * @param settings further settings of the user, by key, the options of the address among them
     * @return what is wrong; nothing if all is right
     * @throws MaintainerException if the settings cannot be used, or the source cannot be asked
     */
    List<Finding> check(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException;

    /**
     * What an administrator executes in the sink when applications move there, so that its tables give numbers that the source has not
     * given. Changes nothing in the source.
     *
     * @param address the address given by the user
     * @param settings further settings of the user, by key, the options of the address among them
     * @param margin how many numbers to leave out, at least 0
     * @return lines of a script that may be executed again
     * @throws MaintainerException if the settings cannot be used, or the source cannot be asked
     */
    List<String> sequences(ConnectorAddress address, SortedMap<String, String> settings, long margin)
            throws MaintainerException;
}
