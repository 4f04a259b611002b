package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.api.port.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A coordinator with a fake transport and a fake store, in virtual time. The store outlives coordinators. */
final class CoordinatorBench {
    static final ChangefeedId FEED = new ChangefeedId("feed");
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final NodeId C = new NodeId("c");
    private static final int MOST_RESULTS = 1_000;

    final Map<ChangefeedId, Versioned> durable = new TreeMap<>();
    private final Map<ChangefeedId, MaintainerEpoch> deleted = new HashMap<>();
    final List<Envelope> sent = new ArrayList<>();
    private final Map<String, NodeId> addedUnder = new HashMap<>();
    final Deque<CoordinatorInput> results = new ArrayDeque<>();
    final List<String> refusals = new ArrayList<>();
    final List<MoveOutcome> outcomes = new ArrayList<>();

    private final class Authority implements MembershipAuthority {
        @Override
        public void expel(NodeId node) {
            expelled.add(node);
        }

        @Override
        public void resign(String reason) {
            resignations.add(reason);
        }
    }

    final List<NodeId> expelled = new ArrayList<>();
    final List<String> resignations = new ArrayList<>();
    final Map<NodeId, DrainTarget> held = new HashMap<>();
    private long number;
    /** How many maintainers hosts say that they host. */
    int hosted;

    boolean hold;
    /** The store fails whatever it is asked for. */
    boolean down;
    /** How often the store was asked for something. */
    int asked;

    long now = 1_000;
    long leadership;
    long members;
    Coordinator coordinator = lead();

    private Coordinator lead() {
        results.clear();
        leadership++;
        Transport transport = (to, message) -> {
            sent.add(new Envelope(A, to, message));
            if (message instanceof AddMaintainer add) {
                // Safety, checked at every send: durable before visible, and one node per epoch.
                Versioned held = durable.get(add.changefeed());
                if (held == null || !add.epoch().equals(held.metadata().epoch())) {
                    throw new AssertionError("add under epoch " + add.epoch() + ", durable is " + held);
                }
                NodeId before = addedUnder.putIfAbsent(add.changefeed() + " " + add.epoch(), to);
                if (before != null && !before.equals(to)) {
                    throw new AssertionError("epoch " + add.epoch() + " given to " + before + " and " + to);
                }
            }
            return Transport.SendResult.ENQUEUED;
        };
        MetadataGateway gateway = new MetadataGateway() {
            private boolean fails(long requestId) {
                asked++;
                if (down) {
                    results.add(new CoordinatorInput.MetadataFailed(requestId, "the store is down"));
                }
                return down;
            }

            @Override
            public void load() {
                if (fails(LOAD_REQUEST)) {
                    return;
                }
                results.add(new CoordinatorInput.MetadataLoaded(List.copyOf(durable.values())));
            }

            @Override
            public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
                if (fails(requestId)) {
                    return;
                }
                Versioned held = durable.get(metadata.changefeed());
                Optional<Versioned> result = Optional.empty();
                if ((held == null ? 0 : held.version()) == expectedVersion) {
                    if (held != null && held.metadata().epoch().isNewerThan(metadata.epoch())) {
                        throw new AssertionError("epoch goes back: " + metadata);
                    }
                    MaintainerEpoch last = deleted.get(metadata.changefeed());
                    boolean again = held == null && last != null;
                    Versioned next = new Versioned(
                            expectedVersion + 1, again && last != null ? metadata.withEpoch(last.next()) : metadata);
                    durable.put(metadata.changefeed(), next);
                    result = Optional.of(next);
                }
                results.add(new CoordinatorInput.MetadataStored(requestId, result));
            }

            @Override
            public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
                if (fails(requestId)) {
                    return;
                }
                Versioned held = durable.get(changefeed);
                boolean ours = held != null && held.version() == expectedVersion;
                if (ours) {
                    deleteElsewhere();
                }
                results.add(new CoordinatorInput.MetadataDeleted(requestId, ours));
            }
        };
        CoordinatorObserver observer = new CoordinatorObserver() {
            @Override
            public void moveCompleted(
                    ChangefeedId changefeed, NodeId node, MoveOutcome outcome, long takeOver, long nowMillis) {
                outcomes.add(outcome);
            }

            @Override
            public void reportRefused(String kind, String reason) {
                refusals.add(kind);
            }
        };
        return new Coordinator(
                A, leadership, transport, gateway, new Authority(), CoordinatorConfig.defaults(), observer);
    }

    /** Another coordinator, which leads at the same time, deletes the changefeed. */
    void deleteElsewhere() {
        Versioned held = durable.remove(FEED);
        if (held != null) {
            deleted.put(FEED, held.metadata().epoch());
        }
    }

    /** Another coordinator, which leads at the same time, stores something. */
    void storeElsewhere(UnaryOperator<ChangefeedMetadata> change) {
        durable.computeIfPresent(
                FEED, (feed, held) -> new Versioned(held.version() + 1, change.apply(held.metadata())));
    }

    /** Another coordinator creates the changefeed again, under an epoch and a version that never were. */
    void createElsewhere(long startTs, long epoch) {
        durable.put(
                FEED,
                new Versioned(
                        1_000,
                        new ChangefeedMetadata(
                                FEED, new MaintainerEpoch(epoch), startTs, ChangefeedMetadata.DesiredState.RUN)));
    }

    /** A new coordinator takes over; what was under way with the store is lost to it. */
    void restart() {
        coordinator = lead();
    }

    /** A new coordinator takes over, and all three hosts answer it: A with this, the others with nothing. */
    void restart(MaintainerStatus ofA) {
        restart();
        members(A, B, C);
        answer(A, ofA);
        answer(B);
        answer(C);
    }

    void handle(CoordinatorInput input) {
        coordinator.handle(input, now);
        settle();
    }

    void settle() {
        for (int taken = 0; !hold && !results.isEmpty(); taken++) {
            if (taken == MOST_RESULTS) {
                throw new AssertionError("the store is asked again and again, without a pause");
            }
            coordinator.handle(results.remove(), now);
        }
        if (!coordinator.audit().isEmpty()) {
            throw new AssertionError(coordinator.audit());
        }
    }

    void tick(long millis) {
        now += millis;
        handle(new CoordinatorInput.Tick());
    }

    void members(NodeId... nodes) {
        members++;
        handle(new CoordinatorInput.MembershipChanged(Membership.of(members, List.of(nodes))));
    }

    void answer(NodeId node, MaintainerStatus... statuses) {
        handle(new CoordinatorInput.ReportReceived(
                node,
                new CoordinatorReport.HostSnapshot(
                        leadership, List.of(statuses), held.getOrDefault(node, DrainTarget.NONE))));
    }

    void start() {
        members(A, B, C);
        answer(A);
        answer(B);
        answer(C);
    }

    /** The changefeed runs on A under epoch 1, with checkpoint 100. */
    void running() {
        start();
        handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        report(A, 1, LifecyclePhase.RUNNING, 100);
        take();
    }

    void report(NodeId node, long epoch, LifecyclePhase phase, long checkpoint) {
        says(node, status(epoch, phase, checkpoint));
    }

    void says(NodeId node, MaintainerStatus status) {
        handle(new CoordinatorInput.ReportReceived(node, new CoordinatorReport.MaintainerHeartbeat(List.of(status))));
    }

    /** A maintainer that runs says which scheduler people have chosen. */
    void schedulerChosen(NodeId node, long epoch, String scheduler) {
        says(node, StatusBuilder.running(FEED, epoch).scheduler(scheduler).build());
    }

    /** A maintainer that runs says how much is left on the node that is emptied. */
    void report(NodeId node, long epoch, DrainProgress drain) {
        says(node, StatusBuilder.running(FEED, epoch).drain(drain).build());
    }

    /** A maintainer that runs says whom it does not hear. */
    void suspects(NodeId node, long epoch, NodeId... suspects) {
        says(
                node,
                StatusBuilder.running(FEED, epoch).suspects(List.of(suspects)).build());
    }

    /** Hosts confirm the drain target that they were told last. */
    void confirm(NodeId... nodes) {
        for (NodeId node : nodes) {
            held.put(node, coordinator.drain().target());
            handle(new CoordinatorInput.ReportReceived(
                    node,
                    new CoordinatorReport.DrainTargetHeld(coordinator.drain().target(), hosted)));
        }
        tick(0);
    }

    /** Somebody wants a node drained; returns what the coordinator says. */
    DrainView.Answer drain(NodeId node) {
        handle(new CoordinatorInput.DrainNode(++number, node));
        return Objects.requireNonNull(coordinator.drain().answers().get(number));
    }

    DrainView.Answer cancelDrain() {
        handle(new CoordinatorInput.CancelDrain(++number));
        return Objects.requireNonNull(coordinator.drain().answers().get(number));
    }

    static MaintainerStatus status(long epoch, LifecyclePhase phase, long checkpoint) {
        return StatusBuilder.of(epoch, phase, checkpoint).build();
    }

    long membershipVersion() {
        return members;
    }

    void move(NodeId target) {
        handle(new CoordinatorInput.MoveMaintainer(FEED, target));
    }

    ChangefeedMetadata stored() {
        Versioned versioned = durable.get(FEED);
        if (versioned == null) {
            throw new AssertionError("no metadata");
        }
        return versioned.metadata();
    }

    ChangefeedView view() {
        return coordinator.view(FEED).orElseThrow();
    }

    List<Envelope> take() {
        List<Envelope> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** What was sent of a kind since the last call, as "node: message". */
    List<Envelope> take(Class<? extends Message> kind) {
        return take().stream().filter(sent -> kind.isInstance(sent.message())).toList();
    }

    Envelope last(Class<? extends Message> kind) {
        List<Envelope> all = take(kind);
        if (all.isEmpty()) {
            throw new AssertionError("no " + kind.getSimpleName());
        }
        return all.get(all.size() - 1);
    }
}
