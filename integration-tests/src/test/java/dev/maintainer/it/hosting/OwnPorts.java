package dev.maintainer.it.hosting;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.LeaderElection;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.api.port.Network;
import dev.maintainer.api.port.Transport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** All ports of a cluster in memory, as short as they can be. */
final class OwnPorts implements Network, MembershipService, LeaderElection, MetadataStore, DispatcherFactory {
    final Map<NodeId, Receiver> nodes = new ConcurrentHashMap<>();
    final Map<String, Long> replicating = new ConcurrentHashMap<>();
    private final Map<NodeId, Runnable> members = new ConcurrentHashMap<>();
    private final List<Consumer<Membership>> listeners = new CopyOnWriteArrayList<>();
    private final Map<NodeId, Candidate> candidates = new LinkedHashMap<>();
    private final Map<ChangefeedId, Versioned> stored = new ConcurrentHashMap<>();
    private long membershipVersion;
    private long leaderEpoch;

    @Override // Network
    public void register(NodeId node, Receiver receiver) {
        nodes.put(node, receiver);
    }

    @Override
    public void unregister(NodeId node) {
        nodes.remove(node);
    }

    @Override
    public Transport transportOf(NodeId from) {
        return (to, message) -> nodes.containsKey(from)
                        && nodes.getOrDefault(to, lost -> false).deliver(new Envelope(from, to, message))
                ? Transport.SendResult.ENQUEUED
                : Transport.SendResult.UNKNOWN_TARGET;
    }

    @Override // MembershipService
    public synchronized Lease join(NodeId node, Runnable lost) {
        members.put(node, lost);
        announce();
        return new Lease() {
            @Override
            public boolean isHeld() {
                return members.containsKey(node);
            }

            @Override
            public boolean renew() {
                return isHeld();
            }

            @Override
            public void leave() {
                expel(node);
            }
        };
    }

    /** The node hears of it, then the others do. */
    @Override
    public synchronized void expel(NodeId node) {
        Runnable lost = members.remove(node);
        if (lost != null) {
            lost.run();
            announce();
        }
    }

    private void announce() {
        Membership present = Membership.of(++membershipVersion, members.keySet());
        listeners.forEach(listener -> listener.accept(present));
    }

    @Override
    public synchronized Subscription subscribe(Consumer<Membership> listener) {
        listener.accept(Membership.of(membershipVersion, members.keySet()));
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override // LeaderElection: the oldest candidate leads
    public synchronized void campaign(NodeId node, Candidate candidate) {
        candidates.put(node, candidate);
        if (candidates.size() == 1) {
            candidate.elected(++leaderEpoch);
        }
    }

    @Override
    public synchronized void withdraw(NodeId node) {
        boolean led =
                candidates.keySet().stream().findFirst().filter(node::equals).isPresent();
        Candidate former = candidates.remove(node);
        if (led && former != null) {
            former.deposed();
            candidates.values().stream().findFirst().ifPresent(next -> next.elected(++leaderEpoch));
        }
    }

    @Override // MetadataStore
    public Optional<Versioned> read(ChangefeedId changefeed) {
        return Optional.ofNullable(stored.get(changefeed));
    }

    @Override
    public List<Versioned> list() {
        return List.copyOf(stored.values());
    }

    @Override
    public synchronized Optional<Versioned> compareAndSet(long expected, ChangefeedMetadata metadata) {
        long version = read(metadata.changefeed()).map(Versioned::version).orElse(0L);
        if (version != expected) {
            return Optional.empty();
        }
        stored.put(metadata.changefeed(), new Versioned(version + 1, metadata));
        return read(metadata.changefeed());
    }

    @Override
    public synchronized boolean delete(long expected, ChangefeedId changefeed) {
        return stored.values()
                .removeIf(each -> each.version() == expected
                        && each.metadata().changefeed().equals(changefeed));
    }

    @Override // DispatcherFactory: what replicates nothing has replicated everything
    public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
        return new Idle(spec, listener, replicating);
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
        return new Idle(spec, listener, replicating);
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {}

    private record Idle(DispatcherSpec spec, DispatcherListener listener, Map<String, Long> replicating)
            implements TriggerDispatcher {
        @Override
        public void start() {
            replicating.merge(spec.span().table().toString(), 1L, Long::sum);
            listener.working(spec.dispatcher());
        }

        @Override
        public void close() {
            abandon();
            listener.stopped(spec.dispatcher());
        }

        @Override
        public void abandon() {
            replicating.remove(spec.span().table().toString());
        }

        @Override
        public long checkpointTs() {
            return spec.startTs();
        }

        @Override
        public long resolvedTs() {
            return spec.startTs();
        }

        @Override
        public long startTs() {
            return spec.startTs();
        }

        @Override
        public void begin() {}

        @Override
        public void acknowledge(long commitTs) {}

        @Override
        public void persist(RedoMeta meta) {}
    }
}
