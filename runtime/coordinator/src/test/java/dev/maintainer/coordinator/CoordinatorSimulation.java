package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.api.port.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator, hosts, a network and a store in virtual time, all of which may fail. Safety is checked at every step:
 * an epoch in the store never goes back, and is given to one node only, also by later leaders.
 */
final class CoordinatorSimulation {
    static final ChangefeedId FEED = CoordinatorBench.FEED;
    /** To whom another leader has given the epochs that it claimed. */
    private static final NodeId RIVAL = new NodeId("rival");

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** What a host of maintainers does, without what a maintainer does. */
    final class Host {
        final NodeId id;
        boolean dead;

        @Nullable
        MaintainerStatus hosted;

        private long follows;
        private final Map<MaintainerEpoch, MaintainerStatus> finalStatuses = new HashMap<>();
        private final List<MaintainerEpoch> tombstones = new ArrayList<>();

        Host(NodeId id) {
            this.id = id;
        }

        /** The host has lost all that it knew, but its node lives. */
        void restartLane() {
            hosted = null;
            follows = 0;
            finalStatuses.clear();
            tombstones.clear();
        }

        void receive(CoordinatorRequest request, long from) {
            if (dead) {
                return;
            }
            if (request instanceof CoordinatorRequest.CoordinatorBootstrap leader) {
                if (leader.version() >= follows) {
                    follows = leader.version();
                    report(new CoordinatorReport.HostSnapshot(follows, statuses(), DrainTarget.NONE));
                }
            } else if (from != follows) {
                return;
            } else if (request instanceof AddMaintainer add) {
                add(add);
            } else if (request instanceof CoordinatorRequest.RemoveMaintainer remove) {
                remove(remove);
            } else if (request instanceof CoordinatorRequest.AcknowledgeFinalStatus word) {
                finalStatuses.remove(word.epoch());
            }
        }

        private void add(AddMaintainer add) {
            MaintainerStatus present = hosted;
            if (present != null) {
                if (!present.epoch().equals(add.epoch())) {
                    report(new CoordinatorReport.RequestRefused(
                            FEED, add.epoch(), present.epoch(), add.kind(), RefusalReason.PRECONDITION_FAILED));
                }
            } else if (tombstones.contains(add.epoch())) {
                report(new CoordinatorReport.RequestRefused(FEED, add.epoch(), null, add.kind(), RefusalReason.CLOSED));
            } else {
                hosted = status(add.epoch(), LifecyclePhase.BOOTSTRAPPING, add.checkpointTs());
                after(random.nextInt(10, 300), () -> become(add.epoch(), LifecyclePhase.RUNNING));
            }
        }

        private void remove(CoordinatorRequest.RemoveMaintainer remove) {
            MaintainerStatus present = hosted;
            MaintainerStatus last = finalStatuses.get(remove.epoch());
            if (last != null) {
                report(new CoordinatorReport.MaintainerHeartbeat(List.of(last)));
            } else if (present == null) {
                tombstones.add(remove.epoch());
                report(new CoordinatorReport.MaintainerHeartbeat(
                        List.of(status(remove.epoch(), LifecyclePhase.CLOSED, 0))));
            } else if (present.epoch().equals(remove.epoch())) {
                become(remove.epoch(), LifecyclePhase.REMOVING);
                after(
                        random.nextInt(10, 300),
                        () -> close(remove.epoch(), remove.mode().closesDispatchers()));
            }
        }

        private void become(MaintainerEpoch epoch, LifecyclePhase phase) {
            MaintainerStatus present = hosted;
            if (present != null && present.epoch().equals(epoch) && present.phase() != LifecyclePhase.REMOVING) {
                hosted = status(epoch, phase, present.checkpointTs() + random.nextInt(5));
            }
        }

        private void close(MaintainerEpoch epoch, boolean closesWorkers) {
            MaintainerStatus present = hosted;
            if (!dead && present != null && present.epoch().equals(epoch)) {
                hosted = null;
                tombstones.add(epoch);
                finalStatuses.put(epoch, status(epoch, LifecyclePhase.CLOSED, present.checkpointTs()));
                closedWorkers |= closesWorkers;
            }
        }

        private void tick() {
            MaintainerStatus present = hosted;
            if (present != null && present.phase() == LifecyclePhase.RUNNING) {
                hosted = status(present.epoch(), present.phase(), present.checkpointTs() + random.nextInt(50));
            }
            List<MaintainerStatus> all = statuses();
            if (!all.isEmpty()) {
                report(new CoordinatorReport.MaintainerHeartbeat(all));
            }
        }

        private List<MaintainerStatus> statuses() {
            List<MaintainerStatus> all = new ArrayList<>(finalStatuses.values());
            if (hosted != null) {
                all.add(hosted);
            }
            return all;
        }

        private void report(CoordinatorReport report) {
            if (follows > 0) {
                long to = follows;
                carry("from " + id, () -> {
                    if (to == leadership) {
                        handle(new CoordinatorInput.ReportReceived(id, report));
                    }
                });
            }
        }
    }

    final SplittableRandom random;
    final TreeMap<NodeId, Host> hosts = new TreeMap<>();
    final Map<ChangefeedId, Versioned> durable = new TreeMap<>();
    /** In percent: messages lost, store requests that fail, landed or not, and that meet another writer. */
    int faults;
    /** The coordinator dies at this action, counted from 0; never if negative. */
    long crashAt = -1;

    boolean closedWorkers;
    long now = 1_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<String, Long> linkBusyUntil = new HashMap<>();
    private final Map<Long, NodeId> addedUnder = new HashMap<>();
    private long storeBusyUntil;
    private long order;
    private long actions;
    private long members;
    private long leadership;
    private int named;
    private Coordinator coordinator;

    CoordinatorSimulation(long seed, int nodes) {
        random = new SplittableRandom(seed);
        coordinator = lead();
        for (int i = 0; i < nodes; i++) {
            join();
        }
    }

    // ---- what can happen ------------------------------------------------------------------------------------------

    void restart() {
        coordinator = lead();
        publishMembers();
    }

    NodeId join() {
        NodeId id = new NodeId("n" + ++named);
        hosts.put(id, new Host(id));
        publishMembers();
        return id;
    }

    /** The node dies now; its lease is lost a while later. */
    void kill(NodeId id) {
        Host host = hosts.get(id);
        if (host != null) {
            host.dead = true;
            after(random.nextInt(50, 1_000), () -> {
                hosts.remove(id);
                publishMembers();
            });
        }
    }

    void handle(CoordinatorInput input) {
        coordinator.handle(input, now);
        if (!coordinator.audit().isEmpty()) {
            throw new AssertionError(coordinator.audit());
        }
    }

    Optional<ChangefeedView> view() {
        return coordinator.view(FEED);
    }

    /** What the coordinators have done so far: messages, and steps of store requests. */
    long actions() {
        return actions;
    }

    NodeId anyHost() {
        List<NodeId> ids = List.copyOf(hosts.keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    void run(long millis) {
        long end = now + millis;
        while (now < end) {
            now += 50;
            handle(new CoordinatorInput.Tick());
            if (now % 200 == 0) {
                hosts.values().stream().filter(host -> !host.dead).forEach(Host::tick);
            }
            while (!events.isEmpty() && events.element().at() <= now) {
                events.remove().action().run();
            }
        }
    }

    List<Host> hosting() {
        return hosts.values().stream().filter(host -> host.hosted != null).toList();
    }

    // ---- network, store, time -------------------------------------------------------------------------------------

    private void publishMembers() {
        members++;
        handle(new CoordinatorInput.MembershipChanged(Membership.of(members, hosts.keySet())));
    }

    private void after(long millis, Runnable action) {
        events.add(new Event(now + millis, order++, action));
    }

    private boolean fails() {
        return random.nextInt(100) < faults;
    }

    /** In order per link, sometimes late, sometimes lost. */
    private void carry(String link, Runnable arrival) {
        if (fails()) {
            return;
        }
        long delay = fails() ? random.nextInt(1_000) : 1;
        long at = Math.max(linkBusyUntil.getOrDefault(link, 0L), now + delay);
        linkBusyUntil.put(link, at);
        events.add(new Event(at, order++, arrival));
    }

    /** Whether the coordinator dies now. */
    private boolean crashes() {
        boolean now = actions++ == crashAt;
        if (now) {
            after(0, this::restart);
        }
        return now;
    }

    private Coordinator lead() {
        leadership++;
        long version = leadership;
        return new Coordinator(
                new NodeId("leader"),
                version,
                new FakeTransport(version),
                new FakeStore(version),
                MembershipAuthority.NONE,
                CoordinatorConfig.defaults(),
                CoordinatorObserver.NONE);
    }

    private MaintainerStatus status(MaintainerEpoch epoch, LifecyclePhase phase, long checkpoint) {
        return StatusBuilder.of(epoch.value(), phase, checkpoint).build();
    }

    private final class FakeTransport implements Transport {
        private final long version;

        private FakeTransport(long version) {
            this.version = version;
        }

        @Override
        public SendResult send(NodeId to, dev.maintainer.api.message.Message message) {
            if (version != leadership || crashes()) {
                return SendResult.CONGESTED;
            }
            if (message instanceof AddMaintainer add) {
                Versioned stored = durable.get(FEED);
                if (stored == null || add.epoch().isNewerThan(stored.metadata().epoch())) {
                    throw new AssertionError("add under epoch " + add.epoch() + ", durable is " + stored);
                }
                NodeId before = addedUnder.putIfAbsent(add.epoch().value(), to);
                if (before != null && !before.equals(to)) {
                    throw new AssertionError("epoch " + add.epoch() + " given to " + before + " and " + to);
                }
            }
            carry("to " + to, () -> {
                Host host = hosts.get(to);
                if (host != null && message instanceof CoordinatorRequest request) {
                    host.receive(request, version);
                }
            });
            return SendResult.ENQUEUED;
        }
    }

    /** One request after the other, as on one thread. What a dead leader has asked for still lands. */
    private final class FakeStore implements MetadataGateway {
        private final long version;

        private FakeStore(long version) {
            this.version = version;
        }

        @Override
        public void load() {
            ask(LOAD_REQUEST, () -> new CoordinatorInput.MetadataLoaded(List.copyOf(durable.values())));
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
            ask(requestId, () -> new CoordinatorInput.MetadataStored(requestId, put(expectedVersion, metadata)));
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            ask(requestId, () -> {
                Versioned held = durable.get(changefeed);
                boolean deletes = held != null && held.version() == expectedVersion;
                if (deletes) {
                    durable.remove(changefeed);
                }
                return new CoordinatorInput.MetadataDeleted(requestId, deletes);
            });
        }

        private Optional<Versioned> put(long expectedVersion, ChangefeedMetadata metadata) {
            Versioned held = durable.get(metadata.changefeed());
            if (held != null && fails()) {
                // Another leader, as it thinks, has just claimed an epoch.
                ChangefeedMetadata other = held.metadata();
                held = new Versioned(
                        held.version() + 1,
                        new ChangefeedMetadata(
                                other.changefeed(), other.epoch().next(), other.checkpointTs(), other.state()));
                durable.put(metadata.changefeed(), held);
                addedUnder.put(held.metadata().epoch().value(), RIVAL);
            }
            if ((held == null ? 0 : held.version()) != expectedVersion) {
                return Optional.empty();
            }
            if (held != null && held.metadata().epoch().isNewerThan(metadata.epoch())) {
                throw new AssertionError("epoch goes back from " + held + " to " + metadata);
            }
            if (held != null && held.metadata().checkpointTs() > metadata.checkpointTs()) {
                throw new AssertionError("checkpoint goes back from " + held + " to " + metadata);
            }
            Versioned next = new Versioned(expectedVersion + 1, metadata);
            durable.put(metadata.changefeed(), next);
            return Optional.of(next);
        }

        private void ask(long requestId, java.util.function.Supplier<CoordinatorInput> effect) {
            if (version != leadership || crashes()) {
                return;
            }
            storeBusyUntil = Math.max(storeBusyUntil, now + (fails() ? random.nextInt(500) : 1));
            events.add(new Event(storeBusyUntil, order++, () -> {
                CoordinatorInput failed = new CoordinatorInput.MetadataFailed(requestId, "no disk");
                boolean lands = !fails();
                CoordinatorInput result = lands ? effect.get() : failed;
                CoordinatorInput told = fails() ? failed : result;
                // Dying between the effect and its answer is a crash point of its own.
                if (version == leadership && !crashes()) {
                    after(1, () -> {
                        if (version == leadership) {
                            handle(told);
                        }
                    });
                }
            }));
        }
    }
}
