package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The metadata, which survive everything, and the slow and unreliable way to them. Epochs and checkpoints only rise. */
final class SimulatedStore implements DurableMetadata {
    /** Looks at what is about to become durable. */
    interface Check {
        void stored(ChangefeedMetadata metadata);
    }

    /** Of a changefeed: a load and a write, each once in 500 ms, which is three times in a second at most. */
    private static final int MOST_REQUESTS_PER_SECOND = 6;

    private static final int LONGEST_MILLIS = 2_000;

    private final Timeline timeline;
    private final Faults faults;
    private final int mostRequests;
    private final Check check;
    private final Consumer<ChangefeedId> deletion;
    private final TreeMap<ChangefeedId, Versioned> stored = new TreeMap<>();
    /** Epochs never repeat, not even those of a changefeed that was deleted. */
    private final Map<ChangefeedId, ChangefeedMetadata> deleted = new TreeMap<>();

    private final SplittableRandom patience;
    private long downUntil;
    private long versions;

    SimulatedStore(Timeline timeline, Faults faults, int changefeeds, Check check, Consumer<ChangefeedId> deletion) {
        this.timeline = timeline;
        this.faults = faults;
        this.mostRequests = changefeeds * MOST_REQUESTS_PER_SECOND;
        this.check = check;
        this.deletion = deletion;
        this.patience = timeline.chanceOf("patience");
    }

    /** For a while nothing is read or written; requests fail, at once or after a while. */
    void down(long millis) {
        timeline.tell(() -> "the store is down for " + millis + " ms");
        downUntil = timeline.now() + millis;
    }

    void heal() {
        downUntil = 0;
    }

    private boolean isDown() {
        return timeline.now() < downUntil;
    }

    @Override
    public Optional<ChangefeedMetadata> read(ChangefeedId changefeed) {
        return Optional.ofNullable(stored.get(changefeed)).map(Versioned::metadata);
    }

    /** The store as one coordinator sees it. */
    MetadataGateway gateway(Consumer<CoordinatorInput> inbox, BooleanSupplier mayWrite, Runnable death) {
        return new Gateway(inbox, mayWrite, death);
    }

    private Optional<Versioned> compareAndSet(long expectedVersion, ChangefeedMetadata metadata) {
        Versioned held = stored.get(metadata.changefeed());
        if ((held == null ? 0 : held.version()) != expectedVersion) {
            return Optional.empty();
        }
        ChangefeedMetadata deleted = this.deleted.get(metadata.changefeed());
        if (held == null && deleted != null && !metadata.epoch().isNewerThan(deleted.epoch())) {
            return compareAndSet(
                    expectedVersion, metadata.withEpoch(deleted.epoch().next()));
        }
        if (held != null && held.metadata().epoch().isNewerThan(metadata.epoch())) {
            throw new Violation(
                    Invariant.EPOCH_DURABLE_FIRST,
                    "the durable epoch goes back: " + held.metadata() + " to " + metadata);
        }
        if (held != null && held.metadata().checkpointTs() > metadata.checkpointTs()) {
            throw new Violation(
                    Invariant.CHECKPOINT_MONOTONIC,
                    "the durable checkpoint goes back: " + held.metadata() + " to " + metadata);
        }
        check.stored(metadata);
        if (held == null || !held.metadata().epoch().equals(metadata.epoch())) {
            timeline.tell(() -> "durable: " + metadata);
        }
        // Versions of one changefeed that was deleted and made again never repeat.
        Versioned next = new Versioned(++versions, metadata);
        stored.put(metadata.changefeed(), next);
        return Optional.of(next);
    }

    private boolean delete(long expectedVersion, ChangefeedId changefeed) {
        Versioned held = stored.get(changefeed);
        if (held == null || held.version() != expectedVersion) {
            return false;
        }
        deletion.accept(changefeed);
        stored.remove(changefeed);
        deleted.put(changefeed, held.metadata());
        timeline.tell(() -> "durable: " + changefeed + " is deleted");
        return true;
    }

    private final class Gateway implements MetadataGateway {
        private final Consumer<CoordinatorInput> inbox;
        private final BooleanSupplier mayWrite;
        private final Runnable death;
        private long lastAt;
        private long countedSince;
        private int counted;

        Gateway(Consumer<CoordinatorInput> inbox, BooleanSupplier mayWrite, Runnable death) {
            this.inbox = inbox;
            this.mayWrite = mayWrite;
            this.death = death;
        }

        @Override
        public void load() {
            request(LOAD_REQUEST, () -> new CoordinatorInput.MetadataLoaded(List.copyOf(stored.values())));
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
            request(
                    requestId,
                    () -> new CoordinatorInput.MetadataStored(
                            requestId, SimulatedStore.this.compareAndSet(expectedVersion, metadata)));
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            request(
                    requestId,
                    () -> new CoordinatorInput.MetadataDeleted(
                            requestId, SimulatedStore.this.delete(expectedVersion, changefeed)));
        }

        /** Whoever hears that the store is down must not make it worse. */
        private void failWhileDown(long requestId) {
            if (timeline.now() - countedSince > 1_000) {
                countedSince = timeline.now();
                counted = 0;
            }
            if (++counted > mostRequests) {
                throw new Violation(
                        Invariant.NO_BUSY_LOOP,
                        "the store is down, and one coordinator has asked it " + counted + " times in a second");
            }
            long travel = patience.nextInt(4) == 0 ? patience.nextInt(LONGEST_MILLIS) : 1L + patience.nextInt(15);
            lastAt = Math.max(lastAt, timeline.now() + travel);
            timeline.at(
                    lastAt,
                    () -> inbox.accept(new CoordinatorInput.MetadataFailed(requestId, "the store does not answer")));
        }

        /** One after the other, each at some moment before its answer. */
        private void request(long requestId, Supplier<CoordinatorInput> operation) {
            if (!mayWrite.getAsBoolean()) {
                return;
            }
            if (isDown()) {
                failWhileDown(requestId);
                return;
            }
            long appliedAt = Math.max(lastAt, timeline.now() + faults.travel());
            long answeredAt = appliedAt + faults.travel();
            lastAt = answeredAt;
            boolean fails = faults.storeFails();
            boolean applied = !fails || timeline.chance(0.5);
            if (faults.coordinatorDiesWithWrite()) {
                timeline.at(timeline.now() + timeline.below((int) (answeredAt - timeline.now()) + 1), death);
            }
            timeline.at(appliedAt, () -> {
                CoordinatorInput answer = applied ? operation.get() : null;
                CoordinatorInput heard = fails || answer == null
                        ? new CoordinatorInput.MetadataFailed(requestId, "the store does not answer")
                        : answer;
                timeline.at(answeredAt, () -> inbox.accept(heard));
            });
        }
    }
}
