package dev.maintainer.cluster.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.LeaderElection;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MembershipService.Lease;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.membership.FinalizeOutcome;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterProcessTest {
    private static final LeaseTimings TIMINGS = new LeaseTimings(
            Duration.ofMillis(700),
            Duration.ofMillis(60),
            Duration.ofMillis(200),
            Duration.ofMillis(720),
            Duration.ZERO);
    private static final NodeId A = new NodeId("a.1");
    private static final NodeId B = new NodeId("b.1");
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");

    private final MemoryStore store = new MemoryStore();
    private Duration joinWithin = Duration.ofSeconds(20);
    private @Nullable Duration finalizeAfter;
    private final List<ClusterProcess> processes = new ArrayList<>();

    private final class Member implements LeaderElection.Candidate, ClusterObserver {
        private final NodeId id;
        private final List<String> outages = new CopyOnWriteArrayList<>();
        private final MemoryStore.Connection connection = store.new Connection();
        private final ClusterProcess process;
        private final CompletableFuture<Void> lost = new CompletableFuture<>();
        private final List<Membership> seen = new CopyOnWriteArrayList<>();
        private final Lease lease;
        private volatile long term;

        Member(NodeId id) {
            this(id, 1, 1, true);
        }

        Member(NodeId id, int oldest, int newest, boolean eligible) {
            this.id = id;
            this.process = new ClusterProcess(
                    id,
                    new NodeAttributes(id.value() + ":1", oldest, newest, new TreeMap<>(Map.of("zone", id.value()))),
                    null,
                    TIMINGS,
                    eligible,
                    finalizeAfter,
                    connection,
                    joinWithin,
                    this);
            processes.add(process);
            this.lease = process.join(id, () -> lost.complete(null));
            process.subscribe(seen::add);
            process.campaign(id, this);
        }

        @Override
        public void elected(long leaderEpoch) {
            term = leaderEpoch;
        }

        @Override
        public void deposed() {
            term = 0;
        }

        @Override
        public void storeSilent(StoreSilence silence, Instant leaseEnds) {
            outages.add("silent");
        }

        @Override
        public void writesHeld(HeldWrites held) {
            outages.add("held");
        }

        @Override
        public void storeAnswers(StoreOutage outage) {
            outages.add("answers");
        }

        boolean sees(NodeId... members) {
            return !seen.isEmpty() && seen.get(seen.size() - 1).alive().equals(new TreeSet<>(List.of(members)));
        }
    }

    @AfterEach
    void end() {
        processes.forEach(ClusterProcess::close);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s for %s", what).isLessThan(until);
            Thread.onSpinWait();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    @DisplayName("processes become members, one leads, and each hears of all of them")
    void members() throws InterruptedException {
        Member a = new Member(A);
        Member b = new Member(B);

        await("both to see both", () -> a.sees(A, B) && b.sees(A, B));
        assertThat(a.lease.isHeld()).isTrue();
        assertThat(List.of(a.term, b.term)).containsExactlyInAnyOrder(0L, Math.max(a.term, b.term));
        assertThat(a.process.notReady()).isEmpty();
        assertThat(a.seen.get(a.seen.size() - 1).labels())
                .isEqualTo(Map.of(A, Map.of("zone", "a.1"), B, Map.of("zone", "b.1")));
    }

    @Test
    @DisplayName("a node that leaves is no member any more, at once, and the other one leads")
    void leaves() throws InterruptedException {
        Member a = new Member(A);
        Member b = new Member(B);
        await("both to see both", () -> a.sees(A, B) && b.sees(A, B));

        a.process.withdraw(A);
        a.lease.leave();

        await("b to be alone and to lead", () -> b.sees(B) && b.term > 0);
        assertThat(a.lease.isHeld()).isFalse();
        assertThat(b.lease.isHeld()).isTrue();
        assertThat(b.lost).isNotDone();
    }

    @Test
    @DisplayName("while the store is silent writes are held, and afterwards everything goes on, with the same members")
    void silence() throws InterruptedException {
        Member a = new Member(A);
        Member b = new Member(B);
        await("both to see both", () -> a.sees(A, B) && b.sees(A, B));

        store.silent(true);
        await("both to hold their writes", () -> !a.lease.isHeld() && !b.lease.isHeld());
        assertThat(a.process.notReady())
                .hasValueSatisfying(reason -> assertThat(reason).contains("held", "the store has not answered since"));
        assertThat(a.process.storeSilence())
                .hasValueSatisfying(silence -> assertThat(silence.lasting()).isGreaterThan(TIMINGS.lease()));
        store.silent(false);

        await("both to write again", () -> a.lease.isHeld() && b.lease.isHeld());
        assertThat(a.lost).isNotDone();
        assertThat(b.lost).isNotDone();
        for (Member each : List.of(a, b)) {
            await("the end of it to be told", () -> each.outages.contains("answers"));
            assertThat(each.outages).containsExactly("silent", "held", "answers");
        }
        assertThat(a.process.storeSilence()).isEmpty();
        assertThat(a.lease.renew()).isTrue();
        ClusterStatistics statistics = a.process.statistics();
        assertThat(statistics.expirations()).isPositive();
        assertThat(statistics.heldWrites()).isPositive();
        assertThat(statistics.leastRemainingNanos()).isZero();
        assertThat(statistics.requests().samples())
                .extracting(sample -> sample.labels().get(0))
                .contains("renewal committed", "read answered");
    }

    @Test
    @DisplayName("a node whose session the store has ended registers again, and is still a member")
    void expired() throws InterruptedException {
        Member a = new Member(A);
        Member b = new Member(B);
        await("both to see both", () -> a.sees(A, B) && b.sees(A, B));
        Member follower = a.term > 0 ? b : a;

        follower.connection.expire();
        await("it to write again", follower.lease::isHeld);
        assertThat(follower.lost).isNotDone();
        assertThat(follower.sees(A, B)).isTrue();
    }

    @Test
    @DisplayName(
            "a node that is expelled hears that it is lost, and may not write before the others hear that it is gone")
    void expelled() throws InterruptedException {
        Member a = new Member(A);
        Member b = new Member(B);
        await("both to see both", () -> a.sees(A, B) && b.sees(A, B));
        Member leader = a.term > 0 ? a : b;
        Member other = leader == a ? b : a;

        leader.process.expel(other.id);
        await("it to be lost", other.lost::isDone);
        assertThat(other.lease.isHeld()).isFalse();
        assertThat(other.lease.renew()).isFalse();
        await("the leader to be alone", () -> leader.sees(leader.id));
    }

    private static boolean speaks(Member member, int protocol) {
        return member.process.protocol().map(now -> now.active() == protocol).orElse(false);
    }

    @Test
    @DisplayName(
            "when all have spoken a newer protocol for a while, it becomes the active one, and an old node is refused")
    void protocolRises() throws InterruptedException {
        store.initialise(new StoreValue.Cluster("c", "id", 0, 1));
        finalizeAfter = Duration.ofMillis(200);
        Member a = new Member(A, 1, 2, true);
        Member b = new Member(B, 1, 2, true);

        await("both to speak it", () -> speaks(a, 2) && speaks(b, 2));
        assertThatThrownBy(() -> new Member(new NodeId("old.1"), 1, 1, true))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("start a release that speaks 2");
    }

    @Test
    @DisplayName(
            "the leader raises the protocol when it is asked, unless a member is too old, which it names; others do not")
    void finalizes() throws Exception {
        store.initialise(new StoreValue.Cluster("c", "id", 0, 1));
        Member a = new Member(A, 1, 2, true);
        await("a to lead", () -> a.term > 0);
        Member b = new Member(B, 1, 1, true);
        await("a to see b", () -> a.sees(A, B));

        assertThat(a.process.finalizeProtocol().get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        FinalizeOutcome.TooOld.class,
                        tooOld -> assertThat(tooOld.support().behind()).containsOnlyKeys(B));
        assertThat(b.process.finalizeProtocol().get(20, TimeUnit.SECONDS)).isEqualTo(new FinalizeOutcome.NotLeading());
        b.lease.leave();
        await("a to be alone", () -> a.sees(A));
        assertThat(a.process.finalizeProtocol().get(20, TimeUnit.SECONDS)).isEqualTo(new FinalizeOutcome.Active(2));
        await("a to speak it", () -> speaks(a, 2));
    }

    @Test
    @DisplayName("a first registration that was lost is told from a removal: another id may be tried at once")
    void firstRegistrationIsLost() {
        store.loseNextRegistration();

        assertThatThrownBy(() -> new Member(A))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("first registration")
                .hasMessageContaining("another one");
        assertThat(processes.get(0).isFirstRegistrationLost()).isTrue();

        Member again = new Member(new NodeId("a.2"));
        assertThat(again.lease.isHeld()).isTrue();
        assertThat(again.process.isFirstRegistrationLost()).isFalse();
    }

    @Test
    @DisplayName("a node that is refused cannot join, and is told why")
    void refused() throws InterruptedException {
        Member a = new Member(A);
        await("a to lead", () -> a.term > 0);

        assertThatThrownBy(() -> new Member(B, 7, 7, true))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("protocol 1")
                .hasMessageContaining("7");
    }

    @Test
    @DisplayName("a node that must not lead is not elected where nobody else is there, and joins when somebody leads")
    void ineligible() throws InterruptedException {
        joinWithin = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Member(B, 1, 1, false))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("no member leads");
        joinWithin = Duration.ofSeconds(20);

        Member a = new Member(A);
        await("a to lead both", () -> a.term > 0 && a.sees(A, B));
        assertThat(processes.get(0).leaderEpoch()).isZero();
    }

    @Test
    @DisplayName("metadata is written in the term of a leader only, also by a process that leads again")
    void terms() throws InterruptedException {
        Member a = new Member(A);
        await("a to lead", () -> a.term > 0);
        MetadataStore former = a.process.metadata(a.term);
        assertThat(former.list()).isEmpty();
        long first = a.term;
        Optional<MetadataStore.Versioned> created =
                former.compareAndSet(0, new ChangefeedMetadata(ORDERS, new MaintainerEpoch(1), 10, DesiredState.RUN));
        assertThat(created).isPresent();

        a.connection.expire();
        await("a to lead again", () -> a.term > first);
        assertThatThrownBy(() ->
                        former.compareAndSet(1, created.orElseThrow().metadata().withEpoch(new MaintainerEpoch(2))))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("does not lead");

        MetadataStore present = a.process.metadata(a.term);
        assertThat(present.list()).containsExactly(created.orElseThrow());
        assertThat(store.records())
                .hasEntrySatisfying(
                        StorePath.changefeed(ORDERS),
                        record -> assertThat(record.value())
                                .isInstanceOfSatisfying(
                                        StoreValue.Changefeed.class,
                                        changefeed -> assertThat(changefeed.leaderEpoch())
                                                .isEqualTo(first)));
        assertThat(present.delete(1, ORDERS)).isTrue();
        assertThat(present.list()).isEmpty();
    }

    private static CompletableFuture<Optional<MetadataStore.Versioned>> begin(
            MetadataStore store, long version, ChangefeedMetadata metadata) {
        CompletableFuture<Optional<MetadataStore.Versioned>> answer = new CompletableFuture<>();
        store.beginCompareAndSet(version, metadata, new MetadataStore.Outcome() {
            @Override
            public void stored(Optional<MetadataStore.Versioned> stored) {
                answer.complete(stored);
            }

            @Override
            public void failed(MaintainerException failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    @Test
    @DisplayName("checkpoints of many changefeeds that advance together are few writes, and any node sees them")
    void progressOfMany() throws Exception {
        Member a = new Member(A);
        await("a to lead", () -> a.term > 0);
        MetadataStore metadata = a.process.metadata(a.term);
        metadata.list();
        List<ChangefeedMetadata> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(new ChangefeedMetadata(
                    new ChangefeedId("feed-" + i), new MaintainerEpoch(1), 10, DesiredState.RUN));
        }
        List<CompletableFuture<Optional<MetadataStore.Versioned>>> created =
                all.stream().map(each -> begin(metadata, 0, each)).toList();
        List<MetadataStore.Versioned> versions =
                created.stream().map(each -> each.join().orElseThrow()).toList();
        List<CompletableFuture<Optional<MetadataStore.Versioned>>> advanced = versions.stream()
                .map(each -> begin(metadata, each.version(), each.metadata().withCheckpointTs(20)))
                .toList();
        advanced.forEach(each ->
                assertThat(each.join().orElseThrow().metadata().checkpointTs()).isEqualTo(20));

        assertThat(store.progressWrites()).as("writes of 500 checkpoints").isLessThan(300);
        CompletableFuture<List<ChangefeedMetadata>> seen = new CompletableFuture<>();
        a.process.readChangefeeds(List.of(new ChangefeedId("feed-77")), seen::complete);
        assertThat(seen.get(10, TimeUnit.SECONDS))
                .singleElement()
                .satisfies(each -> assertThat(each.checkpointTs()).isEqualTo(20));
        assertThat(metadata.list())
                .allSatisfy(each -> assertThat(each.metadata().checkpointTs()).isEqualTo(20));
    }

    @Test
    @DisplayName("whoever waits for a write when the term ends hears that")
    void termEndsWhileWriting() throws Exception {
        Member a = new Member(A);
        await("a to lead", () -> a.term > 0);
        MetadataStore metadata = a.process.metadata(a.term);
        metadata.list();

        store.silent(true);
        CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> metadata.compareAndSet(
                        0, new ChangefeedMetadata(ORDERS, new MaintainerEpoch(1), 10, DesiredState.RUN)))
                .handle((stored, thrown) -> thrown);
        a.connection.expire();

        assertThat(failure.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(MaintainerException.class);
    }
}
