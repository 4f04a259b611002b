package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableId;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sink, and the truth about it: what is durable, and who writes. Replaying is harmless, a gap is not. It refuses
 * writes of nodes that have not accepted the latest epoch.
 */
final class Downstream {
    private final Timeline timeline;
    private final Upstream upstream;
    private final TreeMap<TableId, Long> durable = new TreeMap<>();
    private final TreeSet<Long> ddls = new TreeSet<>();
    private final Map<TableId, Set<TableModel>> writers = new TreeMap<>();
    private long epoch;
    private final TreeMap<Long, Long> membershipOfOwner = new TreeMap<>();
    private long writesOfZombies;
    private long writesOfUnheardOf;
    private long heldWrites;

    Downstream(Timeline timeline, Upstream upstream) {
        this.timeline = timeline;
        this.upstream = upstream;
    }

    void open(DispatcherModel dispatcher) {
        if (dispatcher instanceof TableModel table) {
            writersOf(table.table()).add(table);
        }
    }

    void closed(DispatcherModel dispatcher) {
        if (dispatcher instanceof TableModel table) {
            writersOf(table.table()).remove(table);
        }
    }

    private Set<TableModel> writersOf(TableId table) {
        return writers.computeIfAbsent(table, t -> new LinkedHashSet<>());
    }

    void fence(SimulatedNode node, MaintainerEpoch wanted) {
        if (wanted.value() < epoch) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED, "epoch " + wanted + " is older than the sink's, " + epoch);
        }
        if (wanted.value() > epoch) {
            epoch = wanted.value();
            timeline.tell(() -> "sink is fenced for epoch " + wanted + " by node " + node.id());
        }
    }

    private boolean isFenced(SimulatedNode node) {
        return node.sinkEpoch() < epoch;
    }

    /** Makes the events of a table durable, from a dispatcher's position; false if the sink does not take them now. */
    boolean write(TableModel dispatcher, long upToTs) {
        if (isFenced(dispatcher.node())) {
            heldWrites++;
            return false;
        }
        TableId table = dispatcher.table();
        for (TableModel other : writersOf(table)) {
            if (other != dispatcher && other.node().isUp() && !isFenced(other.node())) {
                meet(dispatcher, other);
            }
        }
        long reached = durableTs(table);
        boolean gap = dispatcher.checkpointTs() > reached && upstream.existsAt(table, reached + 1);
        if (gap) {
            throw new Violation(
                    Invariant.NO_GAP,
                    "gap: " + dispatcher + " writes from " + dispatcher.checkpointTs() + ", but only " + reached
                            + " was durable");
        }
        durable.put(table, Math.max(reached, upToTs));
        return true;
    }

    /** Beside a node whose lease has ended without its knowledge, replaying has to be harmless. */
    private void meet(TableModel writing, TableModel other) {
        if (isUnheardOf(writing) || isUnheardOf(other)) {
            writesOfUnheardOf++;
        } else if (writing.node().isMember() && other.node().isMember()) {
            throw new Violation(
                    Invariant.ONE_WRITER,
                    "two dispatchers of table " + writing.table() + " write at once: " + writing + " and " + other);
        } else {
            writesOfZombies++;
        }
    }

    /**
     * Whether an owner after the one that created this began although nobody alive, the coordinator included, had heard of
     * the node: then it placed what ran there already.
     */
    private boolean isUnheardOf(TableModel dispatcher) {
        long created = dispatcher.spec.epoch().value();
        return membershipOfOwner.tailMap(created, false).values().stream()
                .anyMatch(version -> version < dispatcher.node().memberSince());
    }

    /** An owner begins with a membership of this version or later. */
    void ownerBegins(MaintainerEpoch owner, long membershipVersion) {
        membershipOfOwner.merge(owner.value(), membershipVersion, Math::min);
    }

    boolean writeDdl(DispatcherModel trigger, long commitTs) {
        if (isFenced(trigger.node())) {
            heldWrites++;
            return false;
        }
        ddls.add(commitTs);
        return true;
    }

    private long durableTs(TableId table) {
        return durable.computeIfAbsent(table, upstream::createdTs);
    }

    /** Fails if a checkpoint promises what is not durable. */
    void checkPromise(long checkpointTs, String who) {
        if (checkpointTs > upstream.frontier()) {
            throw new Violation(
                    Invariant.CHECKPOINT_HONEST, who + " promises " + checkpointTs + ", which is in the future");
        }
        for (Upstream.Ddl ddl : upstream.ddls()) {
            if (ddl.commitTs() > checkpointTs) {
                break;
            }
            if (!ddls.contains(ddl.commitTs())) {
                throw new Violation(
                        Invariant.CHECKPOINT_HONEST,
                        who + " promises " + checkpointTs + ", but the DDL at " + ddl.commitTs() + " is not durable");
            }
        }
        for (TableId table : upstream.liveTables()) {
            if (upstream.createdTs(table) <= checkpointTs && durableTs(table) < checkpointTs) {
                throw new Violation(
                        Invariant.CHECKPOINT_HONEST,
                        who + " promises " + checkpointTs + ", but table " + table + " is durable only up to "
                                + durableTs(table));
            }
        }
    }

    /** A node whose session is lost writes no more. */
    void checkNobodyWritesOn(SimulatedNode node) {
        writers.values()
                .forEach(dispatchers -> dispatchers.forEach(dispatcher -> {
                    if (dispatcher.node() == node) {
                        throw new Violation(
                                Invariant.WORKER_CONSISTENT, "the session is lost, and still there is " + dispatcher);
                    }
                }));
    }

    /** The dispatchers of a table that may write. */
    List<TableModel> of(TableId table) {
        return List.copyOf(writersOf(table));
    }

    List<TableId> written() {
        return writers.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    long writesOfZombies() {
        return writesOfZombies;
    }

    long writesOfUnheardOf() {
        return writesOfUnheardOf;
    }

    long heldWrites() {
        return heldWrites;
    }
}
