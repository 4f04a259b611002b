package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Committed;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreAnswer.Records;
import dev.maintainer.membership.store.StoreAnswer.Rejected;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.membership.store.StoreValue.Cluster;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's side of membership: admits nodes, and removes them when none of their writes can be allowed any more. It is
 * level-triggered: it reads everything, decides, writes one transaction, and reads again; so a lost answer needs no care.
 *
 * <p>A removal is safe because of an order. The record of a node is read <em>before</em> its presence is found to be gone;
 * the grace begins with that answer; and the transaction that removes the node needs the record under that version and no
 * lease. So a node that came back in between, for however short a time, has raised the version, and the grace begins anew.
 *
 * <p>Belongs to one term, and ends with it. Not thread-safe.
 */
final class RosterKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(RosterKeeper.class);
    /** Hears which members have been removed, and when that was sent. */
    interface Removals {
        void removed(SortedSet<NodeId> members, long sentNanos);
    }

    /** Members that one transaction concerns at most; the store limits the size of transactions. */
    private static final int MOST_AT_ONCE = 64;

    /** Since when a node is known to be unable to renew its lease. */
    private record Absence(int version, long sinceNanos, long graceNanos) {}

    private final StoreSession session;
    private final LeaderTerm term;
    private final ProtocolUpgrade upgrade;
    private final Runnable refused;
    private final Removals removals;
    private final long pollNanos;
    private final long graceNanos;
    private final long lateWriteNanos;
    private final long patientGraceNanos;
    private final long patienceNanos;
    private long patientUntil;
    private final Map<NodeId, Absence> absences = new HashMap<>();
    private final Set<NodeId> expelled = new HashSet<>();
    private final Map<NodeId, Long> waiting = new HashMap<>();
    private boolean over;
    private boolean busy;
    private long pollAt;
    private int most = MOST_AT_ONCE;

    /**
     * A keeper that knows nothing.
     *
     * @param finalizeAfter for how long every member must have spoken a newer protocol before it becomes the active one; null
     *     if it only does when somebody asks for it
     * @param patientUntil absences that begin before this wait for a whole session timeout: after an outage of the store
     *     everybody registers again, and this takes time
     * @param refused called when the store says that there is another leader
     * @param removals hears of members that were removed
     */
    RosterKeeper(
            StoreSession session,
            LeaderTerm term,
            LeaseTimings timings,
            @Nullable Duration finalizeAfter,
            long nowNanos,
            long patientUntil,
            Runnable refused,
            Removals removals) {
        this.session = session;
        this.term = term;
        this.upgrade = new ProtocolUpgrade(finalizeAfter);
        this.refused = refused;
        this.removals = removals;
        this.pollNanos = timings.renew().toNanos();
        this.graceNanos = timings.grace().toNanos();
        this.lateWriteNanos = timings.lateWrite().toNanos();
        this.patientGraceNanos = Math.max(graceNanos, timings.session().toNanos());
        this.patienceNanos = 2 * timings.session().toNanos() + graceNanos;
        this.patientUntil = patientUntil;
        this.pollAt = nowNanos;
    }

    /** The term is over: answers that come later change nothing. */
    void end() {
        over = true;
        upgrade.end();
    }

    /** Lets the cluster speak what all its members can. */
    void finalizeProtocol(Consumer<FinalizeOutcome> told, long nowNanos) {
        upgrade.ask(told);
        pollAt = nowNanos;
    }

    /** Takes the lease of a node away; it is removed when it can write nothing any more. */
    void expel(NodeId node, long nowNanos) {
        expelled.add(node);
        pollAt = nowNanos;
    }

    /** The store was away for longer than a lease: absences that begin before then wait longer. */
    void bePatient(long untilNanos) {
        patientUntil = untilNanos;
        absences.clear();
    }

    /** Something that concerns members may have changed. */
    void changed(long nowNanos) {
        pollAt = nowNanos;
    }

    /** Sends what is due. */
    void tick(long nowNanos) {
        if (busy || nowNanos - pollAt < 0) {
            return;
        }
        busy = true;
        pollAt = nowNanos + pollNanos;
        session.send(
                new StoreRequest.Read(List.of(StorePath.ROSTER, StorePath.CLUSTER), true),
                (roster, atRoster) -> session.send(
                        new StoreRequest.ReadAll(StorePath.Kind.MEMBER, false),
                        (members, atMembers) -> session.send(
                                new StoreRequest.ReadAll(StorePath.Kind.PRESENCE, false),
                                (present, at) -> read(roster, members, present, at))));
    }

    private void read(StoreAnswer roster, StoreAnswer members, StoreAnswer present, long nowNanos) {
        busy = false;
        if (!over
                && roster instanceof Records first
                && members instanceof Records second
                && present instanceof Records third) {
            decide(RosterReading.of(first, second, third), nowNanos);
        }
    }

    private void decide(RosterReading reading, long nowNanos) {
        absences.keySet().retainAll(reading.members().keySet());
        expelled.retainAll(reading.members().keySet());
        waiting.keySet().retainAll(reading.members().keySet());
        Change change = new Change(reading);
        Set<NodeId> dead = predecessors(reading);
        reading.members().forEach((node, stored) -> {
            boolean over = isOver(node, (Member) stored.value(), stored.version(), reading, dead, nowNanos);
            if (over && change.size() < most) {
                change.remove((Member) stored.value(), stored.version());
            }
        });
        reading.members().forEach((node, stored) -> {
            if (change.size() < most && !change.removed.contains(node)) {
                consider(node, (Member) stored.value(), stored.version(), change, nowNanos);
            }
        });
        if (change.size() > 0) {
            write(change.ops(), nowNanos, () -> change.tell(nowNanos), change::refused);
        } else {
            raiseProtocol(reading, nowNanos);
        }
    }

    /**
     * Never together with changes of the members, and only under the roster that was looked at: whoever is admitted speaks the
     * protocol of that moment, and may be too old for the next one.
     */
    private void raiseProtocol(RosterReading reading, long nowNanos) {
        Stored stored = reading.cluster();
        if (stored == null || reading.rosterVersion() == StoreOp.ANY_VERSION) {
            return;
        }
        Cluster cluster = (Cluster) stored.value();
        int next = upgrade.next(ProtocolSupport.of(cluster.protocol(), reading.roster()), nowNanos);
        if (next > cluster.protocol()) {
            List<StoreOp> ops = List.of(
                    term.check(),
                    new StoreOp.Check(StorePath.ROSTER, reading.rosterVersion()),
                    new StoreOp.Set(StorePath.CLUSTER, cluster.speaking(next), stored.version()));
            write(
                    ops,
                    nowNanos,
                    () -> {
                        LOG.info("the active protocol rises from {} to {}", cluster.protocol(), next);
                        upgrade.raised(next);
                    },
                    reason -> {});
        }
    }

    /** Processes whose successors on the same data directory know that they are dead. */
    private static Set<NodeId> predecessors(RosterReading reading) {
        Set<NodeId> dead = new HashSet<>();
        reading.members().values().forEach(stored -> {
            Member member = (Member) stored.value();
            NodeId former = member.predecessor();
            if (former != null && member.state() != MemberState.REFUSED && !former.equals(member.node())) {
                dead.add(former);
            }
        });
        return dead;
    }

    /** Whether no write of a node can be allowed any more. */
    private boolean isOver(
            NodeId node, Member member, int version, RosterReading reading, Set<NodeId> dead, long nowNanos) {
        if (member.state() == MemberState.LEFT) {
            return true;
        }
        boolean isDead = dead.contains(node);
        if (reading.present().contains(node) && member.state() != MemberState.REVOKED && !isDead) {
            absences.remove(node);
            return false;
        }
        Absence absence = absences.get(node);
        if (absence == null || absence.version() != version) {
            absence = new Absence(version, nowNanos, nowNanos - patientUntil < 0 ? patientGraceNanos : graceNanos);
            absences.put(node, absence);
        }
        return nowNanos - absence.sinceNanos() >= (isDead ? lateWriteNanos : absence.graceNanos());
    }

    private void consider(NodeId node, Member member, int version, Change change, long nowNanos) {
        boolean present = change.reading.present().contains(node);
        if (expelled.contains(node)
                && present
                && (member.state() == MemberState.JOINING || member.state() == MemberState.MEMBER)) {
            change.revoke(member, version);
        } else if (member.state() == MemberState.JOINING && present) {
            String refusal = Admission.refusal(change.reading.protocol(), member.attributes());
            NodeId holder = change.holders.of(member);
            if (refusal == null && holder != null) {
                String claim = change.holders.claim(member, holder);
                refusal = refusalOf(member, claim, change.reading.present().contains(holder), nowNanos);
                if (refusal == null) {
                    return;
                }
            }
            if (refusal == null) {
                change.admit(member, version);
            } else {
                change.refuse(member, version, refusal);
            }
        }
    }

    /**
     * A process that was started again may come before the former one is removed, so it waits. If the other one is still
     * present when the session of a dead one would have ended, it is alive.
     */
    private @Nullable String refusalOf(Member member, String claim, boolean present, long nowNanos) {
        Long since = waiting.putIfAbsent(member.node(), nowNanos);
        if (since == null) {
            LOG.info("{} waits to be admitted: {}", member.node(), claim);
            return null;
        }
        return !present || nowNanos - since < patienceNanos ? null : claim + ", which is alive";
    }

    private void write(List<StoreOp> ops, long nowNanos, Runnable done, Consumer<Reason> failed) {
        busy = true;
        pollAt = nowNanos;
        session.send(new StoreRequest.Commit(ops), (answer, at) -> {
            busy = false;
            pollAt = at;
            if (over) {
                return;
            }
            if (answer instanceof Committed) {
                done.run();
            } else if (answer instanceof Rejected rejected && rejected.op() == 0) {
                refused.run();
            } else if (answer instanceof Rejected rejected) {
                failed.accept(rejected.reason());
            }
        });
    }

    /** One transaction, as it grows. */
    private final class Change {
        private final RosterReading reading;
        private final List<StoreOp> ops = new ArrayList<>();
        private final SortedMap<NodeId, NodeAttributes> admitted = new TreeMap<>();
        private final SortedSet<NodeId> removed = new TreeSet<>();
        private final Holders holders;
        private int size;

        Change(RosterReading reading) {
            this.reading = reading;
            this.holders = new Holders(reading.roster().members());
        }

        int size() {
            return size;
        }

        void admit(Member member, int version) {
            ops.add(new StoreOp.Set(StorePath.member(member.node()), member.in(MemberState.MEMBER), version));
            admitted.put(member.node(), member.attributes());
            holders.add(member.node(), member.attributes());
            size++;
        }

        void refuse(Member member, int version, String refusal) {
            Member other =
                    new Member(member.node(), MemberState.REFUSED, member.attributes(), member.predecessor(), refusal);
            ops.add(new StoreOp.Set(StorePath.member(member.node()), other, version));
            size++;
        }

        void revoke(Member member, int version) {
            ops.add(new StoreOp.Set(StorePath.member(member.node()), member.in(MemberState.REVOKED), version));
            ops.add(new StoreOp.Delete(StorePath.lease(member.node()), StoreOp.ANY_VERSION));
            size++;
        }

        void remove(Member member, int version) {
            NodeId node = member.node();
            StorePath lease = StorePath.lease(node);
            boolean present = reading.present().contains(node);
            ops.add(new StoreOp.Delete(StorePath.member(node), version));
            if (present) {
                ops.add(new StoreOp.Delete(StorePath.presence(node), StoreOp.ANY_VERSION));
            }
            if (present && member.state() != MemberState.REVOKED) {
                ops.add(new StoreOp.Delete(lease, StoreOp.ANY_VERSION));
            } else {
                // Succeeds only if there is none.
                ops.add(new StoreOp.Create(lease, new StoreValue.Lease(0), false));
                ops.add(new StoreOp.Delete(lease, StoreOp.ANY_VERSION));
            }
            removed.add(node);
            holders.remove(member);
            size++;
        }

        List<StoreOp> ops() {
            List<StoreOp> all = new ArrayList<>();
            all.add(term.check());
            all.addAll(ops);
            Roster next = reading.roster().with(admitted, removed);
            if (!next.members().equals(reading.roster().members())) {
                all.add(
                        reading.rosterVersion() == StoreOp.ANY_VERSION
                                ? new StoreOp.Create(StorePath.ROSTER, next, false)
                                : new StoreOp.Set(StorePath.ROSTER, next, reading.rosterVersion()));
            }
            return all;
        }

        /** @param sentNanos when the transaction was sent */
        void tell(long sentNanos) {
            most = Math.min(MOST_AT_ONCE, most * 2);
            if (!removed.isEmpty()) {
                removals.removed(removed, sentNanos);
            }
            if (!admitted.isEmpty() || !removed.isEmpty()) {
                LOG.info("roster {}: {} came, {} went", reading.roster().version() + 1, admitted.keySet(), removed);
            }
        }

        /** One that has come back must not hold up the others. */
        void refused(Reason reason) {
            most = 1;
            if (reason == Reason.RECORD_EXISTS || reason == Reason.OTHER_VERSION) {
                removed.forEach(absences::remove);
            }
        }
    }
}
