package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.zookeeper.ClientCnxnSocketNIO;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * A client of ZooKeeper, which has one session in its life at most. When it has ended, it never comes back. ZooKeeper's
 * client ends one by itself when it has reached no server for four thirds of the session timeout.
 */
final class Handle {
    /** Hears of a handle; called by a thread of ZooKeeper. */
    interface Listener {
        /** A server has taken the session on; for the first time, or again. */
        void connected(Handle handle);

        /** There is no server; the session may be alive or not. */
        void disconnected(Handle handle);

        /** The session is over, or will never be one. */
        void ended(Handle handle);
    }

    private final Listener listener;
    private final ZooKeeper zooKeeper;
    private volatile boolean connected;

    /**
     * Opens a handle; a server is looked for in the background.
     *
     * @param secure null if everything is said in the clear
     * @throws UncheckedIOException if that cannot even be begun
     */
    Handle(StoreSettings settings, @Nullable SecureClient secure, Listener listener) {
        this.listener = listener;
        ZKClientConfig config = secure == null ? plain() : secure.config();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        try {
            this.zooKeeper = new ZooKeeper(
                    settings.connect(), Math.toIntExact(settings.session().toMillis()), this::process, config);
            Access.authenticate(zooKeeper, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ZKClientConfig plain() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, ClientCnxnSocketNIO.class.getName());
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "false");
        return config;
    }

    ZooKeeper zooKeeper() {
        return zooKeeper;
    }

    boolean isConnected() {
        return connected;
    }

    /** The session timeout that the server has agreed to; zero before that. */
    Duration sessionTimeout() {
        return Duration.ofMillis(zooKeeper.getSessionTimeout());
    }

    private void process(WatchedEvent event) {
        if (event.getType() != EventType.None) {
            return;
        }
        switch (event.getState()) {
            case SyncConnected -> {
                connected = true;
                listener.connected(this);
            }
            case Disconnected -> {
                connected = false;
                listener.disconnected(this);
            }
            case Expired, AuthFailed, Closed -> {
                connected = false;
                listener.ended(this);
            }
            default -> {
                // Read-only servers and SASL: neither is asked for.
            }
        }
    }

    /** Begins to end the session; in the background, because the answer of a server is waited for. */
    Thread close() {
        connected = false;
        Thread closing = new Thread(
                () -> {
                    try {
                        zooKeeper.close();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "zookeeper-close");
        closing.setDaemon(true);
        closing.start();
        return closing;
    }

    /** Ends the session, and waits so long for the answer of the server. */
    void close(Duration atMost) {
        Thread closing = close();
        try {
            closing.join(atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The client then stops without an answer.
        closing.interrupt();
    }
}
