package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.cluster.zookeeper.record.Restoration;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StoreOp.Create;
import dev.maintainer.membership.store.StoreOp.Set;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue.Changefeed;
import dev.maintainer.membership.store.StoreValue.Floor;
import dev.maintainer.membership.store.StoreValue.Leader;
import dev.maintainer.membership.store.StoreValue.LeaderEpoch;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Presence;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDumpTest {
    private static final NodeId A = new NodeId("a.01");
    private static final NodeAttributes ATTRIBUTES = new NodeAttributes("127.0.0.1:1", 1, 1, new TreeMap<>());
    private static final Member MEMBER = new Member(A, MemberState.MEMBER, ATTRIBUTES, null, "");
    private static final ChangefeedMetadata ORDERS =
            new ChangefeedMetadata(new ChangefeedId("orders"), new MaintainerEpoch(3), 100, DesiredState.RUN);
    private static final StorePath PATH = StorePath.changefeed(ORDERS.changefeed());

    @TempDir
    private Path directory;

    private Path file;
    private RestartableServer server;
    private StoreDump dump;

    @BeforeEach
    void start() {
        file = directory.resolve("copy.jsonl");
        server = new RestartableServer(directory.resolve("one"), Duration.ofMillis(1_500));
        new ZooKeeperStoreProvider().initialise(server.settings(), 1);
        dump = new StoreDump(server.settings());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void fill(Client client) {
        client.commit(
                new Create(StorePath.LEADER, new Leader(A, 1), true),
                new Create(StorePath.LEADER_EPOCH, new LeaderEpoch(5, A, 1), false),
                new Create(StorePath.presence(A), new Presence(), true),
                new Create(StorePath.member(A), MEMBER, false),
                new Create(StorePath.ROSTER, new Roster(7, new TreeMap<>(Map.of(A, ATTRIBUTES))), false),
                new Create(PATH, new Changefeed(11, ORDERS, 5, 1), false));
        client.commit(new Set(PATH, new Changefeed(11, ORDERS, 5, 2), 0));
    }

    @Test
    @DisplayName("a store that was lost comes back from a copy, as the same cluster, with numbers that were never used")
    void lostAndRestored() {
        try (Client client = new Client(server.settings())) {
            fill(client);
            assertThat(dump.export(file)).isEqualTo(5);

            server.stop();
            server.moveTo(directory.resolve("two"));
            server.start();
            new ZooKeeperStoreProvider().initialise(server.settings(), 1);
            Until.holds("it is not the same cluster", () -> !client.foreign.isEmpty(), () -> client.story);

            assertThat(dump.restore(file, false)).as("and a floor").isEqualTo(6);

            Until.holds("it is the same cluster", client::hasSession, () -> client.foreign);
            long raise = Restoration.RAISE;
            assertThat(client.at(StorePath.LEADER_EPOCH)).isEqualTo(new Stored(new LeaderEpoch(5 + raise, A, 1), 0, 0));
            assertThat(client.at(StorePath.ROSTER))
                    .isEqualTo(new Stored(new Roster(7 + raise, new TreeMap<>(Map.of(A, ATTRIBUTES))), 0, 0));
            assertThat(client.at(StorePath.member(A))).isEqualTo(new Stored(MEMBER, 0, 0));
            assertThat(client.at(PATH))
                    .as("its version is the same, though it is counted from another one")
                    .isEqualTo(new Stored(
                            new Changefeed(12, ORDERS.withEpoch(new MaintainerEpoch(3 + raise)), 5, 2), 0, 0));
            assertThat(client.at(StorePath.FLOOR)).isEqualTo(new Stored(new Floor(raise, raise), 0, 0));
            assertThat(client.at(StorePath.LEADER)).isNull();
            assertThat(client.at(StorePath.presence(A))).isNull();
        }
    }

    @Test
    @DisplayName("a cluster that is in use is replaced only by force")
    void inUse() {
        try (Client client = new Client(server.settings())) {
            fill(client);
            dump.export(file);
            assertThatThrownBy(() -> dump.restore(file, false))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_REFUSED))
                    .hasMessageContaining("is not empty");
            client.commit(new StoreOp.Delete(PATH, StoreOp.ANY_VERSION));

            dump.restore(file, true);

            assertThat(client.at(PATH)).isNotNull();
        }
    }

    @Test
    @DisplayName("a file that is no complete copy of this cluster is refused with its line")
    void badFiles() throws IOException {
        dump.export(file);
        String cluster = Files.readString(file);
        assertRefused(cluster + "{\"path\": \"floor\", \"version\": 0, \"value\"", "line 2 is no record");
        assertRefused(cluster + "{\"path\": \"floor\", \"version\": 0, \"value\": \"AAAA\"}\n", "line 2");
        assertRefused(cluster + "{\"path\": \"../x\", \"version\": 0, \"value\": \"AAAA\"}\n", "line 2 is no record");
        assertRefused(
                cluster + "{\"path\": \"nodes/a\", \"version\": 0, \"value\": \"AAAA\"}\n", "line 2 is no record");
        assertRefused("", "does not say which cluster");
    }

    private void assertRefused(String content, String problem) throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.jsonl"), content);
        assertThatThrownBy(() -> dump.restore(bad, true))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
                .hasMessageContaining(problem);
    }

    @Test
    @DisplayName("a record for people")
    void cat() {
        try (Client client = new Client(server.settings())) {
            fill(client);
            assertThat(dump.cat("cluster")).startsWith("{\"cluster\": {\"name\": \"test\", \"id\": \"");
            assertThat(dump.cat("leader")).isEqualTo("{\"leader\": {\"node\": \"a.01\", \"attempt\": 1}}");
            assertThat(dump.cat("changefeeds/8a/orders")).contains("\"state\": \"DESIRED_STATE_RUN\"");
            assertThat(dump.cat("changefeeds/8a")).isEqualTo("changefeeds/8a/orders");
            assertThat(dump.cat("members/")).isEqualTo("members/a.01");
            assertThat(dump.cat("").lines()).contains("changefeeds", "cluster", "members", "roster");
        }
        assertThatThrownBy(() -> dump.cat("members/nobody"))
                .hasMessageContaining("no record at /maintainer/members/nobody");
        assertThatThrownBy(() -> dump.cat("../zookeeper/quota"))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME));
    }
}
