package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Committed;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreAnswer.Rejected;
import dev.maintainer.membership.store.StoreAnswer.Unknown;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StoreOp.Check;
import dev.maintainer.membership.store.StoreOp.Create;
import dev.maintainer.membership.store.StoreOp.Delete;
import dev.maintainer.membership.store.StoreOp.Set;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreRequest.Commit;
import dev.maintainer.membership.store.StoreRequest.ReadAll;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.StoreValue.Floor;
import dev.maintainer.membership.store.StoreValue.Leader;
import dev.maintainer.membership.store.StoreValue.LeaderEpoch;
import dev.maintainer.membership.store.StoreValue.Lease;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Presence;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.threads.testing.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the machines of membership rely on, with a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreSessionTest {
    private static final NodeId A = new NodeId("a.0123");
    private static final NodeId ODD = new NodeId("../ä %/\u2603");
    private static final NodeAttributes ATTRIBUTES =
            new NodeAttributes("127.0.0.1:1", 1, 2, Collections.emptySortedMap());

    private RestartableServer server;
    private String root;
    private Client client;
    private Client other;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        server = new RestartableServer(directory, Duration.ofSeconds(3));
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect(TestInfo test) {
        root = "/tests/" + test.getTestMethod().orElseThrow().getName();
        assertThat(new ZooKeeperStoreProvider().initialise(server.settings(root), 1))
                .isTrue();
        client = new Client(server.settings(root));
        other = new Client(server.settings(root));
        client.session();
        other.session();
    }

    @AfterEach
    void disconnect() {
        client.close();
        other.close();
    }

    private static StoreValue changefeed(String name, long epoch) {
        return new StoreValue.Changefeed(
                1,
                new ChangefeedMetadata(new ChangefeedId(name), new MaintainerEpoch(epoch), 17, DesiredState.RUN),
                1,
                epoch);
    }

    private static StorePath pathOf(String changefeed) {
        return StorePath.changefeed(new ChangefeedId(changefeed));
    }

    private static Member member(NodeId node, String refusal) {
        return new Member(node, MemberState.JOINING, ATTRIBUTES, null, refusal);
    }

    @Test
    @DisplayName("a transaction takes effect as a whole, and versions count replacements")
    void transactions() {
        assertThat(client.commit(
                        new Create(StorePath.LEADER, new Leader(A, 5), true),
                        new Create(StorePath.LEADER_EPOCH, new LeaderEpoch(1, A, 5), false)))
                .isEqualTo(new Committed());
        assertThat(client.commit(
                        new Check(StorePath.LEADER_EPOCH, 0),
                        new Set(StorePath.LEADER_EPOCH, new LeaderEpoch(2, A, 6), 0)))
                .isEqualTo(new Committed());

        Records records = (Records) other.read(StorePath.LEADER, StorePath.LEADER_EPOCH, StorePath.ROSTER);

        assertThat(records.records()).hasSize(2);
        assertThat(records.at(StorePath.LEADER))
                .isEqualTo(new Stored(new Leader(A, 5), 0, client.session().id()));
        assertThat(records.at(StorePath.LEADER_EPOCH))
                .isEqualTo(new Stored(new LeaderEpoch(2, A, 6), 1, Stored.NO_SESSION));
    }

    @Test
    @DisplayName("a transaction that cannot be names its first part that fails, and changes nothing")
    void rejections() {
        client.commit(new Create(StorePath.FLOOR, new Floor(1, 1), false));

        assertThat(client.commit(
                        new Check(StorePath.FLOOR, 0),
                        new Create(
                                StorePath.ROSTER,
                                Roster.EMPTY.with(new TreeMap<>(), Collections.emptySortedSet()),
                                false),
                        new Set(StorePath.LEADER_EPOCH, new LeaderEpoch(1, A, 1), 0),
                        new Check(StorePath.FLOOR, 7)))
                .isEqualTo(new Rejected(2, Reason.NO_RECORD));
        assertThat(client.at(StorePath.ROSTER)).isNull();
        assertThat(client.commit(new Check(StorePath.FLOOR, 1))).isEqualTo(new Rejected(0, Reason.OTHER_VERSION));
        assertThat(client.commit(new Check(StorePath.LEADER_EPOCH, 0))).isEqualTo(new Rejected(0, Reason.NO_RECORD));
        assertThat(client.commit(new Check(StorePath.FLOOR, 0), new Create(StorePath.FLOOR, new Floor(2, 2), false)))
                .isEqualTo(new Rejected(1, Reason.RECORD_EXISTS));
        assertThat(client.commit(new Delete(StorePath.FLOOR, 3))).isEqualTo(new Rejected(0, Reason.OTHER_VERSION));
        assertThat(client.commit(new Set(StorePath.FLOOR, new Floor(2, 2), 3)))
                .isEqualTo(new Rejected(0, Reason.OTHER_VERSION));
    }

    @Test
    @DisplayName("a creation and a deletion of one record succeed together exactly if there is none")
    void proofOfAbsence() {
        StorePath lease = StorePath.lease(A);
        StoreOp[] proof = {new Create(lease, new Lease(0), false), new Delete(lease, StoreOp.ANY_VERSION)};

        assertThat(client.commit(proof)).isEqualTo(new Committed());
        other.commit(new Create(lease, new Lease(1), true));
        assertThat(client.commit(proof)).isEqualTo(new Rejected(0, Reason.RECORD_EXISTS));
    }

    @Test
    @DisplayName("what belongs to a session goes with it, and a connection that is closed ends its session")
    void ephemerals() {
        other.commit(
                new Create(StorePath.presence(A), new Presence(), true),
                new Create(StorePath.member(A), member(A, ""), false));

        other.close();

        assertThat(client.at(StorePath.presence(A))).isNull();
        assertThat(client.at(StorePath.member(A))).isNotNull();
    }

    @Test
    @DisplayName("a fresh read sees what others have committed before")
    void fresh() {
        for (int i = 0; i < 50; i++) {
            StorePath path = pathOf("c" + i);
            other.commit(new Create(path, changefeed("c" + i, 1), false));
            assertThat(client.at(path)).isNotNull();
        }
    }

    @Test
    @DisplayName("all records of a kind: names of any characters, and whatever is no record of ours is passed over")
    void listing() throws KeeperException, InterruptedException {
        client.commit(
                new Create(StorePath.member(A), member(A, ""), false),
                new Create(StorePath.member(ODD), member(ODD, "says \u2603"), false));
        ((ZooKeeperSession) client.session())
                .zooKeeper()
                .create(
                        root + "/members/not%one",
                        new byte[0],
                        Access.OPEN,
                        org.apache.zookeeper.CreateMode.PERSISTENT);

        assertThat(((Records) other.all(Kind.MEMBER)).records())
                .containsOnlyKeys(StorePath.member(A), StorePath.member(ODD))
                .containsEntry(StorePath.member(ODD), new Stored(member(ODD, "says \u2603"), 0, 0));
        assertThat(((Records) other.all(Kind.PRESENCE)).records()).isEmpty();
        assertThat(((Records) other.all(Kind.ROSTER)).records()).isEmpty();
    }

    @Test
    @DisplayName(
            "thousands of requests at once are all answered, in order, and a listing is before what is sent after it")
    void many() {
        int count = 3_000;
        List<CompletableFuture<StoreAnswer>> created = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            created.add(client.send(new Commit(new Create(pathOf("c" + i), changefeed("c" + i, 1), false))));
        }
        assertThat(client.answers(created)).containsOnly(new Committed());

        CompletableFuture<StoreAnswer> before = client.send(new ReadAll(Kind.CHANGEFEED, true));
        List<CompletableFuture<StoreAnswer>> replaced = new ArrayList<>();
        for (int i = 0; i < count; i += 100) {
            replaced.add(client.send(new Commit(new Set(pathOf("c" + i), changefeed("c" + i, 2), 0))));
        }
        CompletableFuture<StoreAnswer> after = client.send(new ReadAll(Kind.CHANGEFEED, false));

        assertThat(client.answers(replaced)).containsOnly(new Committed());
        assertThat(((Records) Client.of(before)).records().values())
                .hasSize(count)
                .allSatisfy(stored -> assertThat(stored.version()).isZero());
        assertThat(((Records) Client.of(after)).records().values().stream().filter(stored -> stored.version() == 1))
                .hasSize(count / 100);
    }

    @Test
    @DisplayName("who has read it hears of a change: leader, roster, the own member and lease; who lists, of nodes")
    void watches() {
        client.read(StorePath.LEADER, StorePath.ROSTER);
        client.read(StorePath.member(A), StorePath.lease(A));
        client.all(Kind.PRESENCE);

        other.commit(new Create(StorePath.LEADER, new Leader(A, 1), true));
        other.commit(
                new Create(StorePath.ROSTER, Roster.EMPTY.with(new TreeMap<>(), Collections.emptySortedSet()), false));
        other.commit(
                new Create(StorePath.member(A), member(A, ""), false),
                new Create(StorePath.presence(A), new Presence(), true),
                new Create(StorePath.lease(A), new Lease(1), true));

        Until.holds(
                "all are told",
                () -> client.changes.containsAll(
                        List.of(Kind.LEADER, Kind.ROSTER, Kind.MEMBER, Kind.PRESENCE, Kind.LEASE)),
                () -> client.changes);
        client.changes.clear();
        other.commit(new Set(StorePath.lease(A), new Lease(2), StoreOp.ANY_VERSION));
        other.commit(new Delete(StorePath.LEADER, 0));
        Until.holds("the leader is gone", () -> client.changes.contains(Kind.LEADER), () -> client.changes);
        assertThat(client.changes).as("a renewal concerns nobody").doesNotContain(Kind.LEASE);
        assertThat(other.changes).isEmpty();
    }

    @Test
    @DisplayName(
            "a session that the store has ended never comes back: its requests are unknown, and there is another one")
    void expired() {
        StoreSession former = client.session();
        client.commit(new Create(StorePath.presence(A), new Presence(), true));
        CountDownLatch killed = new CountDownLatch(1);
        List<CompletableFuture<StoreAnswer>> underWay = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            underWay.add(new CompletableFuture<>());
        }
        client.onLoop(() -> {
            await(killed);
            underWay.forEach(answer -> former.send(new ReadAll(Kind.MEMBER, false), (what, at) -> {
                client.story.add("answered");
                answer.complete(what);
            }));
        });

        client.killSession();
        Until.holds("the end is noticed", () -> !client.connection().isConnected(), () -> client.story);
        killed.countDown();

        StoreSession next = client.sessionAfter(former);
        assertThat(client.answers(underWay)).containsOnly(new Unknown());
        List<String> story = List.copyOf(client.story);
        assertThat(story.subList(story.indexOf("session ended"), story.size()))
                .as("everything is answered before the end is told")
                .doesNotContain("answered");
        assertThat(client.story)
                .containsSubsequence("session begun", "session ended", "session begun")
                .doesNotContain("the same session begun");
        assertThat(client.at(StorePath.presence(A))).isNull();
        CompletableFuture<StoreAnswer> late = new CompletableFuture<>();
        client.onLoop(() -> former.send(new ReadAll(Kind.MEMBER, false), (answer, at) -> late.complete(answer)));
        assertThat(Client.of(late)).isEqualTo(new Unknown());
        assertThat(next.id()).isNotEqualTo(former.id());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("a record that cannot be read is an unknown answer, counted, with its place; others are still read")
    void damaged() throws KeeperException, InterruptedException {
        client.commit(new Create(StorePath.FLOOR, new Floor(1, 1), false));
        client.commit(new Create(pathOf("orders"), changefeed("orders", 1), false));
        ((ZooKeeperSession) client.session()).zooKeeper().setData(root + "/floor", new byte[20], -1);

        assertThat(client.read(StorePath.FLOOR, StorePath.ROSTER)).isEqualTo(new Unknown());
        assertThat(client.read(StorePath.FLOOR)).isEqualTo(new Unknown());
        ((ZooKeeperSession) client.session()).zooKeeper().setData(root + "/floor", null, -1);
        assertThat(client.read(StorePath.FLOOR)).as("nothing at all").isEqualTo(new Unknown());
        assertThat(client.connection().unreadable()).isEqualTo(3);
        assertThat(client.at(pathOf("orders"))).isNotNull();
    }

    @Test
    @DisplayName("a record that is too large is not written, and neither is a transaction of too many bytes")
    void tooLarge() {
        String labels = "x".repeat(9_000);
        assertThat(client.commit(new Create(StorePath.member(A), member(A, labels), false)))
                .isEqualTo(new Unknown());
        List<StoreOp> ops = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            NodeId node = new NodeId("n" + i);
            ops.add(new Create(StorePath.member(node), member(node, labels.substring(2_000)), false));
        }
        assertThat(client.commit(ops.toArray(StoreOp[]::new))).isEqualTo(new Unknown());

        assertThat(((Records) client.all(Kind.MEMBER)).records()).isEmpty();
        assertThat(client.connection().unreadable()).isEqualTo(2);
    }
}
