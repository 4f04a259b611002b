package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.ClusterMembership;
import dev.maintainer.membership.ElectionPhase;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.RegistrationPhase;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.simulator.world.Timeline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A process with the machines of membership, clocks of its own, and as the leader somebody who writes metadata all the
 * time. It may stand still, be suspended with its machine, and die.
 */
final class MemberProcess {
    /** For how long every member speaks a newer protocol before it becomes the active one. */
    private static final Duration FINALIZE_AFTER = Duration.ofSeconds(4);

    private static final long TICK = 50;
    private static final double RATE_ERROR = 0.01;
    private static final double NANOS_PER_MILLI = 1e6;
    /** The first and the last share a record of progress. */
    private static final List<ChangefeedId> CHANGEFEEDS =
            List.of(new ChangefeedId("orders"), new ChangefeedId("users"), new ChangefeedId("orders22"));

    private final Timeline timeline;
    private final MembershipTruth truth;
    private final NodeId id;
    private final NodeAttributes attributes;
    private final StoreLink link;
    private final ClusterMembership membership;
    private final SplittableRandom random;
    private final double rate;
    private final long wallAhead;
    private final Map<ChangefeedId, Versioned> known = new TreeMap<>();
    private final Map<Long, ChangefeedId> underWay = new TreeMap<>();
    private final Set<Long> advances = new HashSet<>();
    private @Nullable LeaderTerm term;
    private boolean loaded;
    private long request;
    private long stillUntil;
    private long suspended;
    private long suspendedSince = -1;
    private boolean dead;

    MemberProcess(
            Timeline timeline,
            MembershipTruth truth,
            ModelStore store,
            LeaseTimings timings,
            NodeId id,
            NodeAttributes attributes,
            @Nullable NodeId predecessor) {
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
        link.open();
        timeline.in(timeline.below((int) TICK), this::tick);
    }

    NodeId id() {
        return id;
    }

    String address() {
        return attributes.address();
    }

    /** What it says of itself. */
    NodeAttributes attributes() {
        return attributes;
    }

    StoreLink link() {
        return link;
    }

    MembershipTruth truth() {
        return truth;
    }

    boolean isDead() {
        return dead;
    }

    RegistrationPhase registration() {
        return membership.registration();
    }

    ElectionPhase election() {
        return membership.election();
    }

    boolean isLeading() {
        return !dead && term != null;
    }

    @Nullable
    Long termEpoch() {
        return term == null ? null : term.epoch();
    }

    /** The monotonic clock: a little too fast or too slow, and it does not go on in a suspended machine. */
    long nanos() {
        long slept = suspended + (suspendedSince < 0 ? 0 : timeline.now() - suspendedSince);
        return (long) ((timeline.now() - slept) * NANOS_PER_MILLI * rate);
    }

    private long wallMillis() {
        return timeline.now() + wallAhead;
    }

    /** Whether it would let a write begin now. */
    boolean mayWrite() {
        return !dead && membership.deadline().isOpen(nanos(), wallMillis());
    }

    /** Lets something happen in the process, now or when it does not stand still any more. */
    void run(Runnable what) {
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

    void standStill(long millis) {
        stillUntil = Math.max(stillUntil, timeline.now() + millis);
        link.quiet(millis);
    }

    void suspend(long millis) {
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

    void die() {
        dead = true;
        term = null;
        link.die();
    }

    void leave() {
        run(() -> membership.leave(nanos()));
    }

    void expel(NodeId node) {
        run(() -> membership.expel(node, nanos()));
    }

    /** Until when it stands still; in the past if it does not. */
    long stillUntil() {
        return stillUntil;
    }

    /** Ends when it has left, or must. */
    private void exit() {
        dead = true;
        term = null;
        link.close();
    }

    /** As a coordinator does: epochs rise, checkpoints advance, changefeeds come and go. */
    private void work() {
        if (membership.registration() == RegistrationPhase.LEFT) {
            timeline.tell(() -> id + " has left");
            exit();
            return;
        }
        ChangefeedRecords records = membership.records();
        if (records == null || !loaded || random.nextInt(6) != 0) {
            return;
        }
        ChangefeedId changefeed = CHANGEFEEDS.get(random.nextInt(CHANGEFEEDS.size()));
        if (underWay.containsValue(changefeed)) {
            return;
        }
        Versioned now = known.get(changefeed);
        long number = ++request;
        underWay.put(number, changefeed);
        if (now != null && random.nextInt(10) == 0) {
            records.delete(now.version(), changefeed, number, nanos());
            return;
        }
        if (now != null && random.nextInt(3) != 0) {
            advances.add(number);
            long next = now.metadata().checkpointTs() + 1 + random.nextInt(5);
            records.compareAndSet(now.version(), now.metadata().withCheckpointTs(next), number, nanos());
            return;
        }
        ChangefeedMetadata next = now == null
                ? new ChangefeedMetadata(changefeed, new MaintainerEpoch(1), 1, DesiredState.RUN)
                : now.metadata()
                        .withEpoch(new MaintainerEpoch(now.metadata().epoch().value() + 1));
        records.compareAndSet(now == null ? 0 : now.version(), next, number, nanos());
    }

    private final class Events implements ClusterMembership.Listener {
        @Override
        public void roster(Roster roster, int protocol) {
            timeline.tell(() -> id + " is in roster " + roster.version() + " "
                    + roster.members().keySet() + ", protocol " + protocol);
        }

        @Override
        public void lost(String reason) {
            timeline.tell(() -> id + " is lost: " + reason);
            truth.lost(MemberProcess.this, reason);
            exit();
        }

        @Override
        public ChangefeedRecords.Handler elected(LeaderTerm won) {
            timeline.tell(() -> id + " leads, epoch " + won.epoch());
            truth.elected(MemberProcess.this, won);
            term = won;
            loaded = false;
            known.clear();
            underWay.clear();
            advances.clear();
            timeline.in(
                    1,
                    () -> run(() -> {
                        ChangefeedRecords records = membership.records();
                        if (records != null) {
                            records.load();
                        }
                    }));
            return new Answers(won);
        }

        @Override
        public void deposed() {
            timeline.tell(() -> id + " does not lead any more");
            term = null;
            known.clear();
            underWay.clear();
        }
    }

    /** What the leader hears of its writes. */
    private final class Answers implements ChangefeedRecords.Handler {
        private final LeaderTerm of;

        Answers(LeaderTerm of) {
            this.of = of;
        }

        @Override
        public void loaded(List<Versioned> all) {
            if (!loaded) {
                truth.loaded(of, all);
            }
            loaded = true;
            known.clear();
            all.forEach(each -> known.put(each.metadata().changefeed(), each));
        }

        @Override
        public void stored(long number, Optional<Versioned> stored) {
            ChangefeedId changefeed = underWay.remove(number);
            if (advances.remove(number)) {
                stored.ifPresent(truth::advanced);
            } else {
                truth.answered(MemberProcess.this, of, number, stored.orElse(null));
            }
            if (changefeed != null) {
                stored.ifPresentOrElse(now -> known.put(changefeed, now), this::loadAgain);
            }
        }

        @Override
        public void deleted(long number, boolean deleted) {
            ChangefeedId changefeed = underWay.remove(number);
            if (changefeed != null && deleted) {
                known.remove(changefeed);
            } else {
                loadAgain();
            }
        }

        private void loadAgain() {
            ChangefeedRecords records = membership.records();
            if (records != null) {
                records.load();
            }
        }
    }
}
