package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.RegistrationPhase.Event;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Committed;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreAnswer.Rejected;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's side of its membership: registers, renews the lease, watches the roster, registers again when a session has
 * ended, and gives the lease back. A node whose session has ended is still a member: it holds its writes when its lease
 * has run out, and goes on when it is registered again. It is lost only if the leader has said so in the store.
 *
 * <p>Each registration replaces the member record under the version that was read, so its version tells a leader that has
 * seen the node absent that it was back in between.
 *
 * <p>Not thread-safe.
 */
final class Registration {
    /** Hears what becomes of the node. */
    interface Listener {
        /**
         * The node sees itself in a roster: the first one, or a newer one than before; or the protocol has risen.
         *
         * @param roster with this node
         * @param protocol the active one
         */
        void roster(Roster roster, int protocol);

        /**
         * The node is not a member any more, for good: it abandons everything.
         *
         * @param reason for people
         */
        void lost(String reason);

        /**
         * A renewal has succeeded; told before it allows anything.
         *
         * @param deadlineNanos until when the node may write, by the monotonic clock of the process
         */
        default void renewing(long deadlineNanos) {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    /** Renewals that may be under way: the store is slow, and each of them counts from when it was sent. */
    private static final int MOST_RENEWALS = 4;

    private record Proof(long sentNanos, long sentWallMillis) {}

    private final NodeId node;
    private final NodeAttributes attributes;
    private final @Nullable NodeId predecessor;
    private final WriteDeadline deadline;
    private final Listener listener;
    private final long renewNanos;
    private final long leaseNanos;
    private final RosterPace pace;
    private RegistrationPhase phase = RegistrationPhase.WAITING;
    private @Nullable StoreSession session;
    private boolean attempted;
    private boolean admitted;
    private boolean firstLost;
    private long rosterVersion;
    /** In that roster. */
    private int members;

    private long counter;
    private @Nullable Proof latest;
    private @Nullable Proof counted;
    private boolean busy;
    private boolean polling;
    private final Hint hint = new Hint();
    private int protocol;
    private int renewing;
    private long stepAt;
    private long renewAt;
    private long pollAt;

    /**
     * A node that is not registered.
     *
     * @param node an id that no process has had before
     * @param predecessor the process before on the same data directory, if it is dead for certain; else null
     * @param deadline is moved by each renewal
     */
    Registration(
            NodeId node,
            NodeAttributes attributes,
            @Nullable NodeId predecessor,
            LeaseTimings timings,
            WriteDeadline deadline,
            Listener listener) {
        this.node = node;
        this.attributes = attributes;
        this.predecessor = predecessor;
        this.deadline = deadline;
        this.listener = listener;
        this.renewNanos = timings.renew().toNanos();
        this.leaseNanos = timings.lease().toNanos();
        this.pace = new RosterPace(node, renewNanos);
    }

    RegistrationPhase phase() {
        return phase;
    }

    /** Whether the records of this node are in the store, as far as it knows. */
    boolean isRegistered() {
        return phase == RegistrationPhase.JOINING || phase == RegistrationPhase.MEMBER;
    }

    void sessionBegun(StoreSession begun, long nowNanos) {
        session = begun;
        busy = false;
        polling = false;
        renewing = 0;
        stepAt = nowNanos;
        take(Event.SESSION_BEGUN, nowNanos);
    }

    void sessionEnded(long nowNanos) {
        session = null;
        take(Event.SESSION_ENDED, nowNanos);
    }

    /** Whether the node was never a member, and another one in its place may be: what became of its registration nobody knows. */
    boolean isFirstLost() {
        return firstLost;
    }

    /** The node has stopped everything: nobody needs to wait until its lease has run out. */
    void stopped(long nowNanos) {
        deadline.close();
        take(Event.STOPPED, nowNanos);
        if (phase == RegistrationPhase.LEAVING && !attempted) {
            take(Event.GIVEN_BACK, nowNanos);
        }
    }

    /** A peer does not know this node. */
    void unknownTo(long otherVersion, long nowNanos) {
        if (admitted && otherVersion > rosterVersion) {
            denied("a peer with roster " + otherVersion + " does not know it", nowNanos);
        }
    }

    private void denied(String reason, long nowNanos) {
        if (take(Event.DENIED, nowNanos)) {
            firstLost = reason.equals(Denial.NEVER_SEEN);
            deadline.close();
            LOG.warn("{} is not a member any more: {}", node, reason);
            listener.lost(reason);
        }
    }

    /** Something that concerns this node may have changed. */
    void changed(long nowNanos) {
        long due = nowNanos + (admitted ? pace.afterChangeNanos(members) : 0);
        if (due - pollAt < 0) {
            pollAt = due;
        }
    }

    /** A peer knows this roster. */
    void heard(long otherVersion, long nowNanos) {
        if (admitted && hint.isNews(otherVersion, rosterVersion)) {
            changed(nowNanos);
        }
    }

    /** Sends what is due. */
    void tick(long nowNanos, long wallMillis) {
        StoreSession now = session;
        if (now == null) {
            return;
        }
        switch (phase) {
            case INSPECTING, REGISTERING, LEAVING -> {
                if (!busy && nowNanos - stepAt >= 0) {
                    busy = true;
                    now.send(
                            new StoreRequest.Read(
                                    List.of(StorePath.member(node), StorePath.presence(node), StorePath.lease(node)),
                                    true),
                            (answer, at) -> inspected(now, answer, new Proof(nowNanos, wallMillis), at));
                }
            }
            case JOINING, MEMBER -> {
                if (nowNanos - renewAt >= 0 && renewing < MOST_RENEWALS) {
                    renew(now, new Proof(nowNanos, wallMillis));
                }
                if (nowNanos - pollAt >= 0 && !polling) {
                    poll(now, nowNanos);
                }
            }
            case WAITING, LEFT, LOST -> {}
        }
    }

    private void renew(StoreSession now, Proof proof) {
        renewAt = proof.sentNanos() + renewNanos;
        renewing++;
        counter++;
        now.send(
                new StoreRequest.Commit(
                        new StoreOp.Set(StorePath.lease(node), new StoreValue.Lease(counter), StoreOp.ANY_VERSION)),
                (answer, at) -> renewed(now, answer, proof, at));
    }

    private void renewed(StoreSession asked, StoreAnswer answer, Proof proof, long nowNanos) {
        if (asked != session) {
            return;
        }
        renewing--;
        if (answer instanceof Committed) {
            prove(proof);
        } else if (answer instanceof Rejected && isRegistered()) {
            take(Event.UNCERTAIN, nowNanos);
        }
    }

    /** Counts from before the request was sent: when it took effect, nobody knows. */
    private void prove(Proof proof) {
        latest = proof;
        if (admitted && phase != RegistrationPhase.LEAVING && phase != RegistrationPhase.LOST) {
            if (!proof.equals(counted)) {
                counted = proof;
                listener.renewing(proof.sentNanos() + leaseNanos);
            }
            deadline.prove(proof.sentNanos(), proof.sentWallMillis(), leaseNanos);
        }
    }

    private void poll(StoreSession now, long nowNanos) {
        polling = true;
        pollAt = nowNanos + (admitted ? pace.betweenNanos(members) : renewNanos);
        now.send(
                new StoreRequest.Read(
                        List.of(StorePath.ROSTER, StorePath.member(node), StorePath.CLUSTER), hint.take()),
                (answer, at) -> polled(now, answer, at));
    }

    private void polled(StoreSession asked, StoreAnswer answer, long nowNanos) {
        if (asked != session) {
            return;
        }
        polling = false;
        if (!(answer instanceof Records records) || !isRegistered()) {
            return;
        }
        Stored member = records.at(StorePath.member(node));
        String denial = Denial.of(member, attempted, admitted);
        if (denial != null) {
            denied(denial, nowNanos);
            return;
        }
        Stored stored = records.at(StorePath.ROSTER);
        if (stored == null || !(stored.value() instanceof Roster roster) || roster.version() < rosterVersion) {
            return;
        }
        if (!roster.members().containsKey(node)) {
            if (admitted) {
                denied("roster " + roster.version() + " does not have it", nowNanos);
            }
            return;
        }
        int active = ProtocolSupport.active(records.at(StorePath.CLUSTER));
        String refusal = Admission.refusal(active, attributes);
        if (refusal != null) {
            denied(refusal, nowNanos);
            return;
        }
        boolean newer = roster.version() > rosterVersion || active > protocol;
        protocol = Math.max(protocol, active);
        rosterVersion = roster.version();
        members = roster.members().size();
        admitted = true;
        take(Event.ADMITTED, nowNanos);
        if (latest != null) {
            prove(latest);
        }
        if (newer) {
            listener.roster(roster, protocol);
        }
    }

    private void inspected(StoreSession asked, StoreAnswer answer, Proof proof, long nowNanos) {
        if (asked != session) {
            return;
        }
        if (!(answer instanceof Records records)) {
            later(nowNanos);
            return;
        }
        Stored member = records.at(StorePath.member(node));
        Stored presence = records.at(StorePath.presence(node));
        Stored lease = records.at(StorePath.lease(node));
        if (phase == RegistrationPhase.LEAVING) {
            giveBack(asked, member, presence, lease, nowNanos);
            return;
        }
        if (phase != RegistrationPhase.INSPECTING) {
            later(nowNanos);
            return;
        }
        String denial = Denial.of(member, attempted, admitted);
        if (denial != null) {
            denied(denial, nowNanos);
        } else if (isOf(asked, presence) && isOf(asked, lease)) {
            // No proof: only a write shows that the store still takes this session for alive.
            busy = false;
            take(Event.REGISTERED, nowNanos);
        } else {
            take(Event.NOT_REGISTERED, nowNanos);
            register(asked, member, presence, lease, proof);
        }
    }

    private static boolean isOf(StoreSession session, @Nullable Stored stored) {
        return stored != null && stored.session() == session.id();
    }

    /** One transaction, so that there is a lease exactly if there is a presence, and a version that nobody has seen. */
    private void register(
            StoreSession now, @Nullable Stored member, @Nullable Stored presence, @Nullable Stored lease, Proof proof) {
        List<StoreOp> ops = new ArrayList<>();
        StorePath path = StorePath.member(node);
        if (member == null) {
            Member first = new Member(node, MemberState.JOINING, attributes, predecessor, "");
            ops.add(new StoreOp.Create(path, first, false));
        } else {
            ops.add(new StoreOp.Set(path, member.value(), member.version()));
        }
        delete(ops, StorePath.presence(node), presence);
        delete(ops, StorePath.lease(node), lease);
        ops.add(new StoreOp.Create(StorePath.presence(node), new StoreValue.Presence(), true));
        ops.add(new StoreOp.Create(StorePath.lease(node), new StoreValue.Lease(++counter), true));
        attempted = true;
        now.send(new StoreRequest.Commit(ops), (answer, at) -> registered(now, answer, proof, at));
    }

    private static void delete(List<StoreOp> ops, StorePath path, @Nullable Stored stored) {
        if (stored != null) {
            ops.add(new StoreOp.Delete(path, stored.version()));
        }
    }

    private void registered(StoreSession asked, StoreAnswer answer, Proof proof, long nowNanos) {
        if (asked != session) {
            return;
        }
        if (answer instanceof Committed) {
            busy = false;
            prove(proof);
            take(Event.REGISTERED, nowNanos);
        } else {
            later(nowNanos);
            take(Event.UNCERTAIN, nowNanos);
        }
    }

    private void giveBack(
            StoreSession now,
            @Nullable Stored member,
            @Nullable Stored presence,
            @Nullable Stored lease,
            long nowNanos) {
        if (member == null || !(member.value() instanceof Member record) || record.state() == MemberState.LEFT) {
            take(Event.GIVEN_BACK, nowNanos);
            return;
        }
        List<StoreOp> ops = new ArrayList<>();
        ops.add(new StoreOp.Set(StorePath.member(node), record.in(MemberState.LEFT), member.version()));
        delete(ops, StorePath.presence(node), presence);
        delete(ops, StorePath.lease(node), lease);
        now.send(new StoreRequest.Commit(ops), (answer, at) -> {
            if (now != session) {
                return;
            }
            later(at);
            if (answer instanceof Committed) {
                take(Event.GIVEN_BACK, at);
            }
        });
    }

    /** Looks again after a while. */
    private void later(long nowNanos) {
        busy = false;
        stepAt = nowNanos + renewNanos;
    }

    /** Takes a step of the table; false if the event means nothing now. */
    private boolean take(Event event, long nowNanos) {
        RegistrationPhase before = phase;
        phase = RegistrationPhase.TABLE
                .on(before, event)
                .map(edge -> edge.next())
                .orElse(before);
        if (phase == before) {
            return false;
        }
        if (phase == RegistrationPhase.JOINING || phase == RegistrationPhase.LEAVING) {
            renewAt = nowNanos;
            pollAt = nowNanos;
        }
        if (phase == RegistrationPhase.INSPECTING) {
            busy = false;
        }
        return true;
    }
}
