package dev.maintainer.membership;

import static dev.maintainer.membership.FakeStore.records;
import static dev.maintainer.membership.FakeStore.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RosterKeeperTest {
    private static final long MILLI = 1_000_000;
    private static final NodeId NODE = new NodeId("n2");
    private static final LeaderTerm TERM = new LeaderTerm(7, 6);
    private static final StoreValue.Cluster CLUSTER = new StoreValue.Cluster("prod", "id", 0, 3);

    private final FakeStore store = new FakeStore(1);
    private boolean refused;
    private final Map<SortedSet<NodeId>, Long> removals = new HashMap<>();
    private final RosterKeeper keeper = new RosterKeeper(
            store, TERM, LeaseTimings.DEMO, Duration.ofSeconds(60), 0, 0, () -> refused = true, removals::put);

    private static NodeAttributes at(String address, int protocol) {
        return new NodeAttributes(address, protocol, protocol, Collections.emptySortedMap());
    }

    private static Stored member(NodeId node, MemberState state, String address, int version) {
        return stored(new Member(node, state, at(address, 3), null, ""), version);
    }

    private static Stored roster(int version, NodeId... members) {
        SortedMap<NodeId, NodeAttributes> all = new TreeMap<>();
        for (NodeId node : members) {
            all.put(node, at("host-" + node + ":1", 3));
        }
        return stored(new Roster(version, all), version);
    }

    /** The keeper looks: this is what it reads. */
    private void look(long atMillis, Stored roster, StoreAnswer.Records members, NodeId... present) {
        keeper.tick(atMillis * MILLI);
        assertThat(store.next()).isEqualTo(new StoreRequest.Read(List.of(StorePath.ROSTER, StorePath.CLUSTER), true));
        store.answer(records(StorePath.ROSTER, roster, StorePath.CLUSTER, stored(CLUSTER, 2)), atMillis * MILLI);
        assertThat(store.next())
                .as("the versions come before the absences")
                .isEqualTo(new StoreRequest.ReadAll(StorePath.Kind.MEMBER, false));
        store.answer(members, atMillis * MILLI);
        assertThat(store.next()).isEqualTo(new StoreRequest.ReadAll(StorePath.Kind.PRESENCE, false));
        Object[] there = new Object[2 * present.length];
        for (int i = 0; i < present.length; i++) {
            there[2 * i] = StorePath.presence(present[i]);
            there[2 * i + 1] = stored(new StoreValue.Presence(), 0);
        }
        store.answer(records(there), atMillis * MILLI);
    }

    private List<StoreOp> written() {
        return ((StoreRequest.Commit) store.next()).ops();
    }

    @Test
    @DisplayName("A node that is absent is removed after the grace, in one transaction that proves everything again")
    void removal() {
        StoreAnswer.Records members = records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "host-n2:1", 4));
        look(0, roster(5, NODE), members);
        assertThat(store.isIdle()).isTrue();
        look(1_799, roster(5, NODE), members);
        assertThat(store.isIdle()).isTrue();

        look(2_100, roster(5, NODE), members);

        assertThat(written())
                .containsExactly(
                        new StoreOp.Check(StorePath.LEADER_EPOCH, 6),
                        new StoreOp.Delete(StorePath.member(NODE), 4),
                        new StoreOp.Create(StorePath.lease(NODE), new StoreValue.Lease(0), false),
                        new StoreOp.Delete(StorePath.lease(NODE), StoreOp.ANY_VERSION),
                        new StoreOp.Set(StorePath.ROSTER, new Roster(6, Collections.emptySortedMap()), 5));
    }

    @Test
    @DisplayName("It is told who was removed only when that is certain, with the time before it can have taken effect")
    void told() {
        StoreAnswer.Records members = records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "host-n2:1", 4));
        look(0, roster(5, NODE), members);
        look(2_100, roster(5, NODE), members);
        written();
        assertThat(removals).isEmpty();

        store.answer(new StoreAnswer.Committed(), 2_500 * MILLI);

        assertThat(removals).containsExactly(Map.entry(new TreeSet<>(Set.of(NODE)), 2_100 * MILLI));
    }

    @Test
    @DisplayName("A node that was registered again in between begins a new grace, however short it was there")
    void versionHasChanged() {
        look(0, roster(5, NODE), records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "host-n2:1", 4)));
        look(1_700, roster(5, NODE), records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "host-n2:1", 5)));
        look(3_400, roster(5, NODE), records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "host-n2:1", 5)));

        assertThat(store.isIdle()).isTrue();
    }

    @Test
    @DisplayName("After an outage of the store absences wait for a whole session")
    void patience() {
        StoreAnswer.Records members = records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "host-n2:1", 4));
        look(0, roster(5, NODE), members);
        keeper.bePatient(4_000 * MILLI);
        look(1_000, roster(5, NODE), members);
        look(3_900, roster(5, NODE), members);
        assertThat(store.isIdle()).isTrue();

        look(4_200, roster(5, NODE), members);

        assertThat(written()).contains(new StoreOp.Delete(StorePath.member(NODE), 4));
    }

    @Test
    @DisplayName("A revoked node keeps its place until the grace is over, and is removed though it is still there")
    void revoked() {
        StoreAnswer.Records members =
                records(StorePath.member(NODE), member(NODE, MemberState.REVOKED, "host-n2:1", 4));
        look(0, roster(5, NODE), members, NODE);
        assertThat(store.isIdle()).isTrue();

        look(1_800, roster(5, NODE), members, NODE);

        assertThat(written())
                .contains(
                        new StoreOp.Delete(StorePath.presence(NODE), StoreOp.ANY_VERSION),
                        new StoreOp.Create(StorePath.lease(NODE), new StoreValue.Lease(0), false));
    }

    @Test
    @DisplayName("A node that speaks another protocol is refused, with the reason in its record")
    void otherProtocol() {
        Stored joining = stored(new Member(NODE, MemberState.JOINING, at("host-n2:1", 4), null, ""), 0);
        look(0, roster(5), records(StorePath.member(NODE), joining), NODE);

        assertThat(written())
                .contains(new StoreOp.Set(
                        StorePath.member(NODE),
                        new Member(
                                NODE,
                                MemberState.REFUSED,
                                at("host-n2:1", 4),
                                null,
                                "the cluster speaks protocol 3, and the node speaks 4 to 4: it is too new; start a"
                                        + " release that speaks 3, and this one when all members do and the cluster is"
                                        + " finalized"),
                        0));
    }

    @Test
    @DisplayName("A node that is too old is refused, and told which protocol its release has to speak")
    void tooOld() {
        Stored joining = stored(new Member(NODE, MemberState.JOINING, at("host-n2:1", 2), null, ""), 0);
        look(0, roster(5), records(StorePath.member(NODE), joining), NODE);

        assertThat(written().toString()).contains("REFUSED", "too old; start a release that speaks 3");
    }

    @Test
    @DisplayName(
            "When all members speak a newer protocol, it becomes the active one, under the roster that was looked at")
    void raised() {
        Stored all = newer(5);
        StoreAnswer.Records members = records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "h:1", 4));
        look(0, all, members, NODE);
        look(59_900, all, members, NODE);
        assertThat(store.isIdle()).as("not yet").isTrue();
        look(60_300, all, members, NODE);

        assertThat(written())
                .containsExactly(
                        TERM.check(),
                        new StoreOp.Check(StorePath.ROSTER, 5),
                        new StoreOp.Set(StorePath.CLUSTER, CLUSTER.speaking(4), 2));
    }

    @Test
    @DisplayName(
            "Whoever asks for it while an old node joins is told so: members come first, and nothing rises with them")
    void joinsMeanwhile() {
        List<FinalizeOutcome> told = new ArrayList<>();
        NodeId old = new NodeId("n3");
        StoreAnswer.Records members = records(
                StorePath.member(NODE),
                member(NODE, MemberState.MEMBER, "h:1", 4),
                StorePath.member(old),
                member(old, MemberState.JOINING, "i:1", 0));
        keeper.finalizeProtocol(told::add, 0);
        look(0, newer(5), members, NODE, old);
        assertThat(written()).noneMatch(op -> op.path().equals(StorePath.CLUSTER));
        store.answer(new StoreAnswer.Committed(), MILLI);
        Roster both = ((Roster) newer(6).value())
                .with(new TreeMap<>(Map.of(old, at("i:1", 3))), Collections.emptySortedSet());
        look(1, stored(both, 6), members, NODE, old);

        assertThat(store.isIdle()).isTrue();
        assertThat(told)
                .containsExactly(new FinalizeOutcome.TooOld(new ProtocolSupport(3, 3, new TreeMap<>(Map.of(old, 3)))));
    }

    @Test
    @DisplayName("Whoever has asked is told when it is durable, and that the term is over if it ends before")
    void asked() {
        List<FinalizeOutcome> told = new ArrayList<>();
        StoreAnswer.Records members = records(StorePath.member(NODE), member(NODE, MemberState.MEMBER, "h:1", 4));
        keeper.finalizeProtocol(told::add, 0);
        look(0, newer(5), members, NODE);
        assertThat(told).isEmpty();
        store.answer(new StoreAnswer.Committed(), MILLI);
        assertThat(told).containsExactly(new FinalizeOutcome.Active(4));

        keeper.finalizeProtocol(told::add, MILLI);
        keeper.end();
        assertThat(told).last().isEqualTo(new FinalizeOutcome.NotLeading());
    }

    /** A roster whose only member speaks 3 and 4. */
    private static Stored newer(int version) {
        NodeAttributes both = new NodeAttributes("h:1", 3, 4, Collections.emptySortedMap());
        return stored(new Roster(version, new TreeMap<>(Map.of(NODE, both))), version);
    }

    @Test
    @DisplayName("Whoever has the address of a member waits, and is refused when that one proves to be alive")
    void sameAddress() {
        NodeId other = new NodeId("n3");
        StoreAnswer.Records members = records(
                StorePath.member(NODE),
                member(NODE, MemberState.MEMBER, "host-n2:1", 4),
                StorePath.member(other),
                member(other, MemberState.JOINING, "host-n2:1", 0));
        look(0, roster(5, NODE), members, NODE, other);
        look(7_799, roster(5, NODE), members, NODE, other);
        assertThat(store.isIdle()).isTrue();

        look(8_100, roster(5, NODE), members, NODE, other);

        assertThat(written())
                .filteredOn(op -> op instanceof StoreOp.Set)
                .singleElement()
                .satisfies(op -> assertThat(((StoreOp.Set) op).value().toString())
                        .contains("REFUSED", "host-n2:1 belongs to n2, which is alive"));
    }

    private static StoreAnswer.Records sameName(MemberState state, NodeId former, NodeId again) {
        return records(
                StorePath.member(former),
                member(former, state, "h:1", 4),
                StorePath.member(again),
                stored(new Member(again, MemberState.JOINING, at("h:2", 3), null, ""), 0));
    }

    @Test
    @DisplayName("Whoever has the name of a member waits, and is refused when that one proves to be alive")
    void sameName() {
        NodeId former = new NodeId("n1.a");
        NodeId again = new NodeId("n1.b");
        StoreAnswer.Records members = sameName(MemberState.MEMBER, former, again);
        look(0, roster(5, former), members, former, again);
        look(7_799, roster(5, former), members, former, again);
        assertThat(store.isIdle()).isTrue();

        look(8_100, roster(5, former), members, former, again);

        assertThat(written())
                .filteredOn(op -> op instanceof StoreOp.Set)
                .singleElement()
                .satisfies(op -> assertThat(((StoreOp.Set) op).value().toString())
                        .contains("REFUSED", "its name 'n1' (node.name) belongs to n1.a, which is alive"));
    }

    @Test
    @DisplayName("A process that is started again is admitted as soon as the former one is removed, however that ended")
    void startedAgain() {
        NodeId former = new NodeId("n1.a");
        NodeId again = new NodeId("n1.b");
        StoreAnswer.Records members = sameName(MemberState.MEMBER, former, again);
        look(0, roster(5, former), members, former, again);
        look(3_000, roster(5, former), members, again);
        look(5_100, roster(5, former), members, again);
        assertThat(written())
                .contains(new StoreOp.Delete(StorePath.member(former), 4))
                .anySatisfy(op -> assertThat(op.toString()).contains("n1.b", "MEMBER", "h:2"));
        store.answer(new StoreAnswer.Committed(), 5_100 * MILLI);

        look(6_000, roster(7), sameName(MemberState.LEFT, former, again), again);
        assertThat(written()).anySatisfy(op -> assertThat(op.toString()).contains("n1.b", "MEMBER", "h:2"));
    }

    @Test
    @DisplayName("A leader that was deposed hears it from its first write, and nothing of its term goes on")
    void deposed() {
        StoreAnswer.Records joining =
                records(StorePath.member(NODE), member(NODE, MemberState.JOINING, "host-n2:1", 0));
        look(0, roster(5), joining, NODE);
        store.answer(new StoreAnswer.Rejected(0, Reason.OTHER_VERSION), MILLI);
        assertThat(refused).isTrue();

        keeper.end();
        look(400, roster(5), joining, NODE);

        assertThat(store.isIdle()).isTrue();
    }
}
