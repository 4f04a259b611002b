package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.ClusterMembership;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreConnection;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process that is a member by the machines of membership, over a real store. */
final class ProcessUnderTest implements AutoCloseable {
    private static final long TICK_MILLIS = 30;

    final NodeId id;
    final List<String> story = new CopyOnWriteArrayList<>();
    final List<Versioned> metadata = new CopyOnWriteArrayList<>();
    private final ZooKeeperConnection connection;
    private final ClusterMembership membership;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private volatile Roster roster = Roster.EMPTY;
    private volatile @Nullable LeaderTerm term;
    private volatile @Nullable StoreSession session;
    private volatile boolean loaded;

    ProcessUnderTest(StoreSettings settings, String name, int port) {
        this.id = new NodeId(name);
        this.connection = new ZooKeeperConnection(settings);
        SplittableRandom random = new SplittableRandom(port);
        this.membership = new ClusterMembership(
                id,
                new NodeAttributes("127.0.0.1:" + port, 1, 1, Collections.emptySortedMap()),
                null,
                LeaseTimings.DEMO,
                null,
                random::nextLong,
                new Events());
        connection.start(loop, new Sessions());
        ScheduledFuture<?> unused = loop.scheduleWithFixedDelay(
                () -> membership.tick(System.nanoTime(), System.currentTimeMillis()),
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    Roster roster() {
        return roster;
    }

    boolean isLeading() {
        return term != null;
    }

    long epoch() {
        LeaderTerm now = term;
        return now == null ? 0 : now.epoch();
    }

    boolean hasLoaded() {
        return loaded;
    }

    boolean mayWrite() {
        return membership.deadline().isOpen(System.nanoTime(), System.currentTimeMillis());
    }

    /** Does something with the metadata, as the leader. */
    void write(Consumer<ChangefeedRecords> what) {
        loop.execute(() -> {
            ChangefeedRecords records = membership.records();
            if (records != null) {
                what.accept(records);
            }
        });
    }

    void killSession() {
        StoreSession now = session;
        if (now == null) {
            throw new AssertionError(id + " has no session");
        }
        Client.endSession(((ZooKeeperSession) now).zooKeeper());
    }

    @Override
    public void close() {
        connection.close();
        loop.shutdownNow();
    }

    @Override
    public String toString() {
        return id + ": " + story;
    }

    private final class Sessions implements StoreConnection.Listener {
        @Override
        public void sessionBegun(StoreSession begun, long nowNanos) {
            story.add("session begun");
            session = begun;
            membership.sessionBegun(begun, nowNanos);
        }

        @Override
        public void sessionEnded(long nowNanos) {
            story.add("session ended");
            session = null;
            membership.sessionEnded(nowNanos);
        }

        @Override
        public void changed(StorePath.Kind kind, long nowNanos) {
            membership.changed(kind, nowNanos);
        }

        @Override
        public void foreign(String reason) {
            story.add(reason);
        }
    }

    private final class Events implements ClusterMembership.Listener {
        @Override
        public void roster(Roster now, int protocol) {
            story.add("roster " + now.version() + " " + now.members().keySet());
            roster = now;
        }

        @Override
        public void lost(String reason) {
            story.add("lost: " + reason);
        }

        @Override
        public ChangefeedRecords.Handler elected(LeaderTerm won) {
            story.add("leads " + won.epoch());
            loaded = false;
            term = won;
            loop.execute(() -> {
                ChangefeedRecords records = membership.records();
                if (records != null) {
                    records.load();
                }
            });
            return new Answers();
        }

        @Override
        public void deposed(String reason) {
            story.add("deposed");
            term = null;
        }
    }

    private final class Answers implements ChangefeedRecords.Handler {
        @Override
        public void loaded(List<Versioned> all) {
            metadata.clear();
            metadata.addAll(all);
            loaded = true;
        }

        @Override
        public void stored(long request, Optional<Versioned> stored) {
            story.add("stored " + request + " " + stored.isPresent());
        }

        @Override
        public void deleted(long request, boolean deleted) {
            story.add("deleted " + request + " " + deleted);
        }
    }
}
