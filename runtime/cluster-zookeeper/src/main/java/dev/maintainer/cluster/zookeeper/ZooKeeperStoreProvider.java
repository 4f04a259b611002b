package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.membership.store.StoreConnection;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.common.PathUtils;

/**
 * Offers ZooKeeper as the store of a cluster, under the name {@code zookeeper}.
 *
 * @since 0.1.0
 */
public final class ZooKeeperStoreProvider implements StoreProvider {
    private static final Duration SHORTEST_SESSION = Duration.ofMillis(300);
    private static final Duration LONGEST_SESSION = Duration.ofMinutes(10);
    private static final int LONGEST_NAME = 128;

    /** Called by {@link java.util.ServiceLoader}. */
    public ZooKeeperStoreProvider() {}

    @Override
    public String name() {
        return "zookeeper";
    }

    @Override
    public StoreConnection connect(StoreSettings settings) {
        check(settings);
        return new ZooKeeperConnection(settings);
    }

    @Override
    public boolean initialise(StoreSettings settings, int protocol) {
        check(settings);
        return new ClusterInitialiser(settings, protocol).initialise();
    }

    @Override
    public StoreCopies copies(StoreSettings settings) {
        return new StoreDump(settings);
    }

    @Override
    public EmbeddedStore embedded(Path directory, String host, int port, Duration session) {
        check(session);
        return EmbeddedZooKeeper.start(directory, host, port, session);
    }

    /** Refuses settings that cannot be used. */
    static void check(StoreSettings settings) {
        if (settings.connect().contains("/")) {
            // It would make a wrong place look like an empty store.
            throw bad("the servers '" + settings.connect() + "' have a path; give that as the root");
        }
        try {
            if (new ConnectStringParser(settings.connect()).getServerAddresses().isEmpty()) {
                throw bad("no servers are given; write HOST:PORT, separated by commas");
            }
        } catch (IllegalArgumentException e) {
            throw bad("the servers '" + settings.connect() + "' are not HOST:PORT, separated by commas");
        }
        checkRoot(settings.root());
        String cluster = settings.cluster();
        if (cluster.isBlank() || cluster.length() > LONGEST_NAME || !Unicode.isWellFormed(cluster)) {
            throw bad("the name of the cluster '" + cluster + "' must have 1 to " + LONGEST_NAME + " characters");
        }
        check(settings.session());
    }

    private static void checkRoot(String root) {
        try {
            PathUtils.validatePath(root);
        } catch (IllegalArgumentException e) {
            throw bad("the root '" + root + "' is no path of ZooKeeper: " + e.getMessage());
        }
        if (root.equals("/") || root.equals("/zookeeper") || root.startsWith("/zookeeper/")) {
            throw bad("the root '" + root + "' is not free for a cluster; choose another one, such as /maintainer");
        }
    }

    private static void check(Duration session) {
        if (session.compareTo(SHORTEST_SESSION) < 0 || session.compareTo(LONGEST_SESSION) > 0) {
            throw bad("a session timeout must be between " + SHORTEST_SESSION.toMillis() + " ms and "
                    + LONGEST_SESSION.toSeconds() + " s, and is " + session.toMillis() + " ms");
        }
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, Printable.line(message));
    }
}
