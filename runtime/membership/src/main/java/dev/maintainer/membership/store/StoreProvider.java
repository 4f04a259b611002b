package dev.maintainer.membership.store;

import dev.maintainer.api.error.MaintainerException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Connects processes with stores of one kind. Found by {@link java.util.ServiceLoader}, so that whoever runs nodes needs
 * nothing of the libraries behind it.
 */
public interface StoreProvider {
    /** A store that runs inside this process, for one machine. */
    interface EmbeddedStore extends AutoCloseable {
        /** {@return where it listens, as {@code HOST:PORT}} */
        String address();

        /** Ends it; what it has stored stays in its directory. */
        @Override
        void close();
    }

    /** Copies of the records of a cluster, for backup and for people. Blocks; used by one thread. */
    interface StoreCopies {
        /**
         * Copies all records into a file. The copy is not of one moment: of each record it has one that was there while it was
         * made.
         *
         * @param file is replaced when the copy is complete
         * @return how many records it has
         * @throws MaintainerException if the store cannot be read, has another cluster, or the file cannot be written
         */
        int export(Path file) throws MaintainerException;

        /**
         * Brings a copy back. No node of the cluster may run, and the cluster must be initialised. Not one transaction: if it
         * fails it has to be repeated, with force.
         *
         * @param file as {@link #export} has written it
         * @param force whether records may be replaced, and nodes may run; records that the copy does not have stay
         * @return how many records were written
         * @throws MaintainerException if the file or the store cannot be used; nothing has changed if the file is the reason
         */
        int restore(Path file, boolean force) throws MaintainerException;

        /**
         * {@return a record as JSON; of a directory, the names of what is in it, one a line}
         *
         * @param path below the root of the cluster
         * @throws MaintainerException if there is none, or it cannot be read
         */
        String cat(String path) throws MaintainerException;
    }

    /** {@return what it is called; lower case, such as {@code zookeeper}; constant} */
    String name();

    /**
     * {@return a connection that does nothing yet}
     *
     * @param settings where
     * @throws MaintainerException with {@code BAD_CONFIGURATION} for settings that cannot be used
     */
    StoreConnection connect(StoreSettings settings) throws MaintainerException;

    /**
     * Makes an empty cluster; nothing else ever does. Blocks for at most some seconds.
     *
     * @param settings where
     * @param protocol the active one of the new cluster; nodes that do not speak it are not admitted
     * @return false if there is a cluster of this name already; nothing has changed then
     * @throws MaintainerException if there is another one, or the store cannot be reached
     */
    boolean initialise(StoreSettings settings, int protocol) throws MaintainerException;

    /**
     * {@return copies of the records of a cluster}
     *
     * @param settings where
     * @throws MaintainerException with {@code BAD_CONFIGURATION} for settings that cannot be used
     */
    StoreCopies copies(StoreSettings settings) throws MaintainerException;

    /**
     * Starts a store inside this process.
     *
     * @param directory where it keeps its data; made if it is not there
     * @param host the address to listen at
     * @param port the port to listen at; 0 for any that is free
     * @param session the shortest session timeout that processes will ask for
     * @return a store that answers
     * @throws MaintainerException if it cannot be started
     */
    EmbeddedStore embedded(Path directory, String host, int port, Duration session) throws MaintainerException;
}
