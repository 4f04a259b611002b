package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sink, and the truth about it: what is durable, and who writes. Replaying is harmless, a gap is not. It refuses
 * writes of nodes that have not accepted the latest epoch.
 */
final class Downstream {
    private final Timeline timeline;
    private final Upstream upstream;
    private final ChangefeedId pipeline;
    private @Nullable RedoPromises redo;
    private final TreeSet<Long> ddls = new TreeSet<>();
    private final TreeMap<BlockKey, Integer> executed = new TreeMap<>();
    private final TreeMap<TableId, Table> tables = new TreeMap<>();
    private long epoch;
    private final TreeMap<Long, Long> membershipOfOwner = new TreeMap<>();
    private long writesOfZombies;
    private long writesOfUnheardOf;
    private long heldWrites;
    private long refusals;
    /** The highest checkpoint that was promised; up to it all sync points were found executed. */
    private long promisedTs;
    /** How many DDLs, from the first on, were found durable. */
    private int durableDdls;

    /** What is known of a table here. */
    private static final class Table {
        final long createdTs;
        final Set<TableModel> writers = new LinkedHashSet<>();
        /** How far each range is durable, by its start. */
        final TreeMap<SpanBound, Long> durable = new TreeMap<>();

        Table(long createdTs) {
            this.createdTs = createdTs;
            durable.put(SpanBound.LOWEST, createdTs);
        }

        /** Lets a range begin here. */
        void cut(SpanBound bound) {
            Map.Entry<SpanBound, Long> around = durable.floorEntry(bound);
            if (around != null && !bound.equals(SpanBound.HIGHEST)) {
                durable.putIfAbsent(bound, around.getValue());
            }
        }

        /** The ranges of a span that is cut out. */
        SortedMap<SpanBound, Long> within(TableSpan span) {
            cut(span.start());
            cut(span.end());
            return durable.subMap(span.start(), span.end());
        }

        long durableTs() {
            return Collections.min(durable.values());
        }
    }

    Downstream(Timeline timeline, Upstream upstream, ChangefeedId pipeline) {
        this.timeline = timeline;
        this.upstream = upstream;
        this.pipeline = pipeline;
    }

    /** From now on a redo log must have promised what is written here. */
    void writeBehind(RedoPromises promises) {
        redo = promises;
    }

    void open(DispatcherModel dispatcher) {
        if (dispatcher instanceof TableModel table) {
            table(table.table()).writers.add(table);
        }
    }

    void closed(DispatcherModel dispatcher) {
        if (dispatcher instanceof TableModel table) {
            table(table.table()).writers.remove(table);
        }
    }

    private Table table(TableId id) {
        Table known = tables.get(id);
        if (known == null) {
            known = new Table(upstream.createdTs(id));
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

    private boolean isFenced(SimulatedNode node) {
        return node.sinkEpoch(pipeline) < epoch;
    }

    /** Whether a dispatcher must not write now: its node is fenced, or looks at its lease and has none. */
    private boolean isHeld(DispatcherModel dispatcher) {
        if (isFenced(dispatcher.node()) || !dispatcher.node().mayWrite()) {
            heldWrites++;
            return true;
        }
        dispatcher.node().writes(dispatcher);
        return false;
    }

    /** Makes the events of a table durable, from a dispatcher's position; false if the sink does not take them now. */
    boolean write(TableModel dispatcher, long upToTs) {
        if (isHeld(dispatcher)) {
            return false;
        }
        Table table = table(dispatcher.table());
        for (TableModel other : table.writers) {
            boolean same = other != dispatcher && other.span().overlaps(dispatcher.span());
            if (same && other.node().isUp() && !isFenced(other.node())) {
                meet(dispatcher, other);
            }
        }
        if (redo != null && upToTs > dispatcher.checkpointTs()) {
            redo.checkWrite(dispatcher, upToTs);
        }
        for (Map.Entry<SpanBound, Long> range : table.within(dispatcher.span()).entrySet()) {
            long reached = range.getValue();
            checkCrossed(dispatcher, reached, upToTs);
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
     * Whether an owner began, and was gone again before the node accepted it, of which nobody alive, the coordinator
     * included, had heard: then it placed what ran there already. An owner that the node does accept ends that first.
     */
    private boolean isUnheardOf(TableModel dispatcher) {
        long created = dispatcher.spec.epoch().value();
        long accepted = Math.max(created + 1, dispatcher.node().sinkEpoch(pipeline));
        return membershipOfOwner.subMap(created, false, accepted, false).values().stream()
                .anyMatch(version -> version < dispatcher.node().memberSince());
    }

    /** An owner begins with a membership of this version or later. */
    void ownerBegins(MaintainerEpoch owner, long membershipVersion) {
        membershipOfOwner.merge(owner.value(), membershipVersion, Math::min);
    }

    boolean writeDdl(DispatcherModel trigger, long commitTs) {
        if (isHeld(trigger)) {
            return false;
        }
        if (redo != null) {
            redo.checkWrite(trigger, commitTs);
        }
        ddls.add(commitTs);
        return true;
    }

    /** Of a table that is dropped nothing is restored. */
    void checkHas(TableModel dispatcher, long upToTs) {
        boolean lives = upstream.liveTables().contains(dispatcher.table());
        SortedMap<SpanBound, Long> ranges = table(dispatcher.table()).within(dispatcher.span());
        if (lives && !ranges.isEmpty() && Collections.min(ranges.values()) < upToTs) {
            throw new Violation(
                    Invariant.REDO_FIRST,
                    dispatcher + " writes up to " + upToTs + ", and the redo log is durable up to " + ranges);
        }
    }

    /** No row of a table may be durable behind an event that has not been executed. */
    private void checkCrossed(TableModel dispatcher, long reached, long upToTs) {
        if (pipeline.isRedo() || upToTs - 1 <= reached) {
            return;
        }
        TableId id = dispatcher.table();
        BlockEvent creation = upstream.blocks().ddlAt(upstream.createdTs(id));
        if (creation != null && !executed.containsKey(creation.key())) {
            throw new Violation(
                    Invariant.BARRIER_HOLDS,
                    dispatcher + " writes, and " + creation.key() + ", which creates its table, was not executed");
        }
        long from = Math.max(reached, upstream.createdTs(id) + 1);
        boolean afterDdl = false;
        for (BlockEvent event = next(id, from, afterDdl, upToTs - 1);
                event != null;
                event = next(id, from, afterDdl, upToTs - 1)) {
            if (!executed.containsKey(event.key())) {
                throw new Violation(
                        Invariant.BARRIER_HOLDS,
                        dispatcher + " writes up to " + upToTs + ", and " + event.key() + " was not executed");
            }
            afterDdl = event.key().kind() == BlockKind.DDL;
            from = afterDdl ? event.key().commitTs() : event.key().commitTs() + 1;
            if (from > upToTs - 1) {
                return;
            }
        }
    }

    private @Nullable BlockEvent next(TableId id, long from, boolean afterDdl, long upToTs) {
        return upstream.blocks().next(id, from, afterDdl, upToTs, ts -> upstream.schemaBefore(id, ts));
    }

    /** Executes an event; false if the sink does not take it now. */
    boolean execute(DispatcherModel trigger, BlockEvent event) {
        if (isHeld(trigger)) {
            return false;
        }
        if (redo != null && event.key().kind() == BlockKind.DDL) {
            redo.checkWrite(trigger, event.key().commitTs());
        }
        done(trigger + " executes ", event);
        return true;
    }

    /** Somebody does by hand what an event does that the sink refuses. */
    void skip(BlockEvent event) {
        done("somebody does by hand ", event);
    }

    /** The sink refuses an event. */
    void refuse(DispatcherModel trigger, BlockKey event) {
        timeline.tell(() -> trigger + " meets " + event + ", and its sink refuses it");
        refusals++;
    }

    /** How often that happened. */
    long refusals() {
        return refusals;
    }

    private void done(String who, BlockEvent event) {
        long ts = event.key().commitTs();
        for (TableId id : upstream.concernedBy(event)) {
            long durable = table(id).durableTs();
            if (durable < ts) {
                throw new Violation(
                        Invariant.BARRIER_HOLDS,
                        who + event.key() + ", and table " + id + " is durable only up to " + table(id).durable);
            }
        }
        timeline.tell(() -> who + event.key() + " of " + event.scope());
        executed.merge(event.key(), 1, Integer::sum);
        if (event.key().kind() == BlockKind.DDL) {
            ddls.add(ts);
        }
    }

    /** A dispatcher goes on behind an event. */
    void goesOn(DispatcherModel dispatcher, BlockEvent event) {
        long ts = event.key().commitTs();
        // What nobody has to wait for is an event only if it is refused, and may have been written without being one.
        boolean written =
                event.key().kind() == BlockKind.DDL && upstream.blocks().ddlAt(ts) == null && ddls.contains(ts);
        if (!executed.containsKey(event.key()) && !written) {
            throw new Violation(
                    Invariant.BARRIER_HOLDS, dispatcher + " goes on behind " + event.key() + ", which nobody executed");
        }
    }

    /** How often an event was executed. */
    int executions(BlockKey event) {
        return executed.getOrDefault(event, 0);
    }

    /** How many block events were executed. */
    long executedEvents() {
        return executed.size();
    }

    /** How often one was executed that had been before. */
    long executedAgain() {
        return executed.values().stream().mapToLong(times -> times - 1).sum();
    }

    boolean hasDdl(long commitTs) {
        return ddls.contains(commitTs);
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
            if (!ddls.contains(ts)) {
                throw new Violation(
                        invariant, who + " promises " + checkpointTs + ", but the DDL at " + ts + " is not durable");
            }
            durableDdls++;
        }
        long sync = upstream.blocks().syncAfter(Math.max(upstream.beginning(), promisedTs));
        while (!pipeline.isRedo() && sync <= checkpointTs) {
            if (!executed.containsKey(BlockEvent.syncPoint(sync).key())) {
                throw new Violation(
                        invariant,
                        who + " promises " + checkpointTs + ", but the sync point at " + sync + " was not executed");
            }
            sync = upstream.blocks().syncAfter(sync);
        }
        promisedTs = Math.max(promisedTs, checkpointTs);
        for (TableId id : upstream.liveTables()) {
            Table table = table(id);
            if (table.createdTs <= checkpointTs && table.durableTs() < checkpointTs) {
                throw new Violation(
                        invariant,
                        who + " promises " + checkpointTs + ", but table " + id + " is durable only up to "
                                + table.durable);
            }
        }
    }

    /** A node whose session is lost writes no more. */
    void checkNobodyWritesOn(SimulatedNode node) {
        tables.values()
                .forEach(table -> table.writers.forEach(dispatcher -> {
                    if (dispatcher.node() == node) {
                        throw new Violation(
                                Invariant.WORKER_CONSISTENT, "the session is lost, and still there is " + dispatcher);
                    }
                }));
    }

    /** The dispatchers of a table that may write. */
    List<TableModel> of(TableId table) {
        return List.copyOf(table(table).writers);
    }

    List<TableId> written() {
        return tables.entrySet().stream()
                .filter(entry -> !entry.getValue().writers.isEmpty())
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
