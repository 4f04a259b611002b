package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreCredentials;
import dev.maintainer.membership.store.StoreOp.Create;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreValue.Leader;
import dev.maintainer.threads.testing.Until;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose records are its own, on a server that others use too. */
class AccessTest {
    private static final StoreCredentials OURS = new StoreCredentials("maintainer", "secret");

    @TempDir
    private Path directory;

    private RestartableServer server;

    @BeforeEach
    void start() {
        server = new RestartableServer(directory.resolve("store"), Duration.ofMillis(1_500));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private StoreSettings as(@Nullable StoreCredentials credentials) {
        StoreSettings open = server.settings();
        return new StoreSettings(open.connect(), "/kept", open.cluster(), open.session(), credentials, null);
    }

    @Test
    @DisplayName("whoever has no credentials, or others, is told so, and reads and writes nothing")
    void strangers() {
        new ZooKeeperStoreProvider().initialise(as(OURS), 1);
        try (Client member = new Client(as(OURS))) {
            member.commit(new Create(StorePath.LEADER, new Leader(new NodeId("a"), 1), true));
            assertThat(member.at(StorePath.LEADER)).isNotNull();
            assertThat(member.foreign).isEmpty();
        }
        try (Client nobody = new Client(as(null));
                Client other = new Client(as(new StoreCredentials("maintainer", "wrong")))) {
            Until.holds("nobody is told", () -> !nobody.foreign.isEmpty(), () -> nobody.story);
            assertThat(nobody.foreign.get(0))
                    .startsWith("MNT-5003: /kept in ")
                    .contains("is not open to processes without credentials", "zookeeper.credentials_file");
            Until.holds("the other is told", () -> !other.foreign.isEmpty(), () -> other.story);
            assertThat(other.foreign.get(0))
                    .contains("is not open to maintainer")
                    .doesNotContain("wrong");
        }
    }

    @Test
    @DisplayName("commands need the credentials, too")
    void commands() {
        new ZooKeeperStoreProvider().initialise(as(OURS), 1);
        assertThatThrownBy(() -> new StoreDump(as(null)).export(directory.resolve("copy")))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FOREIGN_STORE))
                .hasMessageContaining("give the credentials of the cluster")
                .hasCauseInstanceOf(KeeperException.NoAuthException.class);
        assertThat(new StoreDump(as(OURS)).export(directory.resolve("copy"))).isPositive();
    }

    @Test
    @DisplayName("a password is never shown")
    void notShown() {
        assertThat(as(OURS).toString()).contains("maintainer").doesNotContain("secret");
    }
}
