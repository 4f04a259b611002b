package dev.maintainer.membership;

import static dev.maintainer.membership.FakeStore.records;
import static dev.maintainer.membership.FakeStore.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreValue.Cluster;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final long RENEW = LeaseTimings.DEMO.renew().toNanos();
    private static final NodeId NODE = new NodeId("n1");
    private static final NodeAttributes ATTRIBUTES = new NodeAttributes("h:1", 1, 2, Collections.emptySortedMap());
    private static final List<StorePath> POLLED = List.of(StorePath.ROSTER, StorePath.member(NODE), StorePath.CLUSTER);

    private final FakeStore store = new FakeStore(5);
    private final List<String> heard = new ArrayList<>();
    private final Registration registration = new Registration(
            NODE, ATTRIBUTES, null, LeaseTimings.DEMO, new WriteDeadline(), new Registration.Listener() {
                @Override
                public void roster(Roster roster, int protocol) {
                    heard.add("roster " + roster.version() + ", protocol " + protocol);
                }

                @Override
                public void lost(String reason) {
                    heard.add("lost: " + reason);
                }
            });

    private static StoreAnswer read(int roster, int protocol) {
        return records(
                StorePath.ROSTER,
                stored(new Roster(roster, new TreeMap<>(Map.of(NODE, ATTRIBUTES))), roster),
                StorePath.member(NODE),
                stored(new Member(NODE, MemberState.MEMBER, ATTRIBUTES, null, ""), 1),
                StorePath.CLUSTER,
                stored(new Cluster("c", "id", 0, protocol), 0));
    }

    /** A member that has read roster 3 a moment ago. */
    @BeforeEach
    void join() {
        registration.sessionBegun(store, 0);
        registration.tick(0, 0);
        store.answer(records(), 0);
        store.answer(new StoreAnswer.Committed(), 0);
        registration.tick(0, 0);
        store.answer(new StoreAnswer.Committed(), 0);
        store.answer(read(3, 1), 0);
        assertThat(heard).containsExactly("roster 3, protocol 1");
    }

    @Test
    @DisplayName(
            "A roster of which a peer knows is looked up at once, as new as the store has it; a lost watch does not matter")
    void heardOfANewerRoster() {
        registration.heard(4, 1);
        registration.tick(1, 0);

        assertThat(store.next()).isEqualTo(new StoreRequest.Read(POLLED, true));
        store.answer(read(4, 1), 1);
        assertThat(heard).endsWith("roster 4, protocol 1");
    }

    @Test
    @DisplayName("A peer that says what is not so costs one look, and one that knows what is known here costs none")
    void heardOfNothingNew() {
        registration.heard(3, 1);
        registration.tick(1, 0);
        assertThat(store.isIdle()).isTrue();

        registration.heard(99, 2);
        registration.tick(2, 0);
        store.answer(read(3, 1), 2);
        registration.heard(99, 3);
        registration.tick(3, 0);
        assertThat(store.isIdle()).isTrue();
        assertThat(heard).hasSize(1);
    }

    /** One of so many members, which has read their roster a moment ago. */
    private void isOneOf(int members) {
        TreeMap<NodeId, NodeAttributes> all = new TreeMap<>();
        for (int i = 1; i <= members; i++) {
            all.put(new NodeId("n" + i), ATTRIBUTES);
        }
        registration.heard(4, 1);
        registration.tick(1, 0);
        store.answer(
                records(
                        StorePath.ROSTER,
                        stored(new Roster(4, all), 4),
                        StorePath.member(NODE),
                        stored(new Member(NODE, MemberState.MEMBER, ATTRIBUTES, null, ""), 1),
                        StorePath.CLUSTER,
                        stored(new Cluster("c", "id", 0, 1), 0)),
                1);
        assertThat(heard).endsWith("roster 4, protocol 1");
    }

    @Test
    @DisplayName("In a small cluster a changed roster is read at once, and the roster as often as the lease is renewed")
    void fewMembers() {
        isOneOf(60);
        registration.changed(2);
        registration.tick(2, 0);
        assertThat(store.next()).isEqualTo(new StoreRequest.Read(POLLED, false));
    }

    @Test
    @DisplayName("In a large cluster not all read a changed roster at once, and nobody reads it for each renewal")
    void manyMembers() {
        isOneOf(1_000);
        registration.changed(2);
        registration.tick(2, 0);
        assertThat(store.isIdle()).isTrue();
        registration.tick(2 + TimeUnit.MILLISECONDS.toNanos(200), 0);
        assertThat(store.next()).isEqualTo(new StoreRequest.Read(POLLED, false));

        Set<Long> times = new TreeSet<>();
        for (int i = 0; i < 1_000; i++) {
            times.add(new RosterPace(new NodeId("node-" + i + ".0f3a"), RENEW).afterChangeNanos(1_000)
                    / TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(times).as("within 200 ms, some in each twenty").hasSize(10);
        assertThat(new RosterPace(NODE, RENEW).betweenNanos(1_000)).isEqualTo(15 * RENEW);
    }

    @Test
    @DisplayName("A protocol that has risen is told, also without a new roster")
    void protocolRises() {
        registration.tick(RENEW, 0);
        store.answer(new StoreAnswer.Committed(), RENEW);
        store.answer(read(3, 2), RENEW);

        assertThat(heard).containsExactly("roster 3, protocol 1", "roster 3, protocol 2");
    }

    @Test
    @DisplayName(
            "A member of a cluster that speaks what it does not, as after a restore, gives up and says what it needs")
    void protocolNotSpoken() {
        registration.tick(RENEW, 0);
        store.answer(new StoreAnswer.Committed(), RENEW);
        store.answer(read(3, 3), RENEW);

        assertThat(heard).last().asString().contains("lost", "too old; start a release that speaks 3");
        assertThat(registration.phase()).isEqualTo(RegistrationPhase.LOST);
    }
}
