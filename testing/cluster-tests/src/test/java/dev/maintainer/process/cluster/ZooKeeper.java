package dev.maintainer.process.cluster;

import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.node.server.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server of ZooKeeper in the process of the test, so that each node may be killed. Used by one thread. */
public final class ZooKeeper implements Store {
    /** What the nodes ask for. */
    static final Duration SESSION = Duration.ofSeconds(3);

    private static final String LOOPBACK = "127.0.0.1";

    private final Path directory;
    private final StoreProvider stores = Stores.provider();
    private final int port;
    private @Nullable EmbeddedStore server;

    /** @param protocol of the cluster in it */
    ZooKeeper(Path directory, int protocol) {
        this.directory = directory;
        EmbeddedStore begun = stores.embedded(directory, LOOPBACK, 0, SESSION);
        this.server = begun;
        String address = begun.address();
        this.port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        stores.initialise(new StoreSettings(address, "/maintainer", "test", SESSION), protocol);
    }

    /** {@return where it listens, whether it runs or not} */
    public String address() {
        return LOOPBACK + ":" + port;
    }

    @Override
    public List<Integer> ports() {
        return List.of(port);
    }

    /** Ends the server; its data stay. */
    public void stop() {
        EmbeddedStore running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }

    /** Starts it with its data, at the same address. */
    public void start() {
        if (server == null) {
            server = stores.embedded(directory, LOOPBACK, port, SESSION);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
