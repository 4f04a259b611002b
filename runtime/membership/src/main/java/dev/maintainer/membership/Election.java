package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.ElectionPhase.Event;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Committed;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreAnswer.Unknown;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Leader;
import dev.maintainer.membership.store.StoreValue.LeaderEpoch;
import dev.maintainer.membership.store.Stored;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A candidate for leadership. Election and epoch are one transaction: it creates the leader's record, which belongs to the
 * session, and raises the epoch under the version that was read. After a lost answer both are read: the number of the
 * attempt and the session decide.
 *
 * <p>A leader that cannot reach the store goes on: what it writes is refused if there is another one. It is deposed when it
 * reads that it is, when one of its transactions fails at the check, or when its session has ended.
 *
 * <p>Not thread-safe.
 */
final class Election {
    /** Hears whether this node leads. */
    interface Listener {
        /**
         * It leads.
         *
         * @param term under which all its writes are made
         */
        void elected(LeaderTerm term, long nowNanos);

        /**
         * It does not lead any more: nothing of the term may be sent after this.
         *
         * @param reason for people
         */
        void deposed(String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Election.class);
    private static final long NOT_AT_ALL = Long.MIN_VALUE;
    private static final long NANOS_PER_RANK = 100_000_000;
    private static final List<StorePath> RECORDS = List.of(StorePath.LEADER, StorePath.LEADER_EPOCH);

    private final NodeId node;
    private final long pollNanos;
    private final LongSupplier random;
    private final Listener listener;
    private ElectionPhase phase = ElectionPhase.FOLLOWING;
    private @Nullable StoreSession session;
    private @Nullable LeaderTerm term;
    private long attempt;
    private boolean busy;
    private long pollAt;
    private @Nullable NodeId leading;
    private boolean vacant;
    private long lastEpoch;
    private final Hint hint = new Hint();
    private long campaignAt;
    private long abstainUntil = NOT_AT_ALL;

    /**
     * A candidate that does not lead.
     *
     * @param pollNanos how often it looks whether somebody leads
     * @param random any numbers; told apart are the attempts of one node, and when nodes try
     */
    Election(NodeId node, long pollNanos, LongSupplier random, Listener listener) {
        this.node = node;
        this.pollNanos = pollNanos;
        this.random = random;
        this.listener = listener;
    }

    ElectionPhase phase() {
        return phase;
    }

    /** Who leads, as this node last read it; null for nobody. */
    @Nullable
    NodeId leading() {
        return leading;
    }

    /** The present leadership; null if this node does not lead, as far as it knows. */
    @Nullable
    LeaderTerm term() {
        return term;
    }

    void sessionBegun(StoreSession begun, long nowNanos) {
        session = begun;
        busy = false;
        pollAt = nowNanos;
    }

    void sessionEnded() {
        session = null;
        vacant = false;
        take(Event.SESSION_ENDED);
    }

    /** Something that concerns leadership may have changed. */
    void changed(long nowNanos) {
        pollAt = nowNanos;
    }

    /** How often somebody has become the leader, as this node last read it. */
    long lastEpoch() {
        return lastEpoch;
    }

    /** A peer knows the leader of this epoch. */
    void heard(long otherEpoch, long nowNanos) {
        if (hint.isNews(otherEpoch, lastEpoch)) {
            pollAt = nowNanos;
        }
    }

    /** A transaction of a term has failed at its check. */
    void refused(LeaderTerm refused) {
        if (refused.equals(term)) {
            take(Event.DEPOSED);
        }
    }

    /** Gives up leadership, and is no candidate until then; {@link Long#MAX_VALUE} stands for ever. */
    void resign(long untilNanos) {
        abstainUntil = untilNanos;
        if (phase == ElectionPhase.LEADING) {
            take(Event.RESIGN);
            busy = false;
        }
    }

    /**
     * Sends what is due.
     *
     * @param rank how many others may try first; negative if this node may not lead
     */
    void tick(int rank, long nowNanos) {
        StoreSession now = session;
        if (now == null || busy || nowNanos - pollAt < 0) {
            return;
        }
        pollAt = nowNanos + pollNanos;
        busy = true;
        boolean fresh = hint.take() || phase == ElectionPhase.UNCERTAIN;
        now.send(new StoreRequest.Read(RECORDS, fresh), (answer, at) -> read(now, answer, rank, at));
    }

    private void read(StoreSession asked, StoreAnswer answer, int rank, long nowNanos) {
        if (asked != session) {
            return;
        }
        busy = false;
        if (!(answer instanceof Records records)) {
            return;
        }
        Stored leader = records.at(StorePath.LEADER);
        Stored epoch = records.at(StorePath.LEADER_EPOCH);
        if (epoch != null) {
            lastEpoch = Math.max(lastEpoch, ((LeaderEpoch) epoch.value()).epoch());
        }
        leading = leader != null && leader.value() instanceof Leader present ? present.node() : null;
        boolean ours = leader != null && leader.session() == asked.id();
        switch (phase) {
            case FOLLOWING -> {
                if (leader == null) {
                    follow(asked, epoch, rank, nowNanos);
                } else {
                    vacant = false;
                    if (ours) {
                        take(Event.RESIGN);
                    }
                }
            }
            case UNCERTAIN -> resolve(ours ? leader : null, epoch, nowNanos);
            case LEADING -> {
                if (!ours) {
                    take(Event.DEPOSED);
                }
            }
            case RESIGNING -> {
                if (leader != null && ours) {
                    busy = true;
                    asked.send(
                            new StoreRequest.Commit(new StoreOp.Delete(StorePath.LEADER, leader.version())),
                            (gone, at) -> released(asked));
                } else {
                    take(Event.RELEASED);
                }
            }
            case CAMPAIGNING -> {}
        }
    }

    private void released(StoreSession asked) {
        if (asked == session) {
            busy = false;
            take(Event.RELEASED);
        }
    }

    private boolean isAbstaining(long nowNanos) {
        return abstainUntil == Long.MAX_VALUE || (abstainUntil != NOT_AT_ALL && nowNanos - abstainUntil < 0);
    }

    /** Nobody leads. The nodes try one after the other, so that mostly the first one succeeds. */
    private void follow(StoreSession now, @Nullable Stored epoch, int rank, long nowNanos) {
        if (rank < 0 || isAbstaining(nowNanos)) {
            vacant = false;
            return;
        }
        if (!vacant) {
            vacant = true;
            campaignAt = nowNanos + rank * NANOS_PER_RANK + Math.floorMod(random.getAsLong(), NANOS_PER_RANK);
        }
        if (nowNanos - campaignAt < 0) {
            pollAt = campaignAt;
            return;
        }
        vacant = false;
        take(Event.VACANT);
        busy = true;
        attempt = random.getAsLong();
        StoreOp raise = epoch == null
                ? new StoreOp.Create(StorePath.LEADER_EPOCH, new LeaderEpoch(1, node, attempt), false)
                : new StoreOp.Set(
                        StorePath.LEADER_EPOCH,
                        new LeaderEpoch(((LeaderEpoch) epoch.value()).epoch() + 1, node, attempt),
                        epoch.version());
        LeaderTerm next = epoch == null
                ? new LeaderTerm(1, 0)
                : new LeaderTerm(((LeaderEpoch) epoch.value()).epoch() + 1, epoch.version() + 1);
        now.send(
                new StoreRequest.Commit(new StoreOp.Create(StorePath.LEADER, new Leader(node, attempt), true), raise),
                (answer, at) -> campaigned(now, answer, next, at));
    }

    private void campaigned(StoreSession asked, StoreAnswer answer, LeaderTerm next, long nowNanos) {
        if (asked != session) {
            return;
        }
        busy = false;
        if (answer instanceof Committed) {
            lead(next, nowNanos);
        } else {
            take(answer instanceof Unknown ? Event.UNKNOWN : Event.NOT_WON);
        }
    }

    /** The answer to the candidacy was lost. */
    private void resolve(@Nullable Stored leader, @Nullable Stored epoch, long nowNanos) {
        if (leader != null
                && epoch != null
                && leader.value() instanceof Leader record
                && epoch.value() instanceof LeaderEpoch raised
                && record.attempt() == attempt
                && raised.attempt() == attempt) {
            lead(new LeaderTerm(raised.epoch(), epoch.version()), nowNanos);
        } else {
            take(Event.NOT_WON);
        }
    }

    private void lead(LeaderTerm won, long nowNanos) {
        take(Event.WON);
        term = won;
        lastEpoch = won.epoch();
        LOG.info("{} leads with epoch {}", node, won.epoch());
        listener.elected(won, nowNanos);
    }

    private void take(Event event) {
        phase = ElectionPhase.TABLE.on(phase, event).map(edge -> edge.next()).orElse(phase);
        if (phase != ElectionPhase.LEADING && term != null) {
            String reason = reason(event);
            LOG.info("{} does not lead any more: {}", node, reason);
            term = null;
            listener.deposed(reason);
        }
    }

    private static String reason(Event event) {
        return switch (event) {
            case SESSION_ENDED -> "its session with the store has ended";
            case DEPOSED -> "the store has another leader, or none";
            case RESIGN -> "it has resigned";
            case VACANT, WON, NOT_WON, UNKNOWN, RELEASED -> event.toString();
        };
    }
}
