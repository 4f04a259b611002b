package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server that goes away and comes back at its address. */
final class RestartableServer implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    static final String CLUSTER = "test";

    private final ZooKeeperStoreProvider provider = new ZooKeeperStoreProvider();
    private final Duration session;
    private Path directory;
    private @Nullable EmbeddedStore server;
    private final String address;

    RestartableServer(Path directory, Duration session) {
        this.directory = directory;
        this.session = session;
        EmbeddedStore started = provider.embedded(directory, HOST, 0, session);
        this.server = started;
        this.address = started.address();
    }

    StoreSettings settings() {
        return settings("/maintainer");
    }

    StoreSettings settings(String root) {
        return new StoreSettings(address, root, CLUSTER, session);
    }

    void stop() {
        EmbeddedStore now = server;
        if (now != null) {
            now.close();
        }
        server = null;
    }

    void start() {
        int port = Integer.parseInt(address.substring(HOST.length() + 1));
        // The former one lets go of it a little later.
        Until.holds("the port is free", () -> isFree(port), () -> port);
        server = provider.embedded(directory, HOST, port, session);
    }

    /** From now on it is a server with other data. */
    void moveTo(Path other) {
        directory = other;
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (java.net.BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
