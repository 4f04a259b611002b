package dev.maintainer.runtime.coordination;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.Coordinator;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.CurrentTerm;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.MembershipAuthority;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.coordinator.OrderedGateway;
import dev.maintainer.coordinator.RequestAnswer;
import dev.maintainer.runtime.loop.DaemonThreads;
import dev.maintainer.runtime.loop.EventLoop;
import dev.maintainer.runtime.loop.PeriodicTimer;
import dev.maintainer.runtime.process.OutOfMemory;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of a leader: a coordinator on an event loop of its own, under the leader epoch of the term. The metadata store
 * blocks, so it has a thread of its own; answers that come after the end reach nobody.
 */
final class Leadership implements CurrentTerm.Running {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long TICK_MILLIS = 50;

    private final MembershipService membership;
    private final EventLoop<CoordinatorInput> loop;
    private final OrderedGateway metadata;
    private final Coordinator coordinator;
    private final ExecutorService storage;
    private final PeriodicTimer timer;
    private final AtomicBoolean tickPending = new AtomicBoolean();
    private volatile MembershipService.@Nullable Subscription subscription;

    Leadership(
            NodeId id,
            long leaderEpoch,
            Transport transport,
            MembershipService membership,
            MetadataStore store,
            CoordinatorConfig config,
            CoordinatorObserver observer,
            Runnable resignation) {
        this.membership = membership;
        this.loop = new EventLoop<>(id + "-coordinator", this::handle);
        this.storage = Executors.newSingleThreadExecutor(DaemonThreads.named(id + "-metadata"));
        this.timer = new PeriodicTimer(id + "-coordinator-timer");
        this.metadata = new OrderedGateway(new StorageThread(store));
        this.coordinator = new Coordinator(
                id, leaderEpoch, transport, metadata, new Authority(membership, resignation), config, observer);
    }

    @Override
    public void start() {
        loop.start();
        subscription = membership.subscribe(present -> loop.offer(new CoordinatorInput.MembershipChanged(present)));
        timer.every(TICK_MILLIS, this::tick);
    }

    /** Does nothing any more; waits for nothing. */
    @Override
    public void end() {
        MembershipService.Subscription present = subscription;
        if (present != null) {
            present.cancel();
        }
        timer.cancel();
        loop.stop();
        storage.shutdown();
    }

    /** Waits until nothing of it runs, some seconds at most. */
    void awaitEnd() throws InterruptedException {
        loop.awaitEnd(2_000);
        storage.awaitTermination(5, TimeUnit.SECONDS);
    }

    boolean offer(CoordinatorInput input) {
        return loop.offer(input);
    }

    boolean deliver(Envelope envelope) {
        return envelope.message() instanceof CoordinatorReport report
                && loop.offer(new CoordinatorInput.ReportReceived(envelope.from(), report));
    }

    long idleNanos() {
        return loop.idleNanos();
    }

    boolean hasStarted() {
        return coordinator.hasStarted();
    }

    SortedMap<ChangefeedId, ChangefeedView> views() {
        return coordinator.views();
    }

    Optional<RequestAnswer> answer(long number) {
        return coordinator.answer(number);
    }

    DrainView drainView() {
        return coordinator.drain();
    }

    private void tick() {
        if (tickPending.compareAndSet(false, true) && !loop.offer(new CoordinatorInput.Tick())) {
            tickPending.set(false);
        }
    }

    private void handle(CoordinatorInput input, long nowMillis) {
        if (input instanceof CoordinatorInput.Tick) {
            tickPending.set(false);
        }
        metadata.answered(input);
        coordinator.handle(input, nowMillis);
    }

    /** What the coordinator may do to members, and to itself. */
    private record Authority(MembershipService membership, Runnable resignation) implements MembershipAuthority {
        @Override
        public void expel(NodeId node) {
            membership.expel(node);
        }

        @Override
        public void resign(String reason) {
            LOG.warn("the coordinator resigns: {}", reason);
            resignation.run();
        }
    }

    /** Requests to the store, which may block whoever asks it. */
    private final class StorageThread implements MetadataGateway {
        private final MetadataStore store;

        private StorageThread(MetadataStore store) {
            this.store = store;
        }

        @Override
        public void load() {
            request(LOAD_REQUEST, () -> loop.offer(new CoordinatorInput.MetadataLoaded(store.list())));
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
            request(
                    requestId,
                    () -> store.beginCompareAndSet(expectedVersion, metadata, new MetadataStore.Outcome() {
                        @Override
                        public void stored(Optional<MetadataStore.Versioned> stored) {
                            loop.offer(new CoordinatorInput.MetadataStored(requestId, stored));
                        }

                        @Override
                        public void failed(MaintainerException failure) {
                            loop.offer(failure(requestId, failure));
                        }
                    }));
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            request(
                    requestId,
                    () -> loop.offer(new CoordinatorInput.MetadataDeleted(
                            requestId, store.delete(expectedVersion, changefeed))));
        }

        /** Nobody may wait for a request that a broken store has never begun. */
        private void request(long requestId, Runnable request) {
            storage.execute(() -> {
                try {
                    request.run();
                } catch (RuntimeException | OutOfMemoryError e) {
                    loop.offer(failure(requestId, e));
                }
            });
        }

        private static CoordinatorInput failure(long requestId, Throwable cause) {
            if (cause instanceof OutOfMemoryError e) {
                OutOfMemory.check(e);
            }
            return new CoordinatorInput.MetadataFailed(
                    requestId,
                    cause instanceof MaintainerException ? String.valueOf(cause.getMessage()) : cause.toString());
        }
    }
}
