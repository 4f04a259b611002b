package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.membership.ProtocolSupport;
import dev.maintainer.membership.RegistrationPhase;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue.Changefeed;
import dev.maintainer.membership.store.StoreValue.Cluster;
import dev.maintainer.membership.store.StoreValue.LeaderEpoch;
import dev.maintainer.membership.store.StoreValue.Member;
import dev.maintainer.membership.store.StoreValue.MemberState;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sees everything that really happens, and compares it with what must hold. */
public final class MembershipTruth implements ModelStore.Observer {
    /** A write of a leader, by its term and number. */
    private record WriteId(long epoch, long number) {}

    /** The newest version and epoch of a changefeed. */
    private record Epoch(long version, long epoch) {}

    private final Timeline timeline;
    private final Map<StorePath, Epoch> epochs = new TreeMap<>();
    private final Map<NodeId, MemberProcess> processes = new TreeMap<>();
    private final Set<NodeId> removed = new HashSet<>();
    private final Set<NodeId> members = new HashSet<>();
    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final CheckpointTruth checkpoints = new CheckpointTruth();
    private final Map<WriteId, Long> landed = new HashMap<>();
    private final Map<WriteId, Boolean> said = new HashMap<>();
    private final Map<NodeId, Runnable> whenRegistered = new HashMap<>();
    private Map<StorePath, Stored> state = Map.of();
    private @Nullable MemberProcess sender;
    private @Nullable Long senderEpoch;
    private long rosters;

    /** Nothing has happened yet. */
    public MembershipTruth(Timeline timeline) {
        this.timeline = timeline;
    }

    /** A process begins. */
    public void add(MemberProcess process) {
        processes.put(process.id(), process);
    }

    /** Does something once, when a process is registered for the next time. */
    public void onRegistered(MemberProcess process, Runnable action) {
        whenRegistered.put(process.id(), action);
    }

    /** How many rosters there were. */
    public long rosters() {
        return rosters;
    }

    /** Whose request takes effect next, and under which term it was sent. */
    void sender(MemberProcess process, @Nullable Long epoch) {
        sender = process;
        senderEpoch = epoch;
    }

    /** Something has happened in a process. */
    void moved(MemberProcess process) {
        if (removed.contains(process.id()) && process.mayWrite()) {
            throw new Violation(
                    Invariant.REMOVED_IS_SILENT, process.id() + " was removed, and would let a write begin now");
        }
    }

    @Override
    public void committed(
            long session, List<StoreOp> ops, Map<StorePath, Stored> before, Map<StorePath, Stored> after) {
        timeline.trace(session * 31 + ops.size());
        state = after;
        LeaderEpoch epoch = epochOf(after);
        LeaderEpoch epochBefore = epochOf(before);
        long rise = numberOf(epoch) - numberOf(epochBefore);
        require(
                rise == 0 || rise == 1,
                Invariant.ROSTER_CONSISTENT,
                () -> "the leader epoch goes from " + numberOf(epochBefore) + " to " + numberOf(epoch));
        if (epoch != null && rise == 1) {
            leaders.put(epoch.epoch(), epoch.node());
        }
        for (StoreOp op : ops) {
            check(op, before, epochBefore);
            if (op instanceof StoreOp.Create && op.path().kind() == StorePath.Kind.PRESENCE) {
                Runnable action = whenRegistered.remove(new NodeId(op.path().name()));
                if (action != null) {
                    action.run();
                }
            }
            boolean renewal = op instanceof StoreOp.Set && op.path().kind() == StorePath.Kind.LEASE;
            if (!renewal && !(op instanceof StoreOp.Check)) {
                timeline.tell(() -> "durable by session " + session + ": " + op);
            }
        }
        checkpoints.committed(ops, before, after);
        if (ops.isEmpty()) {
            timeline.tell(() -> "session " + session + " has ended");
        }
        rosterChanged(rosterOf(before), rosterOf(after), before);
        protocolFits(protocolOf(before), protocolOf(after), rosterOf(after));
    }

    private static void protocolFits(int before, int after, Roster roster) {
        require(
                after >= before,
                Invariant.ROSTER_CONSISTENT,
                () -> "the active protocol falls from " + before + " to " + after);
        roster.members()
                .forEach((node, attributes) -> require(
                        attributes.speaks(after),
                        Invariant.ROSTER_CONSISTENT,
                        () -> "the active protocol is " + after + ", and the member " + node + " speaks "
                                + attributes.minProtocol() + " to " + attributes.maxProtocol()));
    }

    private void check(StoreOp op, Map<StorePath, Stored> before, @Nullable LeaderEpoch epoch) {
        MemberProcess by = sender;
        boolean own = op.path().kind() == StorePath.Kind.MEMBER
                && by != null
                && op.path().name().equals(by.id().value());
        boolean ofLeader = switch (op.path().kind()) {
            case ROSTER, CHANGEFEED, PROGRESS, FLOOR, CLUSTER -> true;
            case MEMBER -> !own;
            case LEADER, LEADER_EPOCH, PRESENCE, LEASE -> false;
        };
        if (ofLeader && !(op instanceof StoreOp.Check)) {
            require(
                    epoch != null && senderEpoch != null && senderEpoch == epoch.epoch(),
                    Invariant.LEADER_FENCED,
                    () -> (by == null ? "somebody" : by.id()) + " writes " + op + " under its epoch " + senderEpoch
                            + ", where " + epoch + " is the last");
        }
        Long version = null;
        Changefeed written = null;
        boolean created = op instanceof StoreOp.Create;
        if (op instanceof StoreOp.Set set && set.value() instanceof Changefeed value) {
            Stored stored = before.get(op.path());
            version = value.firstVersion() + (stored == null ? 0 : stored.version() + 1);
            written = value;
        } else if (op instanceof StoreOp.Create create && create.value() instanceof Changefeed value) {
            version = value.firstVersion();
            written = value;
        }
        if (version != null && written != null) {
            newest(op.path(), version, written, created);
            landed(new WriteId(written.leaderEpoch(), written.request()), version);
        }
    }

    /** Versions and epochs of a name only rise, also over its deletions; what has another state only keeps its epoch. */
    private void newest(StorePath path, long version, Changefeed written, boolean created) {
        long epoch = written.metadata().epoch().value();
        Epoch last = epochs.put(path, new Epoch(version, epoch));
        require(
                last == null || (last.version() < version && (created ? last.epoch() < epoch : last.epoch() <= epoch)),
                Invariant.EPOCH_DURABLE_FIRST,
                () -> path + " gets version " + version + " and epoch " + epoch + " after " + last);
    }

    private void landed(WriteId write, long version) {
        require(landed.put(write, version) == null, Invariant.OUTCOMES_TRUE, () -> write + " takes effect twice");
        require(
                said.getOrDefault(write, true),
                Invariant.OUTCOMES_TRUE,
                () -> write + " takes effect after its leader was told that it does not");
    }

    private void rosterChanged(Roster before, Roster after, Map<StorePath, Stored> state) {
        if (after.version() == before.version()) {
            return;
        }
        rosters++;
        require(
                after.version() == before.version() + 1,
                Invariant.ROSTER_CONSISTENT,
                () -> "roster " + after.version() + " follows " + before.version());
        Set<String> addresses = new HashSet<>();
        after.members().forEach((node, attributes) -> {
            require(
                    addresses.add(attributes.address()),
                    Invariant.ROSTER_CONSISTENT,
                    () -> "two members have the address " + attributes.address());
            require(
                    before.members().containsKey(node) || members.add(node),
                    Invariant.ROSTER_CONSISTENT,
                    () -> node + " is a member for the second time");
        });
        before.members().keySet().forEach(node -> {
            if (!after.members().containsKey(node)) {
                removed(node, state);
            }
        });
    }

    private void removed(NodeId node, Map<StorePath, Stored> state) {
        removed.add(node);
        MemberProcess process = processes.get(node);
        require(
                process == null || !process.mayWrite(),
                Invariant.REMOVED_IS_SILENT,
                () -> node + " is removed, and would let a write begin now; " + state.get(StorePath.member(node)));
    }

    void elected(MemberProcess process, LeaderTerm term) {
        require(
                process.id().equals(leaders.get(term.epoch())),
                Invariant.LEADER_FENCED,
                () -> process.id() + " leads under epoch " + term.epoch() + ", which belongs to "
                        + leaders.get(term.epoch()));
    }

    void lost(MemberProcess process, String reason) {
        Stored stored = state.get(StorePath.member(process.id()));
        MemberState decided = stored != null && stored.value() instanceof Member member ? member.state() : null;
        boolean sharesAddress = processes.values().stream()
                .anyMatch(other ->
                        other != process && !other.isDead() && other.address().equals(process.address()));
        require(
                decided == null
                        || decided == MemberState.REVOKED
                        || (decided == MemberState.REFUSED
                                && (sharesAddress || !process.attributes().speaks(protocolOf(state)))),
                Invariant.LOST_WAS_TOLD,
                () -> process.id() + " gives up (" + reason + "), and the store has " + stored);
    }

    /** A leader is told that a checkpoint is stored that has only advanced. */
    void advanced(Versioned stored) {
        checkpoints.answered(stored.metadata());
    }

    /** A leader hears for the first time what is stored; one that was deposed meanwhile may hear what was. */
    public void loaded(LeaderTerm term, List<Versioned> all) {
        if (term.epoch() == numberOf(epochOf(state))) {
            checkpoints.loaded(all);
        }
    }

    void answered(MemberProcess process, LeaderTerm term, long number, @Nullable Versioned stored) {
        WriteId write = new WriteId(term.epoch(), number);
        said.put(write, stored != null);
        if (stored != null) {
            checkpoints.answered(stored.metadata());
        }
        Long version = landed.get(write);
        require(
                stored == null ? version == null : version != null && version == stored.version(),
                Invariant.OUTCOMES_TRUE,
                () -> process.id() + " is told of " + write + " that " + (stored == null ? "it was not stored" : stored)
                        + ", and it " + (version == null ? "was not" : "was stored as version " + version));
    }

    /**
     * A leader is told of a write by somebody who does not know whether it was a checkpoint that has only advanced, which is
     * stored elsewhere and has no number.
     */
    public void told(MemberProcess process, LeaderTerm term, long number, @Nullable Versioned stored) {
        if (stored != null && !landed.containsKey(new WriteId(term.epoch(), number))) {
            advanced(stored);
            ChangefeedMetadata durable =
                    CheckpointTruth.durable(state, stored.metadata().changefeed());
            require(
                    numberOf(epochOf(state)) != term.epoch()
                            || (durable != null
                                    && durable.withCheckpointTs(
                                                    stored.metadata().checkpointTs())
                                            .equals(stored.metadata())),
                    Invariant.OUTCOMES_TRUE,
                    () -> process.id() + " is told that " + stored + " is stored, and stored is " + durable);
        } else {
            answered(process, term, number, stored);
        }
    }

    private static Roster rosterOf(Map<StorePath, Stored> state) {
        Stored stored = state.get(StorePath.ROSTER);
        return stored != null && stored.value() instanceof Roster roster ? roster : Roster.EMPTY;
    }

    private static int protocolOf(Map<StorePath, Stored> state) {
        Stored stored = state.get(StorePath.CLUSTER);
        if (stored == null || !(stored.value() instanceof Cluster cluster)) {
            throw new Violation(Invariant.ROSTER_CONSISTENT, "the record of the cluster is gone");
        }
        return cluster.protocol();
    }

    private static @Nullable LeaderEpoch epochOf(Map<StorePath, Stored> state) {
        Stored stored = state.get(StorePath.LEADER_EPOCH);
        return stored != null && stored.value() instanceof LeaderEpoch epoch ? epoch : null;
    }

    private static long numberOf(@Nullable LeaderEpoch epoch) {
        return epoch == null ? 0 : epoch.epoch();
    }

    private static void require(boolean holds, Invariant invariant, java.util.function.Supplier<String> text) {
        if (!holds) {
            throw new Violation(invariant, text.get());
        }
    }

    /** What is not yet as it should be when everything is well; null if all is. */
    public @Nullable String unsettled() {
        Roster roster = rosterOf(state);
        Set<NodeId> alive = new HashSet<>();
        int leading = 0;
        for (MemberProcess process : processes.values()) {
            if (process.isDead()) {
                continue;
            }
            alive.add(process.id());
            if (process.registration() != RegistrationPhase.MEMBER) {
                return process.id() + " is " + process.registration();
            }
            if (!process.mayWrite()) {
                return process.id() + " may not write";
            }
            leading += process.isLeading() ? 1 : 0;
        }
        if (leading != 1) {
            return leading + " processes lead";
        }
        if (!roster.members().keySet().equals(alive)) {
            return "the roster has " + roster.members().keySet() + ", and alive are " + alive;
        }
        if (ProtocolSupport.of(protocolOf(state), roster).canRise()) {
            return "the active protocol is " + protocolOf(state) + ", and every member speaks a newer one";
        }
        long records = state.keySet().stream()
                .filter(path -> path.kind() == StorePath.Kind.MEMBER
                        || path.kind() == StorePath.Kind.PRESENCE
                        || path.kind() == StorePath.Kind.LEASE)
                .count();
        return records == 3L * alive.size() ? null : "there are " + records + " records of " + alive.size() + " nodes";
    }
}
