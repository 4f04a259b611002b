package dev.maintainer.node.cluster;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.Coordinator;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.node.process.OutOfMemory;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** The coordinator on a lane of its own. The metadata store blocks, so it has a thread of its own. */
final class CoordinatorNode {
    private static final NodeId ID = new NodeId("coordinator");
    private static final long TICK_MILLIS = 50;
    private static final long CREATE_RETRY_MILLIS = 100;
    /** A run gives up when it has waited for half a minute. */
    private static final long EXPEL_MILLIS = 8_000;

    private static final long START_MILLIS = 15_000;

    private static final CoordinatorConfig CONFIG =
            new CoordinatorConfig(200, 200).withExpelMillis(EXPEL_MILLIS).withStartMillis(START_MILLIS);

    private final InProcessTransport transport;
    private final LeaseMembership membership;
    private final EventLane<CoordinatorInput> lane;
    private final Coordinator coordinator;
    private final ExecutorService storage = Executors.newSingleThreadExecutor(EmbeddedNode.daemon("metadata"));
    private final PeriodicTimer timer = new PeriodicTimer("coordinator-timer");
    private final AtomicBoolean tickPending = new AtomicBoolean();

    CoordinatorNode(
            InProcessTransport transport,
            LeaseMembership membership,
            MetadataStore store,
            CoordinatorObserver observer) {
        this.transport = transport;
        this.membership = membership;
        this.lane = new EventLane<>(ID.value(), this::handle);
        // Each process leads once, and a later one must have a higher version than those before it.
        long version = System.currentTimeMillis();
        this.coordinator = new Coordinator(
                ID, version, transport.of(ID), new StorageThread(store), membership::expel, CONFIG, observer);
    }

    void start() {
        lane.start();
        transport.register(ID, this::deliver);
        membership.subscribe(ID, present -> lane.offer(new CoordinatorInput.MembershipChanged(present)));
        timer.every(TICK_MILLIS, this::tick);
    }

    /** Asked again until the changefeed is there: a coordinator that has not started yet refuses. */
    void createChangefeed(ChangefeedId changefeed, long startTs, boolean redo) {
        timer.every(CREATE_RETRY_MILLIS, () -> {
            if (coordinator.view(changefeed).isEmpty()) {
                lane.offer(new CoordinatorInput.CreateChangefeed(changefeed, startTs, redo));
            }
        });
    }

    void moveMaintainer(ChangefeedId changefeed, NodeId target) {
        lane.offer(new CoordinatorInput.MoveMaintainer(changefeed, target));
    }

    void pause(ChangefeedId changefeed, boolean paused) {
        lane.offer(new CoordinatorInput.PauseChangefeed(changefeed, paused));
    }

    SortedMap<ChangefeedId, ChangefeedView> views() {
        return coordinator.views();
    }

    /** Asks for a drain; the view says, by the number, what became of it. */
    void drain(long number, NodeId node) {
        lane.offer(new CoordinatorInput.DrainNode(number, node));
    }

    void cancelDrain(long number) {
        lane.offer(new CoordinatorInput.CancelDrain(number));
    }

    DrainView drainView() {
        return coordinator.drain();
    }

    void stop() throws InterruptedException {
        transport.unregister(ID);
        membership.unsubscribe(ID);
        timer.stop();
        lane.stop();
        lane.awaitEnd(2_000);
        storage.shutdown();
        storage.awaitTermination(5, TimeUnit.SECONDS);
    }

    private void tick() {
        if (tickPending.compareAndSet(false, true) && !lane.offer(new CoordinatorInput.Tick())) {
            tickPending.set(false);
        }
    }

    private void handle(CoordinatorInput input, long nowMillis) {
        if (input instanceof CoordinatorInput.Tick) {
            tickPending.set(false);
        }
        coordinator.handle(input, nowMillis);
    }

    private boolean deliver(Envelope envelope) {
        return envelope.message() instanceof CoordinatorReport report
                && lane.offer(new CoordinatorInput.ReportReceived(envelope.from(), report));
    }

    private final class StorageThread implements MetadataGateway {
        private final MetadataStore store;

        private StorageThread(MetadataStore store) {
            this.store = store;
        }

        @Override
        public void load() {
            answer(LOAD_REQUEST, () -> new CoordinatorInput.MetadataLoaded(store.list()));
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
            answer(
                    requestId,
                    () -> new CoordinatorInput.MetadataStored(
                            requestId, store.compareAndSet(expectedVersion, metadata)));
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            answer(
                    requestId,
                    () -> new CoordinatorInput.MetadataDeleted(requestId, store.delete(expectedVersion, changefeed)));
        }

        private void answer(long requestId, Supplier<CoordinatorInput> request) {
            storage.execute(() -> {
                CoordinatorInput answer;
                try {
                    answer = request.get();
                } catch (MaintainerException e) {
                    answer = new CoordinatorInput.MetadataFailed(requestId, String.valueOf(e.getMessage()));
                } catch (OutOfMemoryError e) {
                    OutOfMemory.check(e);
                    answer = new CoordinatorInput.MetadataFailed(requestId, e.toString());
                }
                lane.offer(answer);
            });
        }
    }
}
