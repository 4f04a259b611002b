package dev.maintainer.runtime.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.LeaderElection;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.api.port.Network;
import dev.maintainer.api.port.Transport;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.PlacementPhase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CoordinatorRoleTest {
    private static final NodeId SELF = new NodeId("n1");
    private static final ChangefeedId REMOVED_ELSEWHERE = new ChangefeedId("a-removed-elsewhere");
    private static final ChangefeedId LATER = new ChangefeedId("b-later");

    private final Store store = new Store();
    private final Election election = new Election();
    private final CoordinatorRole role = new CoordinatorRole(
            SELF,
            new OneNode(),
            new OneMember(),
            election,
            term -> store,
            CoordinatorConfig.defaults(),
            CoordinatorObserver.NONE);

    @AfterEach
    void stop() throws InterruptedException {
        role.stop();
    }

    @Test
    @DisplayName("Of an owner that has said nothing for longer than it may, it is known for how long")
    void silentOwner() {
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        assertThat(role.ownerSilentMillis(heard(SELF, now - 3_600_000)).orElse(0))
                .isGreaterThanOrEqualTo(3_600_000);
        assertThat(role.ownerSilentMillis(heard(SELF, now + 3_600_000))).isEmpty();
        assertThat(role.ownerSilentMillis(heard(null, now - 3_600_000))).isEmpty();
    }

    private static ChangefeedView heard(@Nullable NodeId owner, long heardMillis) {
        return new ChangefeedView(
                owner,
                new MaintainerEpoch(1),
                10,
                true,
                heardMillis,
                List.of(),
                DesiredState.RUN,
                PlacementPhase.RUNNING,
                null,
                "",
                ChangefeedConfiguration.NONE);
    }

    @Test
    @DisplayName("A creation that a leader could not store is forgotten when it is deposed, whatever comes later")
    void deposed() throws InterruptedException {
        role.start();
        store.down = true;
        elect(1);
        assertThat(role.createIfLeading(creation(REMOVED_ELSEWHERE))).isTrue();
        // Another leader stores the changefeed now, and somebody removes it there.
        election.candidate().deposed();
        store.down = false;

        elect(2);
        await("the new term to begin", role::isReady);
        role.createIfLeading(creation(LATER));
        await("the later creation to be stored", () -> store.all.containsKey(LATER));

        assertThat(store.all).doesNotContainKey(REMOVED_ELSEWHERE);
    }

    @Test
    @DisplayName("A creation for which leadership is lost just before is refused, and not kept for the next term")
    void justDeposed() throws InterruptedException {
        role.start();
        elect(1);
        await("the first term to begin", role::isReady);
        election.candidate().deposed();

        assertThat(role.createIfLeading(creation(REMOVED_ELSEWHERE))).isFalse();

        elect(2);
        await("the new term to begin", role::isReady);
        role.createIfLeading(creation(LATER));
        await("the later creation to be stored", () -> store.all.containsKey(LATER));
        assertThat(store.all).doesNotContainKey(REMOVED_ELSEWHERE);
    }

    @Test
    @DisplayName("A leader is not ready before it has read what is stored; a node that does not lead never is")
    void ready() throws InterruptedException {
        role.start();
        assertThat(role.isReady()).isFalse();
        store.down = true;
        elect(1);
        assertThat(role.isReady()).isFalse();
        store.down = false;
        await("the metadata to be read", role::isReady);
        election.candidate().deposed();
        assertThat(role.isReady()).isFalse();
    }

    @Test
    @DisplayName(
            "A store that breaks while it begins a write holds up nobody: the metadata are read, and the write is repeated")
    void brokenStore() throws InterruptedException {
        role.start();
        elect(1);
        await("the term to begin", role::isReady);
        store.breaks.set(1);

        role.createIfLeading(creation(LATER));

        await("the creation to be stored", () -> store.all.containsKey(LATER));
        assertThat(store.breaks).hasValue(0);
    }

    private void elect(long term) {
        election.candidate().elected(term);
    }

    private static CoordinatorInput.CreateChangefeed creation(ChangefeedId id) {
        return new CoordinatorInput.CreateChangefeed(id, 1);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 30 s for %s", what).isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Elects whom the test elects. */
    private static final class Election implements LeaderElection {
        private @Nullable Candidate candidate;

        Candidate candidate() {
            return Optional.ofNullable(candidate).orElseThrow();
        }

        @Override
        public void campaign(NodeId node, Candidate campaigning) {
            candidate = campaigning;
        }

        @Override
        public void withdraw(NodeId node) {}
    }

    private static final class Store implements MetadataStore {
        private final Map<ChangefeedId, Versioned> all = new ConcurrentSkipListMap<>();
        private final AtomicInteger breaks = new AtomicInteger();
        private volatile boolean down;

        private void check() {
            if (down) {
                throw new MaintainerException(ErrorCode.METADATA_UNAVAILABLE, "the store is down");
            }
        }

        @Override
        public Optional<Versioned> read(ChangefeedId changefeed) {
            check();
            return Optional.ofNullable(all.get(changefeed));
        }

        @Override
        public List<Versioned> list() {
            check();
            return List.copyOf(all.values());
        }

        @Override
        public Optional<Versioned> compareAndSet(long expectedVersion, ChangefeedMetadata metadata) {
            check();
            if (breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("a bug of the store");
            }
            Versioned stored = new Versioned(expectedVersion + 1, metadata);
            all.put(metadata.changefeed(), stored);
            return Optional.of(stored);
        }

        @Override
        public boolean delete(long expectedVersion, ChangefeedId changefeed) {
            check();
            return all.remove(changefeed) != null;
        }
    }

    /** A network of one node, which hosts nothing and says so. */
    private final class OneNode implements Network {
        @Override
        public void register(NodeId node, Receiver receiver) {}

        @Override
        public void unregister(NodeId node) {}

        @Override
        public Transport transportOf(NodeId sender) {
            return (to, message) -> {
                if (message instanceof CoordinatorRequest.CoordinatorBootstrap asked) {
                    role.deliver(new Envelope(
                            to,
                            sender,
                            new CoordinatorReport.HostSnapshot(asked.version(), List.of(), DrainTarget.NONE)));
                }
                return Transport.SendResult.ENQUEUED;
            };
        }
    }

    private static final class OneMember implements MembershipService {
        @Override
        public Lease join(NodeId node, Runnable lost) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Subscription subscribe(Consumer<Membership> listener) {
            listener.accept(Membership.of(1, List.of(SELF)));
            return () -> {};
        }

        @Override
        public void expel(NodeId node) {}
    }
}
