package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A store inside the process of a node, for trying a cluster on one machine: where it goes, the cluster goes. */
final class OwnStore {
    private OwnStore() {}

    /**
     * Starts it at the address where the node looks for it, and makes the cluster if its directory is empty.
     *
     * @param directory where it keeps its data
     * @throws MaintainerException if it cannot be started there
     */
    static EmbeddedStore start(StoreProvider stores, ServerConfig config, Path directory) {
        String connect = config.store().connect();
        if (config.store().tls() != null) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "--embedded-zookeeper is for one machine and has no TLS; leave zookeeper.tls.ca_file out, or connect to"
                            + " a ZooKeeper of its own");
        }
        int colon = connect.lastIndexOf(':');
        boolean fresh = isEmpty(directory);
        int port = port(connect, colon);
        EmbeddedStore store = stores.embedded(
                directory, connect.substring(0, colon), port, config.store().session());
        boolean ready = false;
        try {
            if (fresh) {
                stores.initialise(
                        config.store(), SpokenProtocols.ofThisProcess().max());
            }
            ready = true;
            return store;
        } finally {
            if (!ready) {
                store.close();
            }
        }
    }

    private static int port(String connect, int colon) {
        try {
            int port = colon < 1 || connect.contains(",") ? 0 : Integer.parseInt(connect.substring(colon + 1));
            if (port > 0 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "zookeeper.connect = '" + connect
                        + "' must be one HOST:PORT of this machine for --embedded-zookeeper, which listens there");
    }

    private static boolean isEmpty(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the directory of the store, " + directory + ", cannot be read: " + FileProblem.of(e),
                    e);
        }
    }
}
