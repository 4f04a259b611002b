package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.time.Duration;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one process does with the store: it is a member, a candidate, and while it leads, the keeper of the roster and of
 * the metadata. Everything comes in by one thread: sessions, answers, ticks. A lost connection is not reported here; a
 * session that has ended is.
 *
 * <p>Not thread-safe, but for {@link #deadline()}.
 */
public final class ClusterMembership {
    /** Hears what concerns the process. */
    public interface Listener {
        /**
         * The process is a member, of this roster; called for the first one, for each newer one, and when the protocol has
         * risen.
         *
         * @param roster with this node in it
         * @param protocol the active one, which this node speaks: nothing that is sent or stored may need a newer one
         */
        void roster(Roster roster, int protocol);

        /**
         * The process is not a member any more, for good: it abandons everything at once.
         *
         * @param reason for people
         */
        void lost(String reason);

        /**
         * The process leads.
         *
         * @param term its leadership
         * @return takes the answers of the metadata
         */
        ChangefeedRecords.Handler elected(LeaderTerm term);

        /**
         * The process does not lead any more: nothing of its term may be sent after this.
         *
         * @param reason for people
         */
        void deposed(String reason);

        /**
         * The lease was renewed; told before that allows anything.
         *
         * @param deadlineNanos until when the process may write, by its monotonic clock
         */
        default void renewing(long deadlineNanos) {}

        /**
         * This process, which leads, has removed members.
         *
         * @param members which ones
         * @param sentNanos the monotonic time when it sent the transaction, which is before that took effect
         */
        default void removed(SortedSet<NodeId> members, long sentNanos) {}
    }

    private final NodeId node;
    private final LeaseTimings timings;
    private final @Nullable Duration finalizeAfter;
    private final Listener listener;
    private final WriteDeadline deadline = new WriteDeadline();
    private final Registration registration;
    private final Election election;
    private @Nullable Contact session;
    private @Nullable RosterKeeper keeper;
    private @Nullable ChangefeedRecords records;
    private SortedMap<NodeId, NodeAttributes> members = Collections.emptySortedMap();
    private boolean heard;
    private long heardAt;
    private long patientUntil;

    /**
     * A process that has no session yet.
     *
     * @param node an id that no process has had before
     * @param attributes what others need to know of it
     * @param predecessor the process before on the same data directory, if it is dead for certain; else null
     * @param timings on which it rests that removed nodes write nothing
     * @param finalizeAfter for how long every member must have spoken a newer protocol before it becomes the active one, while
     *     this process leads; null if it only does when somebody asks for it
     * @param random any numbers
     * @param listener hears what concerns the process
     */
    public ClusterMembership(
            NodeId node,
            NodeAttributes attributes,
            @Nullable NodeId predecessor,
            LeaseTimings timings,
            @Nullable Duration finalizeAfter,
            LongSupplier random,
            Listener listener) {
        this.node = node;
        this.timings = timings;
        this.finalizeAfter = finalizeAfter;
        this.listener = listener;
        this.registration = new Registration(node, attributes, predecessor, timings, deadline, new Membership());
        this.election = new Election(node, timings.renew().toNanos(), random, new Leadership());
    }

    /** {@return until when this node may write; any thread may look} */
    public WriteDeadline deadline() {
        return deadline;
    }

    /** {@return how far the registration is} */
    public RegistrationPhase registration() {
        return registration.phase();
    }

    /**
     * {@return whether the node is lost because its first registration was, so that the same process may become a member under
     * another id}
     */
    public boolean isFirstRegistrationLost() {
        return registration.isFirstLost();
    }

    /** {@return how far the candidacy is} */
    public ElectionPhase election() {
        return election.phase();
    }

    /** {@return who leads, as this process last read it; null for nobody} */
    public @Nullable NodeId leading() {
        return election.leading();
    }

    /** {@return how often somebody has become the leader, as this process last read it; 0 for never} */
    public long leaderEpoch() {
        return election.lastEpoch();
    }

    /** {@return when the store last answered anything, by the monotonic clock of the process; empty if it never has} */
    public OptionalLong heardNanos() {
        return heard ? OptionalLong.of(heardAt) : OptionalLong.empty();
    }

    /** {@return the metadata, while this process leads; else null} */
    public @Nullable ChangefeedRecords records() {
        return records;
    }

    /**
     * There is a session: the first one, or another one after the end of the former.
     *
     * @param begun the session
     * @param nowNanos the monotonic time of the process
     */
    public void sessionBegun(StoreSession begun, long nowNanos) {
        if (session != null) {
            sessionEnded(nowNanos);
        }
        session = new Contact(begun);
        registration.sessionBegun(session, nowNanos);
        election.sessionBegun(session, nowNanos);
    }

    /**
     * The session has ended; all its requests are answered with {@link StoreAnswer.Unknown}, before or after this.
     *
     * @param nowNanos the monotonic time of the process
     */
    public void sessionEnded(long nowNanos) {
        session = null;
        election.sessionEnded();
        registration.sessionEnded(nowNanos);
    }

    /**
     * Time has passed; called several times per renewal.
     *
     * @param nowNanos the monotonic time of the process
     * @param wallMillis the wall clock at the same moment
     */
    public void tick(long nowNanos, long wallMillis) {
        registration.tick(nowNanos, wallMillis);
        election.tick(rank(), nowNanos);
        if (keeper != null) {
            keeper.tick(nowNanos);
        }
        if (records != null) {
            records.tick(nowNanos);
        }
    }

    /** Members try in their order; a node that is none yet leads only where there is no member. */
    private int rank() {
        if (!registration.isRegistered()) {
            return -1;
        }
        if (members.isEmpty()) {
            return 0;
        }
        return members.containsKey(node) ? members.headMap(node).size() : members.size();
    }

    /**
     * A record may have changed. A hint: what is missed is found with the next look.
     *
     * @param kind which
     * @param nowNanos the monotonic time of the process
     */
    public void changed(StorePath.Kind kind, long nowNanos) {
        switch (kind) {
            case ROSTER -> registration.changed(nowNanos);
            case LEADER, LEADER_EPOCH -> election.changed(nowNanos);
            case MEMBER, PRESENCE, LEASE -> {
                registration.changed(nowNanos);
                if (keeper != null) {
                    keeper.changed(nowNanos);
                }
            }
            case CHANGEFEED, PROGRESS, FLOOR, CLUSTER -> {}
        }
    }

    /**
     * Takes the lease of a member away; ignored unless this process leads. The caller asks again if it matters.
     *
     * @param member which one
     * @param nowNanos the monotonic time of the process
     */
    public void expel(NodeId member, long nowNanos) {
        if (keeper != null) {
            keeper.expel(member, nowNanos);
        }
    }

    /**
     * Lets the cluster speak what all its members can, if this process leads.
     *
     * @param told is told what became of it, once: now, or after at most a few requests to the store; while the store does not
     *     answer nobody is told anything
     * @param nowNanos the monotonic time of the process
     */
    public void finalizeProtocol(Consumer<FinalizeOutcome> told, long nowNanos) {
        if (keeper == null) {
            told.accept(new FinalizeOutcome.NotLeading());
        } else {
            keeper.finalizeProtocol(told, nowNanos);
        }
    }

    /**
     * A peer knows a newer roster, or a later leader, than the records that this process has read last. A hint: it looks once,
     * and asks the store for the newest that it has.
     *
     * @param rosterVersion of the peer
     * @param leaderEpoch of the leader that the peer knows; 0 if it said nothing of one
     * @param nowNanos the monotonic time of the process
     */
    public void heard(long rosterVersion, long leaderEpoch, long nowNanos) {
        registration.heard(rosterVersion, nowNanos);
        election.heard(leaderEpoch, nowNanos);
    }

    /**
     * Stops to lead, and is no candidate for a while.
     *
     * @param untilNanos until when
     */
    public void abstain(long untilNanos) {
        election.resign(untilNanos);
    }

    /**
     * A peer says that this process is not in its roster.
     *
     * @param rosterVersion of that roster
     * @param nowNanos the monotonic time of the process
     */
    public void unknownTo(long rosterVersion, long nowNanos) {
        registration.unknownTo(rosterVersion, nowNanos);
    }

    /**
     * The process has stopped everything that writes, and gives its lease back; it has left when
     * {@link #registration()} says so.
     *
     * @param nowNanos the monotonic time of the process
     */
    public void leave(long nowNanos) {
        election.resign(Long.MAX_VALUE);
        registration.stopped(nowNanos);
    }

    /** The session, and when something was last heard of the store. */
    private final class Contact implements StoreSession {
        private final StoreSession inner;

        Contact(StoreSession inner) {
            this.inner = inner;
        }

        @Override
        public long id() {
            return inner.id();
        }

        @Override
        public void send(StoreRequest request, AnswerHandler handler) {
            inner.send(request, (answer, nowNanos) -> {
                if (!(answer instanceof StoreAnswer.Unknown)) {
                    hear(nowNanos);
                }
                handler.answered(answer, nowNanos);
            });
        }
    }

    /**
     * After a silence that was longer than a lease, everybody may have to register again; and what was before this process
     * began, it does not know.
     */
    private void hear(long nowNanos) {
        if (!heard || nowNanos - heardAt > timings.lease().toNanos()) {
            patientUntil = nowNanos + timings.session().toNanos();
            if (keeper != null) {
                keeper.bePatient(patientUntil);
            }
        }
        heard = true;
        heardAt = nowNanos;
    }

    private final class Membership implements Registration.Listener {
        @Override
        public void roster(Roster roster, int protocol) {
            members = roster.members();
            listener.roster(roster, protocol);
        }

        @Override
        public void lost(String reason) {
            election.resign(Long.MAX_VALUE);
            listener.lost(reason);
        }

        @Override
        public void renewing(long deadlineNanos) {
            listener.renewing(deadlineNanos);
        }
    }

    private final class Leadership implements Election.Listener {
        @Override
        public void elected(LeaderTerm term, long nowNanos) {
            Contact now = session;
            if (now == null) {
                throw new IllegalStateException("elected without a session");
            }
            Runnable refused = () -> election.refused(term);
            keeper = new RosterKeeper(
                    now, term, timings, finalizeAfter, nowNanos, patientUntil, refused, listener::removed);
            records = new ChangefeedRecords(now, term, timings.renew().toNanos(), listener.elected(term), refused);
        }

        @Override
        public void deposed(String reason) {
            if (keeper != null) {
                keeper.end();
            }
            keeper = null;
            if (records != null) {
                records.end();
            }
            records = null;
            listener.deposed(reason);
        }
    }
}
