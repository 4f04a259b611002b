package dev.maintainer.cluster.zookeeper;

import dev.maintainer.membership.store.StoreCredentials;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreTls;
import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.jspecify.annotations.Nullable;

/**
 * A server of ZooKeeper that listens with TLS only, and can be started again with another certificate. ZooKeeper keeps what
 * concerns TLS of its servers in system properties, so there is one at a time.
 */
final class SecureServer implements AutoCloseable {
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final Duration START = Duration.ofSeconds(30);
    private static final String PREFIX = "zookeeper.";

    private final Path directory;
    private final int port;
    private final boolean knowsClients;
    private final Set<String> before = new TreeSet<>(System.getProperties().stringPropertyNames());
    private @Nullable ZooKeeperServerEmbedded server;

    /** One that listens. */
    SecureServer(Path directory, Issued certificate, boolean knowsClients) {
        this.directory = directory;
        this.port = free();
        this.knowsClients = knowsClients;
        start(certificate);
    }

    private static int free() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start(Issued certificate) {
        try {
            Files.createDirectories(directory);
            Path both = directory.resolve("server.pem");
            TestAuthority.replace(
                    both, Files.readString(certificate.key()) + Files.readString(certificate.certificate()));
            Properties settings = new Properties();
            settings.setProperty("dataDir", directory.resolve("data").toString());
            settings.setProperty("secureClientPort", Integer.toString(port));
            settings.setProperty("secureClientPortAddress", "127.0.0.1");
            settings.setProperty("tickTime", "500");
            settings.setProperty("admin.enableServer", "false");
            settings.setProperty("serverCnxnFactory", NettyServerCnxnFactory.class.getName());
            settings.setProperty("ssl.keyStore.location", both.toString());
            settings.setProperty("ssl.keyStore.type", "PEM");
            settings.setProperty(
                    "ssl.trustStore.location", certificate.authority().toString());
            settings.setProperty("ssl.trustStore.type", "PEM");
            settings.setProperty("ssl.clientAuth", knowsClients ? "need" : "none");
            ZooKeeperServerEmbedded started = ZooKeeperServerEmbedded.builder()
                    .baseDir(directory)
                    .configuration(settings)
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            started.start(START.toMillis());
            server = started;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    StoreSettings settings(String host, @Nullable StoreTls tls) {
        return settings(host, tls, null);
    }

    StoreSettings settings(String host, @Nullable StoreTls tls, @Nullable StoreCredentials credentials) {
        return new StoreSettings(host + ":" + port, "/maintainer", "test", SESSION, credentials, tls);
    }

    void stop() {
        ZooKeeperServerEmbedded now = server;
        if (now != null) {
            now.close();
        }
        server = null;
    }

    @Override
    public void close() {
        stop();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX) && !before.contains(name))
                .forEach(System::clearProperty);
    }
}
