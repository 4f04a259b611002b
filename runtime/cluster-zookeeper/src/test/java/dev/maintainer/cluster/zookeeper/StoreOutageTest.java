package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Committed;
import dev.maintainer.membership.store.StoreAnswer.Unknown;
import dev.maintainer.membership.store.StoreOp.Create;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreRequest.Read;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreValue.Floor;
import dev.maintainer.membership.store.StoreValue.Presence;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that go away, come back, or come back as others. */
class StoreOutageTest {
    private static final NodeId A = new NodeId("a");
    private static final Duration SESSION = Duration.ofMillis(1_500);

    private final ZooKeeperStoreProvider provider = new ZooKeeperStoreProvider();

    @TempDir
    private Path directory;

    private RestartableServer server;

    @BeforeEach
    void start() {
        server = new RestartableServer(directory.resolve("one"), SESSION);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("a server that is back in time has the session still; what was asked meanwhile is unknown")
    void restart() {
        // The client waits for up to two seconds before it tries again.
        server.close();
        server = new RestartableServer(directory.resolve("patient"), Duration.ofSeconds(8));
        provider.initialise(server.settings(), 1);
        try (Client client = new Client(server.settings())) {
            StoreSession session = client.session();
            client.commit(new Create(StorePath.presence(A), new Presence(), true));

            server.stop();
            Until.holds("the loss is noticed", () -> !client.connection().isConnected(), () -> client.story);
            CompletableFuture<StoreAnswer> meanwhile = client.send(new Read(List.of(StorePath.FLOOR), false));
            assertThat(Client.of(meanwhile)).isEqualTo(new Unknown());
            server.start();

            Until.holds("connected", () -> client.connection().isConnected(), () -> client.story);
            assertThat(client.session()).isSameAs(session);
            assertThat(client.at(StorePath.presence(A))).extracting("session").isEqualTo(session.id());
            assertThat(client.changes).as("something may have happened").contains(StorePath.Kind.LEADER);
        }
    }

    @Test
    @DisplayName("a server that is away for longer than the session: the session ends, and another one begins")
    void longOutage() {
        provider.initialise(server.settings(), 1);
        try (Client client = new Client(server.settings())) {
            StoreSession session = client.session();

            server.stop();
            Until.holds("the session has ended", () -> !client.hasSession(), () -> client.story);
            server.start();

            client.sessionAfter(session);
            assertThat(client.commit(new Create(StorePath.FLOOR, new Floor(1, 1), false)))
                    .isEqualTo(new Committed());
        }
    }

    @Test
    @DisplayName("a server that was restored from a backup refuses the handle for ever: it is given up for another one")
    void restored() throws IOException {
        // The client gives up by itself only while no server accepts connections; it must not come to that.
        server.close();
        server = new RestartableServer(directory.resolve("patient"), Duration.ofSeconds(4));
        provider.initialise(server.settings(), 1);
        server.stop();
        copy(directory.resolve("patient"), directory.resolve("backup"));
        server.start();
        try (Client client = new Client(server.settings())) {
            StoreSession session = client.session();
            for (int i = 0; i < 20; i++) {
                NodeId node = new NodeId("n" + i);
                client.commit(new Create(StorePath.presence(node), new Presence(), true));
            }

            server.stop();
            server.moveTo(directory.resolve("backup"));
            server.start();

            client.sessionAfter(session);
            assertThat(client.story).containsSubsequence("session begun", "session ended", "session begun");
            assertThat(client.at(StorePath.presence(new NodeId("n1")))).isNull();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    @DisplayName("there is no session where there is no cluster, and one as soon as somebody has made it")
    void missing() {
        try (Client client = new Client(server.settings())) {
            Until.holds("it is said twice", () -> client.foreign.size() >= 2, () -> client.story);
            assertThat(client.foreign.get(0)).startsWith("MNT-5003: there is no cluster at /maintainer in ");
            assertThat(client.hasSession()).isFalse();

            assertThat(provider.initialise(server.settings(), 1)).isTrue();
            assertThat(provider.initialise(server.settings(), 1)).isFalse();

            client.session();
        }
    }

    @Test
    @DisplayName("the root of another cluster is refused, and so is a place within it")
    void others() {
        provider.initialise(server.settings("/teams/one"), 1);
        StoreSettings own = server.settings("/teams/one");
        StoreSettings other = new StoreSettings(own.connect(), own.root(), "another", own.session());
        try (Client client = new Client(other)) {
            Until.holds("it is refused", () -> !client.foreign.isEmpty(), () -> client.story);
            assertThat(client.foreign.get(0)).contains("belongs to the cluster 'test', and this process to 'another'");
        }
        assertThatThrownBy(() -> provider.initialise(other, 1))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FOREIGN_STORE));
        assertThatThrownBy(() -> provider.initialise(server.settings("/teams/one/members"), 1))
                .hasMessageContaining("/teams/one belongs to the cluster 'test'");
        assertThat(provider.initialise(server.settings("/teams/two"), 1)).isTrue();
    }

    @Test
    @DisplayName("a cluster of the same name that was made anew is another one")
    void madeAnew() {
        provider.initialise(server.settings(), 1);
        try (Client client = new Client(server.settings())) {
            client.session();
            server.stop();
            server.moveTo(directory.resolve("two"));
            server.start();
            provider.initialise(server.settings(), 1);

            Until.holds("it is refused", () -> !client.foreign.isEmpty(), () -> client.story);
            assertThat(client.foreign.get(0)).contains("has been made anew");
            assertThat(client.hasSession()).isFalse();
        }
    }

    @Test
    @DisplayName("the provider is found by its name")
    void found() {
        assertThat(ServiceLoader.load(StoreProvider.class))
                .singleElement()
                .satisfies(found -> assertThat(found.name()).isEqualTo("zookeeper"));
    }

    @Test
    @DisplayName("a port that is taken is said")
    void portTaken() {
        int port = Integer.parseInt(server.settings().connect().split(":", -1)[1]);
        assertThatThrownBy(() -> provider.embedded(directory.resolve("three"), "127.0.0.1", port, SESSION))
                .hasMessageContaining("cannot listen at 127.0.0.1:" + port);
    }

    @ParameterizedTest
    @CsvSource({
        "'', /m, c, 3000, no servers",
        "h:1/chroot, /m, c, 3000, have a path",
        "h:x, /m, c, 3000, are not HOST:PORT",
        "h:1, m, c, 3000, no path of ZooKeeper",
        "h:1, /, c, 3000, not free",
        "h:1, /zookeeper/x, c, 3000, not free",
        "h:1, /m, ' ', 3000, 1 to 128 characters",
        "h:1, /m, c, 10, session timeout must be",
    })
    @DisplayName("settings that cannot be used are refused before anything is done")
    void badSettings(String connect, String rootPath, String cluster, long session, String reason) {
        StoreSettings settings = new StoreSettings(connect, rootPath, cluster, Duration.ofMillis(session));

        assertThatThrownBy(() -> provider.connect(settings))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(reason);
    }
}
