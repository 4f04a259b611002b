package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreTls;
import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes and servers of ZooKeeper that show certificates. */
@Timeout(240)
class TlsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path shared;

    @SuppressWarnings("NullAway.Init")
    private static TestAuthority authority;

    @SuppressWarnings("NullAway.Init")
    private static Issued ofServer;

    @SuppressWarnings("NullAway.Init")
    private static Issued ofNode;

    /** Somebody else's, for the same host. */
    @SuppressWarnings("NullAway.Init")
    private static Issued ofOthers;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private @Nullable SecureServer running;

    @BeforeAll
    static void certificates() {
        authority = new TestAuthority(shared.resolve("ours"));
        ofServer = authority.issue("zk", "dns:localhost");
        ofNode = authority.issue("n1");
        ofOthers = new TestAuthority(shared.resolve("theirs")).issue("zk", "dns:localhost");
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    private SecureServer server(boolean knowsClients) {
        SecureServer server = new SecureServer(directory.resolve("store"), ofServer, knowsClients);
        running = server;
        return server;
    }

    private static StoreTls trusting(Issued issued) {
        return new StoreTls(issued.authority(), null, null, true);
    }

    private static void initialise(StoreSettings settings) {
        assertThat(new ZooKeeperStoreProvider().initialise(settings, 1)).isTrue();
    }

    private static void refused(StoreSettings settings, String... why) {
        assertThatThrownBy(() -> new ZooKeeperStoreProvider().initialise(settings, 1))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.METADATA_UNAVAILABLE))
                .hasMessageContainingAll(why);
    }

    @Test
    @DisplayName(
            "a server that is trusted and has the name that was asked for is spoken to, and its sessions go on after a break")
    void trusted() {
        SecureServer server = server(false);
        StoreSettings settings = server.settings("localhost", trusting(ofServer));
        initialise(settings);
        try (Client process = new Client(settings)) {
            long id = process.session().id();

            server.stop();
            Until.holds("the break is noticed", () -> !process.connection().isConnected(), () -> process.story);
            server.start(ofServer);
            Until.holds("a server is there again", () -> process.connection().isConnected(), () -> process.story);

            assertThat(process.session().id()).isEqualTo(id);
            assertThat(process.connection().problem()).isEmpty();
        }
        assertThat(new StoreDump(settings).export(directory.resolve("copy"))).isPositive();
    }

    @Test
    @DisplayName("a server that nobody has vouched for, or of another name, gets nothing, and the reason is said")
    void notTrusted() {
        SecureServer server = server(false);

        refused(
                server.settings("localhost", trusting(ofOthers)),
                "the certificate of localhost:",
                "is not trusted",
                "zookeeper.tls.ca_file");
        refused(
                server.settings("127.0.0.1", trusting(ofServer)),
                "is that of another host",
                "127.0.0.1",
                "zookeeper.tls.verify_host");
        initialise(server.settings("127.0.0.1", new StoreTls(ofServer.authority(), null, null, false)));
    }

    @Test
    @DisplayName("a process that waits for a server says why there is none")
    void waiting() {
        SecureServer server = server(false);
        try (Client mistrustful = new Client(server.settings("localhost", trusting(ofOthers)));
                Client plain = new Client(server.settings("localhost", null))) {
            Until.holds("a reason", () -> mistrustful.connection().problem().isPresent(), () -> mistrustful.story);
            assertThat(mistrustful.connection().problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("is not trusted"));
            Until.holds("a reason", () -> plain.connection().problem().isPresent(), () -> plain.story);
            assertThat(plain.connection().problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("speaks TLS only"));
            assertThat(mistrustful.hasSession() || plain.hasSession()).isFalse();
        }
    }

    @Test
    @DisplayName("where only one side uses TLS, it is said which one to change, and nobody waits for ever")
    void onlyOne() {
        refused(server(false).settings("localhost", null), "speaks TLS only", "zookeeper.tls.ca_file");

        try (RestartableServer plain = new RestartableServer(directory.resolve("plain"), Duration.ofSeconds(3))) {
            StoreSettings open = plain.settings();
            refused(
                    new StoreSettings(
                            open.connect(), open.root(), open.cluster(), open.session(), null, trusting(ofServer)),
                    "does not speak TLS",
                    "secureClientPort");
            assertThat(new ServerProbe(open.connect(), null).problem())
                    .as("a server without TLS is fine for whoever wants none")
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("a server that wants to know its clients gets a certificate, and refuses whoever has none")
    void clientCertificates() {
        SecureServer server = server(true);

        refused(server.settings("localhost", trusting(ofServer)), "zookeeper.tls.key_file");
        initialise(server.settings(
                "localhost", new StoreTls(ofServer.authority(), ofNode.key(), ofNode.certificate(), true)));
    }

    @Test
    @DisplayName("files that change count for the next connection")
    void rotation() {
        SecureServer server = server(true);
        Issued files = new Issued(directory.resolve("key"), directory.resolve("certificate"), directory.resolve("ca"));
        files.takeFrom(new Issued(ofNode.key(), ofNode.certificate(), ofServer.authority()));
        StoreSettings settings =
                server.settings("localhost", new StoreTls(files.authority(), files.key(), files.certificate(), true));
        initialise(settings);
        try (Client process = new Client(settings)) {
            process.session();

            TestAuthority.replace(files.key(), "half of a ke");
            server.stop();
            Until.holds("the break is noticed", () -> !process.connection().isConnected(), () -> process.story);
            server.start(ofServer);
            Until.holds(
                    "what is half written changes nothing",
                    () -> process.connection().isConnected(),
                    () -> process.story);

            server.stop();
            Until.holds("the break is noticed", () -> !process.connection().isConnected(), () -> process.story);
            server.start(ofOthers);
            files.takeFrom(ofOthers);
            Until.holds("the others are trusted", () -> process.connection().isConnected(), () -> process.story);
        }
    }

    @Test
    @DisplayName("files that cannot be used are refused before anything is tried, with their names")
    void badFiles() {
        Path none = directory.resolve("none");
        unusable(new StoreTls(none, null, null, true), "zookeeper.tls.ca_file " + none);
        unusable(new StoreTls(ofNode.key(), null, null, true), "it has no certificate");
        unusable(new StoreTls(ofServer.authority(), ofNode.certificate(), ofNode.certificate(), true), "private key");
    }

    private static void unusable(StoreTls tls, String why) {
        StoreSettings settings =
                new StoreSettings("localhost:1", "/maintainer", "test", Duration.ofSeconds(3), null, tls);
        assertThatThrownBy(() -> new ZooKeeperStoreProvider().connect(settings))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("a key that was swept from the temporary directory is there again for the next connection")
    void swept() throws IOException {
        try (KeyStoreFile key = new KeyStoreFile(ofNode.key(), ofNode.certificate())) {
            assertThat(Files.getPosixFilePermissions(key.path()))
                    .as("only its owner may read it")
                    .containsOnly(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            Files.delete(key.path());
            key.refresh();
            assertThat(key.path()).isNotEmptyFile();
            key.close();
            assertThat(key.path()).doesNotExist();
        }
    }

    @Test
    @DisplayName("what the process was started with does not switch a check off")
    void systemProperties() {
        SecureServer server = server(false);
        System.setProperty("zookeeper.ssl.hostnameVerification", "false");
        System.setProperty("zookeeper.fips-mode", "false");

        refused(server.settings("127.0.0.1", trusting(ofServer)), "is that of another host");
    }
}
