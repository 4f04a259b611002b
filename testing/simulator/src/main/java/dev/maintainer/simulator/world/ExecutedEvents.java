package dev.maintainer.simulator.world;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Which DDLs and sync points a sink has, and what must not be before or behind them. */
final class ExecutedEvents {
    private final Timeline timeline;
    private final Upstream upstream;
    private final ChangefeedId pipeline;
    private final ToLongFunction<TableId> durableTs;
    private final TreeSet<Long> ddls = new TreeSet<>();
    private final TreeMap<BlockKey, Integer> executed = new TreeMap<>();
    private long refusals;

    /** Those of a sink, which says how far a table is durable. */
    ExecutedEvents(Timeline timeline, Upstream upstream, ChangefeedId pipeline, ToLongFunction<TableId> durableTs) {
        this.timeline = timeline;
        this.upstream = upstream;
        this.pipeline = pipeline;
        this.durableTs = durableTs;
    }

    /** No row of a table may be durable behind an event that has not been executed. */
    void checkCrossed(SimulatedDispatcher dispatcher, long reached, long upToTs) {
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
        return from > upToTs
                ? null
                : upstream.blocks().next(id, from, afterDdl, upToTs, ts -> upstream.schemaBefore(id, ts));
    }

    /** Fails if a trigger says that a DDL behind {@code fromTs} is done which is not durable. */
    void checkDone(SimulatedDispatcher trigger, long fromTs, long checkpointTs) {
        upstream.ddls().stream()
                .map(Upstream.Ddl::commitTs)
                .filter(ts -> ts > fromTs && ts <= checkpointTs && !ddls.contains(ts))
                .findFirst()
                .ifPresent(ts -> {
                    throw new Violation(
                            Invariant.CHECKPOINT_HONEST,
                            trigger + " says that it is done up to " + checkpointTs + ", and the DDL at " + ts
                                    + " is not durable");
                });
    }

    /** Somebody has done what an event does. */
    void done(String who, BlockEvent event) {
        long ts = event.key().commitTs();
        for (TableId id : upstream.concernedBy(event)) {
            long durable = durableTs.applyAsLong(id);
            if (durable < ts) {
                throw new Violation(
                        Invariant.BARRIER_HOLDS,
                        who + event.key() + ", and table " + id + " is durable only up to " + durable);
            }
        }
        timeline.tell(() -> who + event.key() + " of " + event.scope());
        executed.merge(event.key(), 1, Integer::sum);
        if (event.key().kind() == BlockKind.DDL) {
            ddls.add(ts);
        }
    }

    /** Somebody does by hand what an event does that the sink refuses. */
    void skip(BlockEvent event) {
        done("somebody does by hand ", event);
    }

    /** The sink refuses an event. */
    void refuse(SimulatedDispatcher trigger, BlockKey event) {
        timeline.tell(() -> trigger + " meets " + event + ", and its sink refuses it");
        refusals++;
    }

    /** How often that happened. */
    long refusals() {
        return refusals;
    }

    /** A dispatcher goes on behind an event. */
    void goesOn(SimulatedDispatcher dispatcher, BlockEvent event) {
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

    /** DDLs for which nobody waits are durable. */
    void written(long commitTs) {
        ddls.add(commitTs);
    }

    boolean hasDdl(long commitTs) {
        return ddls.contains(commitTs);
    }
}
