package dev.maintainer.core.barrier;

import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.barrier.BarrierTransitions.Consequence;
import dev.maintainer.core.barrier.BarrierTransitions.Happening;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The block events of one pipeline: each is executed once all that it concerns wait at it, and then all go on.
 *
 * <p>The DDL trigger dispatcher takes part in every event and executes it. It meets the events in their order, so at most
 * one is being executed, and when it stands at one, all before it are over. Who takes part besides is a question to the
 * registry, asked when it matters: every registered span in the scope. A span that is removed, or placed anew, waits
 * nowhere until its dispatcher says so again.
 *
 * <p>An event stays known until the checkpoint has passed it. Until then somebody may come to it who has to start before
 * it; afterwards nobody can. So an event is never forgotten while somebody waits at it, and "all have gone on" need not be
 * counted.
 *
 * <p>Single writer: not thread-safe. A report costs what it says; an event that concerns all spans costs nothing per span
 * to decide.
 */
public final class Barrier implements SpanRegistry.SpanListener {
    private final SpanRegistry registry;
    private final NodeId triggerNode;
    private final BarrierOutput output;
    private final long repeatMillis;
    private final TreeMap<BlockKey, OpenEvent> open = new TreeMap<>();
    /** Each registered and running span that waits, and where. */
    private final Map<SpanReplica, OpenEvent> waiting = new HashMap<>();
    /** Those that waited when they began to be scheduled, and where. */
    private final Map<SpanReplica, BlockEvent> suspended = new HashMap<>();
    /** Those that run again, and wait as they did. */
    private final Map<SpanReplica, BlockEvent> resumed = new LinkedHashMap<>();
    /** Where the trigger waits. */
    private @Nullable OpenEvent current;

    /** Somebody is past it, which has shown in the middle of an input. */
    private @Nullable OpenEvent proven;

    private boolean changed;
    /** Where the trigger was when this was settled last. */
    private long settledTriggerTs;

    /**
     * A barrier without events. The registry has to tell it of its spans.
     *
     * @param triggerNode where the DDL trigger dispatcher runs
     * @param repeatMillis after which time whoever has not gone on is told again
     */
    public Barrier(SpanRegistry registry, NodeId triggerNode, BarrierOutput output, long repeatMillis) {
        this.registry = registry;
        this.triggerNode = triggerNode;
        this.output = output;
        this.repeatMillis = repeatMillis;
    }

    // ---- what dispatchers say --------------------------------------------------------------------------------------

    /** The dispatcher of a running span waits at an event. Returns whether that is news. */
    public boolean waiting(SpanReplica span, BlockEvent event, long nowMillis) {
        NodeId node = span.node();
        if (!span.isReplicating() || node == null) {
            throw new IllegalStateException(span + " does not run, so it waits nowhere");
        }
        OpenEvent before = waiting.get(span);
        if (before != null && before.key().equals(event.key())) {
            return false;
        }
        leave(span);
        OpenEvent now = opened(event, nowMillis);
        waiting.put(span, now);
        now.arrived(node, nowMillis);
        noteProof(span);
        changed = true;
        return true;
    }

    /** The dispatcher of a span is past an event. Returns whether that is news. */
    public boolean passed(SpanReplica span, BlockKey event, long nowMillis) {
        OpenEvent left = waiting.get(span);
        if (left == null || !left.key().equals(event)) {
            return false;
        }
        leave(span);
        // Nobody goes on before it was executed: it was, under an owner whose word reached the dispatcher.
        step(left, Happening.PROVEN, nowMillis);
        return true;
    }

    /** While somebody decides what becomes of a span, it counts for nothing. */
    @Override
    public void suspending(SpanReplica span) {
        OpenEvent event = leave(span);
        if (event != null) {
            suspended.put(span, event.event());
        }
    }

    /** It runs as before: its dispatcher waits where it did, and does not say so again. */
    @Override
    public void running(SpanReplica span) {
        BlockEvent event = suspended.isEmpty() ? null : suspended.remove(span);
        NodeId node = span.node();
        if (event != null && node != null) {
            resumed.put(span, event);
            changed = true;
        }
    }

    @Override
    public void departing(SpanReplica span) {
        leave(span);
        suspended.remove(span);
        resumed.remove(span);
        // With one less that takes part, all that do may be there.
        changed |= current != null;
    }

    /** The checkpoint of a span has risen: it may be past an event at which others wait. */
    @Override
    public void advanced(SpanReplica span) {
        OpenEvent left = waiting.isEmpty() ? null : waiting.get(span);
        if (left != null && span.checkpointTs() >= left.key().commitTs()) {
            // Its word that it has passed the event is on its way, or was overtaken by an older one.
            leave(span);
        }
        noteProof(span);
    }

    /** It takes part in the events of its schema, or does not any more. */
    @Override
    public void schemaChanged(SpanReplica span) {
        changed |= current != null;
        noteProof(span);
    }

    private void noteProof(SpanReplica span) {
        OpenEvent here = current;
        boolean proof = here != null
                && (here.phase() == BarrierPhase.COLLECTING || here.phase() == BarrierPhase.REFUSED)
                && isPast(span, here.key())
                && isInScope(span, here.event().scope());
        if (proof) {
            proven = here;
            changed = true;
        }
    }

    /** Whether a dispatcher of the span has gone on behind an event; then the event was executed. */
    private static boolean isPast(SpanReplica span, BlockKey event) {
        boolean betweenTheTwo = event.kind() == BlockKind.DDL
                && span.checkpointTs() == event.waitingTs()
                && span.partial() == PartialCommit.ROWS_AND_DDL;
        return span.checkpointTs() >= event.commitTs() || betweenTheTwo;
    }

    private static boolean isInScope(SpanReplica span, BlockScope scope) {
        if (scope instanceof BlockScope.Tables tables) {
            return tables.concern(span.span().table());
        }
        if (scope instanceof BlockScope.Schema schema) {
            return schema.schema().equals(span.schema());
        }
        return true;
    }

    private @Nullable OpenEvent leave(SpanReplica span) {
        OpenEvent left = waiting.isEmpty() ? null : waiting.remove(span);
        NodeId node = span.node();
        if (left != null && node != null) {
            left.left(node);
            changed = true;
        }
        return left;
    }

    /** The trigger waits at an event, and so is past all before. Returns whether that is news. */
    public boolean triggerWaiting(BlockEvent event, long nowMillis) {
        OpenEvent here = current;
        if (here != null && here.key().equals(event.key())) {
            return false;
        }
        triggerLost(nowMillis);
        OpenEvent reached = opened(event, nowMillis);
        reached.vouch(event);
        reached.triggerArrived();
        current = reached;
        changed = true;
        if (reached.phase() == BarrierPhase.PASSING) {
            output.executed(event, nowMillis);
            reached.untold(triggerNode);
        } else if (mayBePast(event.key()) && anyInScope(event.scope(), span -> isPast(span, event.key()))) {
            step(reached, Happening.PROVEN, nowMillis);
        }
        return true;
    }

    /** Whether it is worth while to ask every span; most of the time nobody is as far. */
    private boolean mayBePast(BlockKey event) {
        boolean toTheNext =
                event.kind() == BlockKind.DDL && open.containsKey(new BlockKey(event.commitTs(), BlockKind.SYNC_POINT));
        return toTheNext || registry.highestTs() >= event.commitTs();
    }

    /**
     * The trigger is past an event.
     *
     * @param attempt the one that it was told
     * @return whether that is news
     */
    public boolean triggerPassed(BlockKey event, long attempt, long nowMillis) {
        OpenEvent here = current;
        boolean told = here != null
                && here.key().equals(event)
                && (here.phase() == BarrierPhase.PASSING || here.is(event, BarrierPhase.WRITING, attempt));
        if (here == null || !told) {
            return false;
        }
        step(here, Happening.WRITTEN, nowMillis);
        current = null;
        changed = true;
        return true;
    }

    /**
     * The sink of the trigger has refused an event: nobody is told anything until somebody decides.
     *
     * @param attempt the one that the trigger was told
     * @param reason what the sink says, for people
     * @return whether that is news
     */
    public boolean triggerRefused(BlockKey event, long attempt, String reason, long nowMillis) {
        OpenEvent here = current;
        boolean told = here != null && here.is(event, BarrierPhase.WRITING, attempt);
        if (here == null || !told) {
            return false;
        }
        step(here, Happening.REFUSED, nowMillis);
        here.refusedBecause(reason);
        return true;
    }

    /**
     * Somebody has decided what becomes of an event that the sink has refused.
     *
     * @param attempt the one that was refused: a decision is about what somebody has seen
     * @return whether the event was refused at that attempt, and is not decided yet; what must not be executed cannot be
     *     skipped either
     */
    public boolean decided(BlockKey event, long attempt, RefusalDecision decision, long nowMillis) {
        OpenEvent here = current;
        boolean open = here != null && here.is(event, BarrierPhase.REFUSED, attempt);
        if (here == null || !open || (decision == RefusalDecision.SKIP && here.isForbidden())) {
            return false;
        }
        step(
                here,
                switch (decision) {
                    case RETRY -> Happening.RETRIED;
                    case SKIP -> Happening.SKIPPED;
                },
                nowMillis);
        changed = true;
        return true;
    }

    /** The trigger is gone, or begins anew: where it waits now is not known. */
    public void triggerLost(long nowMillis) {
        OpenEvent here = current;
        if (here != null) {
            step(here, Happening.WRITER_LOST, nowMillis);
            current = null;
            changed = true;
        }
    }

    private OpenEvent opened(BlockEvent event, long nowMillis) {
        OpenEvent known = open.get(event.key());
        if (known != null) {
            return known;
        }
        OpenEvent opened = new OpenEvent(event, nowMillis);
        open.put(event.key(), opened);
        output.advanced(event, opened.phase(), 0);
        return opened;
    }

    // ---- what follows ----------------------------------------------------------------------------------------------

    /**
     * To be called at the end of every input: takes the steps that follow from it.
     *
     * @param committedTs the checkpoint; nobody starts before it
     * @param triggerTs the checkpoint of the trigger: whatever is not above it was executed
     */
    public void settle(long committedTs, long triggerTs, long nowMillis) {
        boolean nothingOver = open.isEmpty() || open.firstKey().commitTs() > committedTs;
        if (!changed && nothingOver && triggerTs == settledTriggerTs) {
            return;
        }
        changed = false;
        settledTriggerTs = triggerTs;
        Map<SpanReplica, BlockEvent> again = new LinkedHashMap<>(resumed);
        resumed.clear();
        again.forEach((span, event) -> {
            if (span.isReplicating()) {
                waiting(span, event, nowMillis);
            }
        });
        OpenEvent known = proven;
        proven = null;
        if (known != null) {
            step(known, Happening.PROVEN, nowMillis);
        }
        closeUpTo(Math.max(committedTs, triggerTs), committedTs, nowMillis);
        OpenEvent here = current;
        if (here != null && here.phase() == BarrierPhase.COLLECTING && isComplete(here)) {
            String objection = output.objection(here.event());
            step(here, objection == null ? Happening.COMPLETE : Happening.REFUSED, nowMillis);
            if (objection != null) {
                here.forbiddenBecause(objection);
            }
        }
        for (OpenEvent each : List.copyOf(open.values())) {
            for (NodeId node : each.takeUntold()) {
                tellWaiting(each, node, nowMillis);
            }
            if (each.isJustOver(each == current)) {
                output.advanced(each.event(), BarrierPhase.DONE, nowMillis - each.openedAt());
            }
            boolean nobody = each.waitingCount() == 0 && each != current;
            if (nobody && each.phase() == BarrierPhase.COLLECTING) {
                step(each, Happening.FORGOTTEN, nowMillis);
            }
        }
    }

    private void closeUpTo(long executedTs, long committedTs, long nowMillis) {
        for (OpenEvent each : List.copyOf(open.values())) {
            if (each.key().commitTs() > executedTs) {
                break;
            }
            step(each, Happening.PROVEN, nowMillis);
            boolean over = each.key().commitTs() <= committedTs && each.waitingCount() == 0 && each != current;
            if (over) {
                step(each, Happening.FORGOTTEN, nowMillis);
            }
        }
    }

    /** The trigger stands at the event, so all before it are over, and the set of tables is what it was before the event. */
    private boolean isComplete(OpenEvent event) {
        BlockScope scope = event.event().scope();
        if (scope instanceof BlockScope.All) {
            // Whoever waits is registered, and every registered span is concerned.
            return event.waitingCount() == registry.size();
        }
        int concerned = tablesOf(scope).stream().mapToInt(registry::countOf).sum();
        return event.waitingCount() >= concerned && !anyInScope(scope, span -> waiting.get(span) != event);
    }

    boolean anyInScope(BlockScope scope, Predicate<SpanReplica> condition) {
        if (scope instanceof BlockScope.All) {
            return registry.anySpan(condition);
        }
        return tablesOf(scope).stream()
                .anyMatch(table -> registry.ofTable(table).stream().anyMatch(condition));
    }

    private List<TableId> tablesOf(BlockScope scope) {
        if (scope instanceof BlockScope.Tables tables) {
            return tables.tables();
        }
        if (scope instanceof BlockScope.Schema schema) {
            return registry.tablesOf(schema.schema());
        }
        throw new IllegalStateException("the scope " + scope + " is no list of tables");
    }

    private void step(OpenEvent event, Happening happening, long nowMillis) {
        BarrierPhase before = event.phase();
        List<Consequence> consequences = event.on(happening);
        if (event.phase() != before && event.phase() != BarrierPhase.DONE) {
            output.advanced(event.event(), event.phase(), nowMillis - event.openedAt());
        }
        for (Consequence consequence : consequences) {
            switch (consequence) {
                case TELL_WRITER -> tellWriter(event, nowMillis);
                case CHANGE_TABLES -> changeTables(event, nowMillis);
                case TELL_WAITING -> tellAll(event, nowMillis);
            }
        }
        if (event.phase() == BarrierPhase.DONE) {
            open.remove(event.key(), event);
        }
    }

    /** Only the trigger knows what an event does to the tables; where it is not, it has been before, or will come. */
    private void changeTables(OpenEvent event, long nowMillis) {
        if (event == current) {
            output.executed(event.event(), nowMillis);
        }
    }

    private void tellWriter(OpenEvent event, long nowMillis) {
        event.told(nowMillis);
        output.resolve(triggerNode, event.key(), BarrierAction.WRITE, event.attempt());
    }

    private void tellAll(OpenEvent event, long nowMillis) {
        List<NodeId> nodes = new ArrayList<>(event.waiting().keySet());
        if (event == current && !event.waiting().containsKey(triggerNode)) {
            nodes.add(triggerNode);
        }
        nodes.forEach(node -> tellWaiting(event, node, nowMillis));
    }

    private void tellWaiting(OpenEvent event, NodeId node, long nowMillis) {
        event.told(nowMillis);
        output.resolve(node, event.key(), BarrierAction.PASS, event.attempt());
    }

    /** Time has passed: whoever was told, and has not moved since, is told again. */
    public void tick(long nowMillis) {
        for (OpenEvent each : open.values()) {
            each.noteMove(nowMillis);
            if (!each.isRepetitionDue(nowMillis, repeatMillis)) {
                continue;
            }
            switch (each.phase()) {
                case COLLECTING, REFUSED, DONE -> {}
                case WRITING -> tellWriter(each, nowMillis);
                case PASSING -> tellAll(each, nowMillis);
            }
        }
    }

    // ---- for the inspection ----------------------------------------------------------------------------------------

    Collection<OpenEvent> events() {
        return open.values();
    }

    /** Each span that waits, and where. */
    Map<SpanReplica, OpenEvent> waiting() {
        return waiting;
    }

    /** Where the trigger waits; null if it does not, or nobody knows. */
    @Nullable
    OpenEvent current() {
        return current;
    }

    NodeId triggerNode() {
        return triggerNode;
    }
}
