package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sink, and the truth about it: what is durable, and who writes. Replaying is harmless, a gap is not. It refuses
 * writes of nodes that have not accepted the latest epoch.
 */
final class Downstream {
    private final Timeline timeline;
    private final Upstream upstream;
    private final ChangefeedId pipeline;
    private final @Nullable RowHistory rows;
    private @Nullable RedoPromises redo;
    private final ExecutedEvents events;
    private final TreeMap<TableId, DurableRanges> tables = new TreeMap<>();
    private final Map<DispatcherId, SpanWriter> open = new TreeMap<>();
    private long epoch;
    private final TreeMap<Long, Long> membershipOfOwner = new TreeMap<>();
    private long writesOfZombies;
    private long writesOfUnheardOf;
    private long heldWrites;
    /** The highest checkpoint that was promised; up to it all sync points were found executed. */
    private long promisedTs;
    /** How many DDLs, from the first on, were found durable. */
    private int durableDdls;

    /** An empty one; {@code rows} is what is written to it, null in worlds where dispatchers say how far they have written. */
    Downstream(Timeline timeline, Upstream upstream, ChangefeedId pipeline, @Nullable RowHistory rows) {
        this.timeline = timeline;
        this.rows = rows;
        this.upstream = upstream;
        this.pipeline = pipeline;
        this.events = new ExecutedEvents(timeline, upstream, pipeline, this::durableTs);
    }

    /** What became of DDLs and sync points. */
    ExecutedEvents events() {
        return events;
    }

    /** From now on a redo log must have promised what is written here. */
    void writeBehind(RedoPromises promises) {
        redo = promises;
    }

    void open(SimulatedDispatcher dispatcher) {
        if (!dispatcher.isTrigger()) {
            table(dispatcher.table()).writers().add(dispatcher);
        }
    }

    void closed(SimulatedDispatcher dispatcher) {
        if (!dispatcher.isTrigger()) {
            table(dispatcher.table()).writers().remove(dispatcher);
        }
    }

    /** Remembers the writer of a dispatcher; that of an earlier opening is sealed. */
    void opened(DispatcherId dispatcher, SpanWriter writer) {
        SpanWriter former = open.put(dispatcher, writer);
        if (former != null) {
            former.seal();
        }
    }

    /** A writer is sealed, and need not be remembered. */
    void sealed(DispatcherId dispatcher, SpanWriter writer) {
        open.remove(dispatcher, writer);
    }

    private DurableRanges table(TableId id) {
        DurableRanges known = tables.get(id);
        if (known == null) {
            known = new DurableRanges(id, upstream.createdTs(id), rows);
            tables.put(id, known);
        }
        return known;
    }

    void fence(SimulatedNode node, MaintainerEpoch wanted) {
        if (wanted.value() < epoch) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED, "epoch " + wanted + " is older than the sink's, " + epoch);
        }
        if (wanted.value() > epoch) {
            epoch = wanted.value();
            timeline.tell(() -> "the sink of " + pipeline + " is fenced for epoch " + wanted + " by node " + node.id());
        }
    }

    /** Whether an owner has no successor of which it knows. */
    boolean accepts(MaintainerEpoch owner) {
        return owner.value() >= epoch;
    }

    private boolean isFenced(SimulatedNode node) {
        return node.sinkEpoch(pipeline) < epoch;
    }

    /** Whether a dispatcher must not write now: its node is fenced, or looks at its lease and has none. */
    private boolean isHeld(SimulatedDispatcher dispatcher) {
        if (isFenced(dispatcher.node()) || !dispatcher.isLeased()) {
            heldWrites++;
            return true;
        }
        dispatcher.node().writes(dispatcher);
        return false;
    }

    /** Whether it holds a write of a node that has accepted an epoch. */
    boolean holds(MaintainerEpoch accepted) {
        heldWrites += isFenced(accepted) ? 1 : 0;
        return isFenced(accepted);
    }

    /** Whether a node that has accepted an epoch must not write. */
    boolean isFenced(MaintainerEpoch accepted) {
        return accepted.value() < epoch;
    }

    /** Makes the events of a table durable, from a dispatcher's position; false if the sink does not take them now. */
    boolean write(TableModel dispatcher, long upToTs) {
        if (isHeld(dispatcher)) {
            return false;
        }
        DurableRanges table = table(dispatcher.table());
        meetOthers(dispatcher, table);
        if (redo != null && upToTs > dispatcher.checkpointTs()) {
            redo.checkWrite(dispatcher, upToTs);
        }
        for (Map.Entry<SpanBound, Long> range : table.within(dispatcher.span())) {
            long reached = range.getValue();
            events.checkCrossed(dispatcher, reached, upToTs);
            boolean gap = dispatcher.checkpointTs() > reached && upstream.existsAt(dispatcher.table(), reached + 1);
            if (gap) {
                throw new Violation(
                        Invariant.NO_GAP,
                        "gap: " + dispatcher + " writes from " + dispatcher.checkpointTs() + ", but only " + reached
                                + " was durable from key " + range.getKey() + " on");
            }
            range.setValue(Math.max(reached, upToTs));
        }
        return true;
    }

    /** Makes rows durable, in commit order; false if the sink does not take them now. */
    boolean write(SimulatedDispatcher dispatcher, List<RowEvent> written) {
        if (isHeld(dispatcher)) {
            return false;
        }
        DurableRanges table = table(dispatcher.table());
        meetOthers(dispatcher, table);
        long lastTs = written.get(written.size() - 1).commitTs();
        if (redo != null) {
            redo.checkWrite(dispatcher, lastTs);
        }
        for (RowEvent row : written) {
            write(dispatcher, table, row);
        }
        return true;
    }

    private void write(SimulatedDispatcher dispatcher, DurableRanges table, RowEvent row) {
        long ts = row.commitTs();
        if (rows == null || !rows.hasRow(row.table(), ts)) {
            throw new Violation(Invariant.NO_GAP, dispatcher + " writes a row at " + ts + ", and there is none");
        }
        for (Map.Entry<SpanBound, Long> range : table.within(dispatcher.span())) {
            long next = table.unwrittenTs(range);
            if (next < ts) {
                throw new Violation(
                        Invariant.NO_GAP,
                        "gap: " + dispatcher + " writes the row at " + ts + ", and that at " + next
                                + " is not durable");
            }
            events.checkCrossed(dispatcher, range.getValue(), ts);
            range.setValue(Math.max(range.getValue(), ts));
        }
    }

    private void meetOthers(SimulatedDispatcher dispatcher, DurableRanges table) {
        for (SimulatedDispatcher other : table.writers()) {
            boolean same = other != dispatcher && other.span().overlaps(dispatcher.span());
            if (same && other.node().isUp() && !isFenced(other.node())) {
                meet(dispatcher, other);
            }
        }
    }

    /**
     * Fails if a dispatcher says that something is durable which is not.
     *
     * @param fromTs what it has said before
     */
    void checkDurable(SimulatedDispatcher dispatcher, long fromTs, long checkpointTs, String what) {
        if (dispatcher.isTrigger()) {
            events.checkDone(dispatcher, fromTs, checkpointTs);
            return;
        }
        long durable = table(dispatcher.table()).durableTs(dispatcher.span());
        if (durable < checkpointTs) {
            throw new Violation(
                    Invariant.CHECKPOINT_HONEST,
                    dispatcher + " says that it is " + what + " up to " + checkpointTs + ", and the row at "
                            + (durable + 1) + " is not durable");
        }
        // What it does not know, because it began behind it, others have executed.
        events.checkCrossed(dispatcher, Math.max(fromTs, dispatcher.spec.startTs()), checkpointTs + 1);
    }

    /** Up to here all of a table is durable. */
    long durableTs(TableId id) {
        return table(id).durableTs();
    }

    /** Beside a node whose lease has ended without its knowledge, replaying has to be harmless. */
    private void meet(SimulatedDispatcher writing, SimulatedDispatcher other) {
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
     * Whether an owner began, and was gone again before the node accepted it, of which nobody alive, the coordinator
     * included, had heard: then it placed what ran there already. An owner that the node does accept ends that first.
     */
    private boolean isUnheardOf(SimulatedDispatcher dispatcher) {
        long created = dispatcher.spec.epoch().value();
        long accepted = Math.max(created + 1, dispatcher.node().sinkEpoch(pipeline));
        return membershipOfOwner.subMap(created, false, accepted, false).values().stream()
                .anyMatch(version -> version < dispatcher.node().memberSince());
    }

    /** An owner begins with a membership of this version or later. */
    void ownerBegins(MaintainerEpoch owner, long membershipVersion) {
        membershipOfOwner.merge(owner.value(), membershipVersion, Math::min);
    }

    boolean writeDdl(SimulatedDispatcher trigger, long commitTs) {
        if (isHeld(trigger)) {
            return false;
        }
        if (redo != null) {
            redo.checkDdl(trigger, commitTs);
        }
        events.written(commitTs);
        return true;
    }

    /** Of a table that is dropped nothing is restored. */
    void checkHas(SimulatedDispatcher dispatcher, long upToTs) {
        boolean lives = upstream.liveTables().contains(dispatcher.table());
        long durable = table(dispatcher.table()).durableTs(dispatcher.span());
        if (lives && durable < upToTs) {
            throw new Violation(
                    Invariant.REDO_FIRST,
                    dispatcher + " writes up to " + upToTs + ", and the redo log is durable up to " + durable);
        }
    }

    /** Executes an event; false if the sink does not take it now. */
    boolean execute(SimulatedDispatcher trigger, BlockEvent event) {
        if (isHeld(trigger)) {
            return false;
        }
        if (redo != null && event.key().kind() == BlockKind.DDL) {
            redo.checkDdl(trigger, event.key().commitTs());
        }
        events.done(trigger + " executes ", event);
        return true;
    }

    /** Fails if a checkpoint promises what is not durable. */
    void checkPromise(long checkpointTs, String who) {
        checkPromise(checkpointTs, who, Invariant.CHECKPOINT_HONEST);
    }

    void checkPromise(long checkpointTs, String who, Invariant invariant) {
        if (checkpointTs > upstream.frontier()) {
            throw new Violation(invariant, who + " promises " + checkpointTs + ", which is in the future");
        }
        List<Upstream.Ddl> changes = upstream.ddls();
        while (durableDdls < changes.size() && changes.get(durableDdls).commitTs() <= checkpointTs) {
            long ts = changes.get(durableDdls).commitTs();
            if (!events.hasDdl(ts)) {
                throw new Violation(
                        invariant, who + " promises " + checkpointTs + ", but the DDL at " + ts + " is not durable");
            }
            durableDdls++;
        }
        long sync = upstream.blocks().syncAfter(Math.max(upstream.beginning(), promisedTs));
        while (!pipeline.isRedo() && sync <= checkpointTs) {
            if (events.executions(BlockEvent.syncPoint(sync).key()) == 0) {
                throw new Violation(
                        invariant,
                        who + " promises " + checkpointTs + ", but the sync point at " + sync + " was not executed");
            }
            sync = upstream.blocks().syncAfter(sync);
        }
        promisedTs = Math.max(promisedTs, checkpointTs);
        for (TableId id : upstream.liveTables()) {
            DurableRanges table = table(id);
            if (table.createdTs() <= checkpointTs && table.durableTs() < checkpointTs) {
                throw new Violation(
                        invariant,
                        who + " promises " + checkpointTs + ", but table " + id + " is durable only up to " + table);
            }
        }
    }

    /** A node whose session is lost writes no more. */
    void checkNobodyWritesOn(SimulatedNode node) {
        tables.values()
                .forEach(table -> table.writers().forEach(dispatcher -> {
                    if (dispatcher.node() == node) {
                        throw new Violation(
                                Invariant.WORKER_CONSISTENT, "the session is lost, and still there is " + dispatcher);
                    }
                }));
    }

    /** The dispatchers of a table that may write. */
    List<SimulatedDispatcher> of(TableId table) {
        return List.copyOf(table(table).writers());
    }

    List<TableId> written() {
        return tables.entrySet().stream()
                .filter(entry -> !entry.getValue().writers().isEmpty())
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
