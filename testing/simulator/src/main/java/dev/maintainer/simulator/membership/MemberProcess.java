package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.ClusterMembership;
import dev.maintainer.membership.ElectionPhase;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.RegistrationPhase;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.simulator.timeline.Timeline;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process with the machines of membership, clocks of its own, and something that runs in it. It may stand still, be suspended
 * with its machine, and die.
 */
public final class MemberProcess {
    /** What runs in a process; it is called while the process does not stand still. */
    public interface Role {
        /** Some time has passed. */
        void tick();

        /** The process is a member of this roster. */
        default void roster(Roster roster) {}

        /** The process is not a member any more, and ends. */
        default void lost() {}

        /** The process has given its lease back, and ends. */
        default void left() {}

        /** The process leads; returns who takes the answers of the metadata. */
        ChangefeedRecords.Handler elected(LeaderTerm won);

        /** The process does not lead any more. */
        void deposed();
    }

    /** For how long every member speaks a newer protocol before it becomes the active one. */
    private static final Duration FINALIZE_AFTER = Duration.ofSeconds(4);

    private static final long TICK = 50;
    private static final double RATE_ERROR = 0.01;
    private static final double NANOS_PER_MILLI = 1e6;
    private final Timeline timeline;
    private final MembershipTruth truth;
    private final NodeId id;
    private final NodeAttributes attributes;
    private final StoreLink link;
    private final ClusterMembership membership;
    private final SplittableRandom random;
    private final Role role;
    private final double rate;
    private final long wallAhead;
    private @Nullable LeaderTerm term;
    private long stillUntil;
    private long suspended;
    private long suspendedSince = -1;
    private boolean dead;
    private boolean gone;

    /**
     * A process that begins.
     *
     * @param predecessor the process before at the same address, if it is known to be dead
     * @param role makes what runs in it
     */
    public MemberProcess(
            Timeline timeline,
            MembershipTruth truth,
            ModelStore store,
            LeaseTimings timings,
            NodeId id,
            NodeAttributes attributes,
            @Nullable NodeId predecessor,
            Function<MemberProcess, Role> role) {
        this.timeline = timeline;
        this.truth = truth;
        this.id = id;
        this.attributes = attributes;
        this.random = timeline.chanceOf(id.value());
        this.rate = 1 - RATE_ERROR + 2 * RATE_ERROR * random.nextDouble();
        this.wallAhead = random.nextInt(20_000) - 10_000L;
        this.link = new StoreLink(timeline, store, this, timings.session().toMillis());
        this.membership = new ClusterMembership(
                id, attributes, predecessor, timings, FINALIZE_AFTER, random::nextLong, new Events());
        this.role = role.apply(this);
        link.open();
        timeline.in(timeline.below((int) TICK), this::tick);
    }

    public NodeId id() {
        return id;
    }

    public String address() {
        return attributes.address();
    }

    /** What it says of itself. */
    NodeAttributes attributes() {
        return attributes;
    }

    public StoreLink link() {
        return link;
    }

    MembershipTruth truth() {
        return truth;
    }

    public boolean isDead() {
        return dead;
    }

    public RegistrationPhase registration() {
        return membership.registration();
    }

    ElectionPhase election() {
        return membership.election();
    }

    public boolean isLeading() {
        return !dead && term != null;
    }

    @Nullable
    Long termEpoch() {
        return term == null ? null : term.epoch();
    }

    /** The monotonic clock: a little too fast or too slow, and it does not go on in a suspended machine. */
    public long nanos() {
        long slept = suspended + (suspendedSince < 0 ? 0 : timeline.now() - suspendedSince);
        return (long) ((timeline.now() - slept) * NANOS_PER_MILLI * rate);
    }

    /** Chance of this process alone. */
    SplittableRandom random() {
        return random;
    }

    /** The metadata while it leads; else null. */
    public @Nullable ChangefeedRecords records() {
        return membership.records();
    }

    /** Whether it stands still now. */
    public boolean isStill() {
        return timeline.now() < stillUntil;
    }

    /** The latest leader epoch that it has read of. */
    public long leaderEpoch() {
        return membership.leaderEpoch();
    }

    /** A peer knows this roster and this leader. */
    public void heard(long rosterVersion, long leaderEpoch) {
        run(() -> membership.heard(rosterVersion, leaderEpoch, nanos()));
    }

    /** A peer does not find it in this roster. */
    public void unknownTo(long rosterVersion) {
        run(() -> membership.unknownTo(rosterVersion, nanos()));
    }

    /** It leads no more, and lets others try first for so long. */
    public void abstain(long millis) {
        run(() -> membership.abstain(nanos() + millis * (long) NANOS_PER_MILLI));
    }

    private long wallMillis() {
        return timeline.now() + wallAhead;
    }

    /** Whether it would let a write begin now; one that is lost still runs for a moment. */
    public boolean mayWrite() {
        return !gone && membership.deadline().isOpen(nanos(), wallMillis());
    }

    /** Lets something happen in the process, now or when it does not stand still any more. */
    public void run(Runnable what) {
        if (dead) {
            return;
        }
        if (timeline.now() < stillUntil) {
            timeline.at(stillUntil, () -> run(what));
            return;
        }
        what.run();
        truth.moved(this);
    }

    private void tick() {
        if (dead) {
            return;
        }
        run(() -> {
            membership.tick(nanos(), wallMillis());
            work();
        });
        timeline.in(TICK, this::tick);
    }

    void sessionBegun(StoreSession session) {
        membership.sessionBegun(session, nanos());
    }

    void sessionEnded() {
        membership.sessionEnded(nanos());
    }

    public void standStill(long millis) {
        stillUntil = Math.max(stillUntil, timeline.now() + millis);
        link.quiet(millis);
    }

    public void suspend(long millis) {
        if (suspendedSince >= 0) {
            return;
        }
        suspendedSince = timeline.now();
        timeline.in(millis, () -> {
            suspended += timeline.now() - suspendedSince;
            suspendedSince = -1;
        });
        standStill(millis);
    }

    public void die() {
        dead = true;
        gone = true;
        term = null;
        link.die();
    }

    public void leave() {
        run(() -> membership.leave(nanos()));
    }

    public void expel(NodeId node) {
        run(() -> membership.expel(node, nanos()));
    }

    /** Until when it stands still; in the past if it does not. */
    public long stillUntil() {
        return stillUntil;
    }

    /** Ends when it has left, or must. */
    private void exit() {
        dead = true;
        term = null;
        link.close();
    }

    private void work() {
        if (membership.registration() == RegistrationPhase.LEFT) {
            timeline.tell(() -> id + " has left");
            role.left();
            gone = true;
            exit();
            return;
        }
        role.tick();
    }

    private final class Events implements ClusterMembership.Listener {
        @Override
        public void roster(Roster roster, int protocol) {
            timeline.tell(() -> id + " is in roster " + roster.version() + " "
                    + roster.members().keySet() + ", protocol " + protocol);
            role.roster(roster);
        }

        @Override
        public void lost(String reason) {
            timeline.tell(() -> id + " is lost: " + reason);
            truth.lost(MemberProcess.this, reason);
            role.lost();
            exit();
        }

        @Override
        public ChangefeedRecords.Handler elected(LeaderTerm won) {
            timeline.tell(() -> id + " leads, epoch " + won.epoch());
            truth.elected(MemberProcess.this, won);
            term = won;
            return role.elected(won);
        }

        @Override
        public void deposed(String reason) {
            timeline.tell(() -> id + " does not lead any more: " + reason);
            term = null;
            role.deposed();
        }
    }
}
