package dev.maintainer.cluster.distributed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.LeaderElection;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.ClusterMembership;
import dev.maintainer.membership.FinalizeOutcome;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.MembershipFeed;
import dev.maintainer.membership.ProtocolSupport;
import dev.maintainer.membership.RegistrationPhase;
import dev.maintainer.membership.TermRecords;
import dev.maintainer.membership.WriteDeadline;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreConnection;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.runtime.metrics.Durations;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process in a cluster of processes: what {@link ClusterMembership} decides, as the ports that a node is made of. A thread
 * of its own talks to the store; it alone runs the machines and calls listeners, which only enqueue.
 *
 * <p>There is one node in a process: {@link #join} and {@link #campaign} accept its id only. Thread-safe.
 */
public final class ClusterProcess implements MembershipService, LeaderElection, AutoCloseable {
    private static final int TICKS_PER_RENEWAL = 6;
    private static final int SESSIONS_OF_ABSTENTION = 6;
    private static final long LEAVE_MILLIS = 3_000;

    private final NodeId node;
    private final Duration joinWithin;
    private final StoreConnection connection;
    private final LeaseTimings timings;
    private final ClusterObserver observer;
    private final StoreLoop loop;
    private final ClusterMembership membership;
    private final WriteDeadline deadline;
    private final LeaseMeter leaseMeter;
    private final OutageWatch outages;
    private final Durations storeRequests = new Durations();
    private final TermRecords records;
    private final MetadataRequests metadata;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    /** On the thread of the store. */
    private final MembershipFeed feed = new MembershipFeed();

    private volatile Roster roster = Roster.EMPTY;
    private volatile int protocol;
    private volatile long lastLeaderEpoch;
    private volatile @Nullable String lostReason;
    private volatile boolean firstRegistrationLost;
    private volatile @Nullable Runnable lostListener;
    private volatile @Nullable LeaderTerm term;
    private volatile RegistrationPhase phase = RegistrationPhase.WAITING;
    private volatile @Nullable NodeId leading;
    /** When the store last answered, or this process began to ask. */
    private volatile OptionalLong heardNanos = OptionalLong.empty();

    private volatile @Nullable String foreign;
    /** When a write was last allowed; 0 for never. For evidence: a write of two threads at once may hide the other. */
    private volatile long lastWriteNanos;
    /** On the thread of the store. */
    private @Nullable StoreSession session;

    /**
     * A process that does nothing yet.
     *
     * @param node an id that no process has had before
     * @param attributes what others need to know of it
     * @param predecessor the process before on the same data directory, if it is dead for certain; else null
     * @param timings on which it rests that removed nodes write nothing
     * @param eligible whether this process may lead. One that must not may not even be elected: it would keep the others from
     *     it and coordinate nothing
     * @param finalizeAfter for how long every member must have spoken a newer protocol before it becomes the active one, while
     *     this process leads; null if it only does when somebody asks for it
     * @param connection with the store; closed with this
     * @param joinWithin how long {@link #join} waits
     * @param observer hears what happens
     */
    public ClusterProcess(
            NodeId node,
            NodeAttributes attributes,
            @Nullable NodeId predecessor,
            LeaseTimings timings,
            boolean eligible,
            @Nullable Duration finalizeAfter,
            StoreConnection connection,
            Duration joinWithin,
            ClusterObserver observer) {
        this.node = node;
        this.timings = timings;
        this.connection = connection;
        this.joinWithin = joinWithin;
        this.observer = observer;
        this.loop = new StoreLoop(node + "-store", this::failed);
        this.membership = new ClusterMembership(
                node, attributes, predecessor, timings, finalizeAfter, new SecureRandom()::nextLong, new Events());
        if (!eligible) {
            membership.abstain(Long.MAX_VALUE);
        }
        this.deadline = membership.deadline();
        this.leaseMeter = new LeaseMeter(deadline::remainingNanos);
        this.outages = new OutageWatch(connection.describe(), timings.lease(), observer);
        this.records = new TermRecords(membership::records);
        this.metadata = new MetadataRequests(loop, records);
    }

    // ---- membership ------------------------------------------------------------------------------------------------

    /**
     * Registers with the store and waits until this node is in the roster.
     *
     * @throws MaintainerException with {@code METADATA_UNAVAILABLE} if that takes too long, saying what it waits for; with
     *     {@code NODE_UNAVAILABLE} if the node is not admitted
     */
    @Override
    public Lease join(NodeId joining, Runnable lost) {
        require(joining);
        lostListener = lost;
        heardNanos = OptionalLong.of(System.nanoTime());
        connection.start(loop, new Connection());
        long period = Math.max(10, timings.renew().toMillis() / TICKS_PER_RENEWAL);
        loop.every(period, this::tick);
        try {
            joined.get(joinWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MaintainerException refused
                    ? refused
                    : new IllegalStateException("the registration has failed", e.getCause());
        } catch (TimeoutException e) {
            throw new MaintainerException(ErrorCode.METADATA_UNAVAILABLE, waitedFor(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while node " + node + " joined", e);
        }
        return new NodeLease();
    }

    private String waitedFor() {
        String other = foreign;
        String begin = "node " + node + " has not become a member within " + joinWithin.toSeconds() + " s: ";
        if (other != null) {
            return begin + other;
        }
        if (!connection.isConnected()) {
            return begin
                    + connection
                            .problem()
                            .orElse(
                                    "the store does not answer; check zookeeper.connect and that a majority of its servers runs");
        }
        return begin
                + (phase == RegistrationPhase.JOINING
                        ? "it is registered, and no leader admits it; another process may still have its address until"
                                + " that one's lease is over, or no member leads"
                        : "its registration is " + phase);
    }

    private void require(NodeId id) {
        if (!id.equals(node)) {
            throw new IllegalStateException("this process is node " + node + ", and not " + id);
        }
    }

    private void tick() {
        long nowNanos = System.nanoTime();
        long wallMillis = System.currentTimeMillis();
        leaseMeter.tick(nowNanos, wallMillis);
        membership.tick(nowNanos, wallMillis);
        phase = membership.registration();
        leading = membership.leading();
        lastLeaderEpoch = membership.leaderEpoch();
        membership.heardNanos().ifPresent(heard -> heardNanos = OptionalLong.of(heard));
        switch (phase) {
            case WAITING, INSPECTING, REGISTERING, JOINING, MEMBER ->
                heardNanos.ifPresent(heard ->
                        outages.look(nowNanos, wallMillis, heard, deadline.remainingNanos(nowNanos, wallMillis)));
            case LEFT -> left.complete(null);
            // It is not to write any more.
            case LEAVING, LOST -> {}
        }
    }

    /** Whether this node may write at this moment: what {@link Lease#isHeld} says. */
    private boolean mayWrite() {
        return deadline.isOpen(System.nanoTime(), System.currentTimeMillis());
    }

    private final class NodeLease implements Lease {
        @Override
        public boolean isHeld() {
            long now = System.nanoTime();
            boolean held = deadline.isOpen(now, System.currentTimeMillis());
            if (held) {
                lastWriteNanos = now;
            } else {
                leaseMeter.held();
            }
            return held;
        }

        /** It renews itself. */
        @Override
        public boolean renew() {
            return lostReason == null;
        }

        @Override
        public void leave() {
            loop.execute(() -> membership.leave(System.nanoTime()));
            try {
                left.get(LEAVE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // The lease runs out by itself; that is only slower.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Subscription subscribe(Consumer<Membership> listener) {
        AtomicBoolean cancelled = new AtomicBoolean();
        loop.execute(() -> feed.subscribe(cancelled, members -> {
            if (!cancelled.get()) {
                listener.accept(members);
            }
        }));
        return () -> {
            cancelled.set(true);
            loop.execute(() -> feed.unsubscribe(cancelled));
        };
    }

    @Override
    public void expel(NodeId member) {
        loop.execute(() -> membership.expel(member, System.nanoTime()));
    }

    /**
     * A peer says that this process is not in its roster; it looks whether that is so.
     *
     * @param rosterVersion of that roster
     */
    public void unknownTo(long rosterVersion) {
        loop.execute(() -> membership.unknownTo(rosterVersion, System.nanoTime()));
    }

    /**
     * A peer knows a newer roster or a later leader than this process; it looks whether that is so. What is not newer costs
     * nothing.
     *
     * @param rosterVersion of the peer
     * @param leaderEpoch of the leader that the peer knows; 0 if it said nothing of one
     */
    public void heard(long rosterVersion, long leaderEpoch) {
        if (rosterVersion > roster.version() || leaderEpoch > lastLeaderEpoch) {
            loop.execute(() -> membership.heard(rosterVersion, leaderEpoch, System.nanoTime()));
        }
    }

    /**
     * Lets the cluster speak what all its members can, if this process leads.
     *
     * @return what became of it; never completed while the store does not answer
     */
    public CompletableFuture<FinalizeOutcome> finalizeProtocol() {
        CompletableFuture<FinalizeOutcome> outcome = new CompletableFuture<>();
        loop.execute(() -> membership.finalizeProtocol(outcome::complete, System.nanoTime()));
        return outcome;
    }

    // ---- election and metadata -------------------------------------------------------------------------------------

    @Override
    public void campaign(NodeId campaigning, Candidate wanted) {
        require(campaigning);
        loop.execute(() -> feed.campaign(wanted));
    }

    @Override
    public void withdraw(NodeId withdrawing) {
        if (withdrawing.equals(node)) {
            loop.execute(() -> membership.abstain(Long.MAX_VALUE));
        }
    }

    /** Others try first for as long as they would need to expel somebody. */
    @Override
    public void abstain(NodeId abstaining) {
        if (abstaining.equals(node)) {
            loop.execute(() -> {
                if (term != null) {
                    membership.abstain(System.nanoTime()
                            + timings.session()
                                    .multipliedBy(SESSIONS_OF_ABSTENTION)
                                    .toNanos());
                }
            });
        }
    }

    /**
     * {@return the metadata as the leader of one term writes it; calls fail when the term is over}
     *
     * @param leaderEpoch of the term
     */
    public MetadataStore metadata(long leaderEpoch) {
        return new TermStore(metadata, leaderEpoch);
    }

    /**
     * Reads what is stored of changefeeds; any node may. It is as new as when this was asked.
     *
     * @param changefeeds which ones
     * @param found gets those that are stored, on the thread of the store; not called if the store does not answer
     */
    public void readChangefeeds(Collection<ChangefeedId> changefeeds, Consumer<List<ChangefeedMetadata>> found) {
        List<StorePath> paths = changefeeds.stream().map(StorePath::changefeed).toList();
        List<StorePath> progress =
                changefeeds.stream().map(StorePath::progress).distinct().toList();
        loop.execute(() -> {
            StoreSession now = session;
            if (now == null || paths.isEmpty()) {
                return;
            }
            // Metadata of a later epoch contain what was reached before, so they are read last.
            now.send(
                    new StoreRequest.Read(progress, true),
                    (reached, then) -> now.send(new StoreRequest.Read(paths, true), (answer, at) -> {
                        if (reached instanceof StoreAnswer.Records first
                                && answer instanceof StoreAnswer.Records second) {
                            found.accept(second.records().values().stream()
                                    .map(Stored::value)
                                    .filter(StoreValue.Changefeed.class::isInstance)
                                    .map(value -> withProgress(((StoreValue.Changefeed) value).metadata(), first))
                                    .toList());
                        }
                    }));
        });
    }

    private static ChangefeedMetadata withProgress(ChangefeedMetadata metadata, StoreAnswer.Records reached) {
        Stored stored = reached.at(StorePath.progress(metadata.changefeed()));
        return stored != null && stored.value() instanceof StoreValue.Progress progress
                ? progress.applyTo(metadata)
                : metadata;
    }

    // ---- what others see -------------------------------------------------------------------------------------------

    /** {@return the members as this node knows them; without any before it is one} */
    public Roster roster() {
        return roster;
    }

    /** {@return what the members speak, and could; empty before this node is one} */
    public Optional<ProtocolSupport> protocol() {
        int active = protocol;
        return active == 0 ? Optional.empty() : Optional.of(ProtocolSupport.of(active, roster));
    }

    /** {@return how often somebody has become the leader, as this node last read it; 0 for never} */
    public long lastLeaderEpoch() {
        return lastLeaderEpoch;
    }

    /** {@return why this node is not ready, for people; empty if it is a member that may write} */
    public Optional<String> notReady() {
        String reason = lostReason;
        if (reason != null) {
            return Optional.of(reason);
        }
        if (!roster.members().containsKey(node)) {
            return Optional.of("this node is not a member; its registration is " + phase);
        }
        if (!mayWrite()) {
            return Optional.of("the lease of this node has run out, so its writes are held; "
                    + storeSilence()
                            .map(StoreSilence::describe)
                            .orElse(connection.isConnected() ? "it renews it" : "the store does not answer"));
        }
        return Optional.empty();
    }

    /** {@return who leads, as this node last read it; empty if nobody does} */
    public Optional<NodeId> leader() {
        return Optional.ofNullable(leading);
    }

    /**
     * {@return that the store has not answered for longer than a lease: then somebody else may lead, and what this node knows of
     * others may be that old; empty if it has}
     */
    public Optional<StoreSilence> storeSilence() {
        OptionalLong heard = heardNanos;
        long silentNanos = heard.isEmpty() ? 0 : System.nanoTime() - heard.getAsLong();
        if (silentNanos <= timings.lease().toNanos()) {
            return Optional.empty();
        }
        Duration lasting = Duration.ofNanos(silentNanos);
        return Optional.of(new StoreSilence(connection.describe(), Instant.now().minus(lasting), lasting));
    }

    /** {@return the epoch under which this node leads; 0 if it does not} */
    public long leaderEpoch() {
        LeaderTerm present = term;
        return present == null ? 0 : present.epoch();
    }

    /** {@return whether the store answers} */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /** {@return how far the registration of this node is} */
    public RegistrationPhase registration() {
        return phase;
    }

    /**
     * {@return whether {@link #join} has failed because the first registration was lost: then this process may try again under
     * another id, with everything made anew}
     */
    public boolean isFirstRegistrationLost() {
        return firstRegistrationLost;
    }

    /** {@return what this process has counted of its lease and its store} */
    public ClusterStatistics statistics() {
        return new ClusterStatistics(
                leaseMeter.remainingNanos(System.nanoTime(), System.currentTimeMillis()),
                leaseMeter.leastRemainingNanos(),
                leaseMeter.expirations(),
                leaseMeter.heldWrites(),
                storeRequests,
                loop.idleNanos());
    }

    /** {@return for how many nanoseconds the thread of the store has not moved} */
    public long idleNanos() {
        return loop.idleNanos();
    }

    /** Ends the session and the thread; the lease ends by itself if it was not given back. */
    @Override
    public void close() {
        connection.close();
        loop.end();
    }

    // ---- on the thread of the store --------------------------------------------------------------------------------

    private void failed(Throwable cause) {
        observer.failed(cause);
        lost("the thread of the store has died: " + cause);
    }

    private void lost(String reason) {
        phase = RegistrationPhase.LOST;
        firstRegistrationLost = membership.isFirstRegistrationLost();
        lostReason = reason;
        observer.lost(reason, lastWriteNanos);
        joined.completeExceptionally(new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE, "node " + node + " is not a member of the cluster: " + reason));
        left.complete(null);
        Runnable listener = lostListener;
        if (listener != null && joined.isDone() && !joined.isCompletedExceptionally()) {
            listener.run();
        }
    }

    private final class Connection implements StoreConnection.Listener {
        @Override
        public void sessionBegun(StoreSession session, long nowNanos) {
            foreign = null;
            StoreSession metered = new MeteredSession(session, storeRequests);
            ClusterProcess.this.session = metered;
            observer.sessionBegun(session.id());
            membership.sessionBegun(metered, nowNanos);
        }

        @Override
        public void sessionEnded(long nowNanos) {
            session = null;
            observer.sessionEnded();
            membership.sessionEnded(nowNanos);
        }

        @Override
        public void changed(StorePath.Kind kind, long nowNanos) {
            membership.changed(kind, nowNanos);
        }

        @Override
        public void foreign(String reason) {
            foreign = reason;
            observer.foreignStore(reason);
        }
    }

    private final class Events implements ClusterMembership.Listener {
        @Override
        public void roster(Roster next, int active) {
            roster = next;
            protocol = active;
            observer.roster(next, active);
            joined.complete(null);
            feed.roster(next);
        }

        @Override
        public void lost(String reason) {
            ClusterProcess.this.lost(reason);
        }

        @Override
        public ChangefeedRecords.Handler elected(LeaderTerm begun) {
            term = begun;
            records.begin(begun);
            observer.elected(begun.epoch());
            feed.elected(begun);
            return records;
        }

        @Override
        public void deposed(String reason) {
            term = null;
            records.end();
            observer.deposed(reason);
            feed.deposed();
        }

        @Override
        public void renewing(long deadlineNanos) {
            observer.renewing(deadlineNanos, lastWriteNanos);
        }

        @Override
        public void removed(SortedSet<NodeId> members, long sentNanos) {
            observer.removed(members, sentNanos);
        }
    }
}
