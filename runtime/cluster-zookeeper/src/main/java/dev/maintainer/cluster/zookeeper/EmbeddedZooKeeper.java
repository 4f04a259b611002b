package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** One server of ZooKeeper within this process. */
final class EmbeddedZooKeeper implements EmbeddedStore {
    private static final Duration START = Duration.ofSeconds(20);
    private static final int TICKS_PER_SESSION = 6;
    private static final int MOST_CONNECTIONS = 2_000;
    private static final Duration LONGEST_SESSION = Duration.ofMinutes(2);

    private final ZooKeeperServerEmbedded server;
    private final String address;

    private EmbeddedZooKeeper(ZooKeeperServerEmbedded server, String address) {
        this.server = server;
        this.address = address;
    }

    static EmbeddedZooKeeper start(Path directory, String host, int port, Duration session) {
        int picked = pick(host, port);
        try {
            Files.createDirectories(directory);
            ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                    .baseDir(directory)
                    .configuration(configuration(directory, host, picked, session))
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            server.start(START.toMillis());
            return new EmbeddedZooKeeper(server, host + ":" + picked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(directory, host, picked, e);
        } catch (Exception e) {
            // What the library throws is not narrower.
            throw failed(directory, host, picked, e);
        }
    }

    private static MaintainerException failed(Path directory, String host, int port, Exception cause) {
        return new MaintainerException(
                ErrorCode.METADATA_UNAVAILABLE,
                "a ZooKeeper server cannot be started at " + host + ":" + port + " with its data in " + directory + ": "
                        + cause + "; its log says more",
                cause);
    }

    /** The server itself takes no port that it chooses. */
    private static int pick(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
            return probe.getLocalPort();
        } catch (IOException | IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "a ZooKeeper server cannot listen at " + host + ":" + port + ": " + e.getMessage()
                            + "; choose another port or address",
                    e);
        }
    }

    /** A session timeout is at least two ticks, and ends with a tick. */
    private static Properties configuration(Path directory, String host, int port, Duration session) {
        long tick = Math.max(1, session.toMillis() / TICKS_PER_SESSION);
        long longest = Math.max(LONGEST_SESSION.toMillis(), session.toMillis());
        Properties properties = new Properties();
        properties.setProperty(
                "dataDir", directory.resolve("data").toAbsolutePath().toString());
        properties.setProperty("clientPort", Integer.toString(port));
        properties.setProperty("clientPortAddress", host);
        properties.setProperty("tickTime", Long.toString(tick));
        properties.setProperty("maxSessionTimeout", Long.toString(longest));
        properties.setProperty("maxClientCnxns", Integer.toString(MOST_CONNECTIONS));
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("autopurge.snapRetainCount", "3");
        properties.setProperty("autopurge.purgeInterval", "1");
        return properties;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void close() {
        server.close();
    }
}
