package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.operator.OperatorController;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Rebuilds the state of a changefeed from what the workers run, what their journals say, which tables exist, and what
 * the predecessor left in its manifest. Every table is covered exactly once afterwards; what runs is adopted, what is
 * missing is created, what is too much is removed.
 *
 * <p>Operators are only collected here; {@link #admitRestored} admits them when the maintainer runs.
 */
final class StateRebuild {
    private record Reported(NodeId node, DispatcherSnapshot dispatcher) {}

    private record Journaled(NodeId node, JournalEntry entry) {}

    private record Merging(NodeId node, MergeInProgress merge) {}

    /** Narrower spans first, then those that work, then those that are further. */
    private static final Comparator<Reported> BEST_FIRST = Comparator.comparing(
                    (Reported reported) -> reported.dispatcher().span())
            .thenComparing(reported -> reported.dispatcher().state() != ComponentState.WORKING)
            .thenComparing(reported -> -reported.dispatcher().checkpointTs())
            .thenComparing(Reported::node);

    private final SpanRegistry registry;
    private final OperatorController operators;
    private final UnclaimedDispatchers unclaimed;
    private final Adoption adoption;
    private final Members members;
    private final Eligibility eligibility;
    private final long startTs;
    private final SortedMap<NodeId, BootstrapSnapshot> snapshots;
    private final Map<TableId, List<Reported>> reported = new LinkedHashMap<>();
    private final Map<TableId, List<Journaled>> creates = new HashMap<>();
    private final Map<DispatcherId, Journaled> removals = new HashMap<>();
    private final Map<TableId, List<Merging>> merges = new LinkedHashMap<>();
    private final Map<TableSpan, FrozenOperator> intents = new HashMap<>();
    private final Map<DispatcherId, FrozenOperator> splits = new HashMap<>();
    private final Set<DispatcherId> dropped = new HashSet<>();

    private final Map<DispatcherId, FrozenOperator> moves = new HashMap<>();
    private final List<Journaled> restored = new ArrayList<>();
    /** Spans that nobody runs, and that were on their way to a node. */
    private final List<FrozenOperator> meant = new ArrayList<>();

    private final List<Merging> restoredMerges = new ArrayList<>();
    private final List<Reported> strays = new ArrayList<>();
    private final List<Merging> strayMerges = new ArrayList<>();

    /**
     * Prepares a rebuild.
     *
     * @param assignment what the maintainer was given
     */
    StateRebuild(SpanState spans, Adoption adoption, ClusterState cluster, Assignment assignment) {
        this.registry = spans.registry();
        this.operators = spans.operators();
        this.unclaimed = spans.unclaimed();
        this.adoption = adoption;
        this.members = cluster.members();
        this.eligibility = cluster.eligibility();
        this.startTs = assignment.startTs();
        this.snapshots = members.snapshots();
        for (FrozenOperator frozen : assignment.left()) {
            if (frozen.span() == null) {
                dropped.add(frozen.dispatcher());
            } else {
                intents.put(frozen.span(), frozen);
                if (!frozen.parts().isEmpty()) {
                    splits.put(frozen.dispatcher(), frozen);
                } else if (frozen.type() == OperatorType.MOVE && frozen.destination() != null) {
                    moves.put(frozen.dispatcher(), frozen);
                }
            }
        }
    }

    void rebuild(SchemaSnapshot tables) {
        snapshots.forEach(this::index);
        for (TableInfo table : tables.tables()) {
            rebuildTable(table);
        }
        reported.values().forEach(leftovers -> leftovers.forEach(this::leaveUnclaimed));
        merges.values().forEach(leftovers -> leftovers.forEach(this::leaveUnclaimed));
    }

    private void index(NodeId node, BootstrapSnapshot snapshot) {
        Set<DispatcherId> sources = new HashSet<>();
        Set<DispatcherId> replaced = new HashSet<>();
        for (MergeInProgress merge : snapshot.merges()) {
            if (members.hasRunAndEnded(node, merge.target())) {
                // It has begun, so its sources are gone, whether or not their ends have been heard.
                replaced.addAll(merge.sources());
            }
            boolean open = adoption.isUsable(merge.target())
                    && !merge.span().table().equals(TableId.DDL)
                    && !members.hasEnded(node, merge.target());
            if (open) {
                sources.addAll(merge.sources());
                merges.computeIfAbsent(merge.span().table(), t -> new ArrayList<>(1))
                        .add(new Merging(node, merge));
            }
        }
        for (DispatcherSnapshot dispatcher : snapshot.dispatchers()) {
            TableId table = dispatcher.span().table();
            boolean ended = members.hasEnded(node, dispatcher.dispatcher());
            boolean usable = adoption.isUsable(dispatcher.dispatcher())
                    && !table.equals(TableId.DDL)
                    && !dispatcher.state().isTerminal()
                    && !replaced.contains(dispatcher.dispatcher())
                    // Of a source it may mean that the target runs instead: only the merge knows.
                    && (!ended || sources.contains(dispatcher.dispatcher()));
            if (usable) {
                reported.computeIfAbsent(table, t -> new ArrayList<>(1))
                        .add(new Reported(node, ended ? ended(dispatcher) : dispatcher));
            }
        }
        for (JournalEntry entry : snapshot.journal()) {
            if (!adoption.isUsable(entry.dispatcher())) {
                continue;
            }
            Journaled journaled = new Journaled(node, entry);
            if (entry.kind() == JournalEntry.Kind.REMOVE) {
                removals.put(entry.dispatcher(), journaled);
            } else {
                creates.computeIfAbsent(entry.span().table(), t -> new ArrayList<>(1))
                        .add(journaled);
            }
        }
    }

    private static DispatcherSnapshot ended(DispatcherSnapshot dispatcher) {
        return new DispatcherSnapshot(
                dispatcher.dispatcher(),
                dispatcher.span(),
                dispatcher.schema(),
                ComponentState.STOPPED,
                dispatcher.checkpointTs());
    }

    private void rebuildTable(TableInfo table) {
        if (table.table().equals(TableId.DDL) || registry.hasTable(table.table())) {
            return;
        }
        Coverage covered = new Coverage(table.table());
        List<Reported> candidates = reported.remove(table.table());
        if (candidates != null) {
            candidates.sort(BEST_FIRST);
            candidates.forEach(candidate -> adoptOrDiscard(candidate, table, covered));
        }
        List<Merging> merging = merges.remove(table.table());
        if (merging != null) {
            merging.forEach(this::restoreOrDiscard);
        }
        restoreCreates(table, covered);
        for (TableSpan hole : covered.holes()) {
            fill(hole, table);
        }
        registry.changeName(table.table(), table.name());
    }

    /** With the manifest a split is finished; without it, nobody knows the parts, and the span is placed again whole. */
    private boolean restoredSplit(Journaled removal, long nowMillis) {
        DispatcherId id = removal.entry().dispatcher();
        FrozenOperator intent = splits.get(id);
        return intent != null
                && removal.entry().intent() == OperatorType.SPLIT
                && operators
                        .split(id, removal.node(), intent.parts(), nowMillis)
                        .isAdmitted();
    }

    /** With the manifest a move goes on to where it was meant to; without it, its span is placed as any other. */
    private boolean restoredMove(Journaled removal, long nowMillis) {
        DispatcherId id = removal.entry().dispatcher();
        FrozenOperator intent = moves.get(id);
        NodeId destination = intent == null ? null : intent.destination();
        return destination != null
                && removal.entry().intent() == OperatorType.MOVE
                && !destination.equals(removal.node())
                && eligibility.allows(destination)
                && operators.move(id, removal.node(), destination, nowMillis).isAdmitted();
    }

    /** The schema store says which schema a table is in now; a dispatcher knows the one that it was created with. */
    private void adoptOrDiscard(Reported candidate, TableInfo table, Coverage covered) {
        DispatcherSnapshot dispatcher = candidate.dispatcher();
        TableSpan span = dispatcher.span();
        boolean taken = registry.get(dispatcher.dispatcher()) != null || !covered.isFree(span);
        if (taken) {
            discard(candidate);
            return;
        }
        registry.addReplicating(
                dispatcher.dispatcher(),
                span,
                table.schema(),
                Math.max(Adoption.soundTs(dispatcher.checkpointTs()), startTs),
                candidate.node(),
                dispatcher.state());
        covered.add(span);
        Journaled removal = removals.get(dispatcher.dispatcher());
        if (removal != null && removal.node().equals(candidate.node())) {
            restored.add(removal);
        }
    }

    /** A merge of which something was not adopted is given up: its node lets the sources run on. */
    private void restoreOrDiscard(Merging merging) {
        boolean whole = merging.merge().sources().stream()
                .allMatch(source -> merging.node().equals(registry.boundTo(source)));
        (whole ? restoredMerges : strayMerges).add(merging);
    }

    /** One that a node names twice, and that is adopted there, must not be removed as its own copy. */
    private void discard(Reported candidate) {
        NodeId adoptedBy = registry.boundTo(candidate.dispatcher().dispatcher());
        if (!candidate.node().equals(adoptedBy)) {
            strays.add(candidate);
        }
    }

    private void restoreCreates(TableInfo table, Coverage covered) {
        for (Journaled create : creates.getOrDefault(table.table(), List.of())) {
            JournalEntry entry = create.entry();
            boolean free = registry.get(entry.dispatcher()) == null && covered.isFree(entry.span());
            if (free) {
                registry.addAbsent(
                        entry.dispatcher(),
                        entry.span(),
                        table.schema(),
                        Math.max(Adoption.soundTs(entry.startTs()), startTs));
                covered.add(entry.span());
                restored.add(create);
            }
        }
    }

    /** The predecessor's frozen operator knows the dispatcher's id and how far it was: less to replay. */
    private void fill(TableSpan hole, TableInfo table) {
        FrozenOperator intent = intents.get(hole);
        boolean known = intent != null && isNew(intent.dispatcher());
        if (intent == null || !known) {
            registry.addAbsent(adoption.freshId(), hole, table.schema(), startTs);
            return;
        }
        long checkpointTs = Math.max(Adoption.soundTs(intent.checkpointTs()), startTs);
        SpanReplica whole = registry.addAbsent(intent.dispatcher(), hole, table.schema(), checkpointTs);
        if (splits(intent, hole)) {
            // It had stopped already: what is left to do is what follows that.
            registry.divide(whole, intent.parts());
        } else if (intent.destination() != null) {
            meant.add(intent);
        }
    }

    /** Whether nothing here has this id. */
    private boolean isNew(DispatcherId id) {
        return adoption.isUsable(id) && registry.get(id) == null;
    }

    /** Whether a manifest, which comes from outside, says how to split a span. */
    private boolean splits(FrozenOperator intent, TableSpan span) {
        Set<DispatcherId> ids = new HashSet<>();
        SpanBound reached = span.start();
        for (SpanPart part : intent.parts()) {
            boolean next = part.span().table().equals(span.table())
                    && part.span().start().equals(reached)
                    && isNew(part.dispatcher())
                    && ids.add(part.dispatcher());
            if (!next) {
                return false;
            }
            reached = part.span().end();
        }
        return ids.size() > 1 && reached.equals(span.end());
    }

    private void leaveUnclaimed(Reported leftover) {
        DispatcherSnapshot dispatcher = leftover.dispatcher();
        boolean registered = registry.get(dispatcher.dispatcher()) != null;
        if (registered || dropped.contains(dispatcher.dispatcher())) {
            discard(leftover);
            if (!registered) {
                unclaimed.addPendingRemoval(dispatcher.dispatcher(), dispatcher.span());
            }
            return;
        }
        Journaled removal = removals.get(dispatcher.dispatcher());
        unclaimed.add(new UnclaimedDispatchers.UnclaimedDispatcher(
                dispatcher.dispatcher(),
                leftover.node(),
                dispatcher.span(),
                dispatcher.state(),
                Adoption.soundTs(dispatcher.checkpointTs()),
                removal != null && removal.node().equals(leftover.node())
                        ? removal.entry().intent()
                        : null));
    }

    /** Its sources are among the leftovers; it goes on by itself meanwhile. */
    private void leaveUnclaimed(Merging merging) {
        DispatcherId target = merging.merge().target();
        if (dropped.contains(target) || registry.get(target) != null || unclaimed.contains(target)) {
            strayMerges.add(merging);
        } else {
            unclaimed.addMerge(merging.node(), merging.merge());
        }
    }

    /** Admits what was in flight, and removes what is too much. Called when the maintainer runs. */
    void admitRestored(long nowMillis) {
        for (Journaled journaled : restored) {
            JournalEntry entry = journaled.entry();
            if (entry.kind() == JournalEntry.Kind.CREATE) {
                operators.add(entry.dispatcher(), journaled.node(), nowMillis);
            } else if (!restoredSplit(journaled, nowMillis) && !restoredMove(journaled, nowMillis)) {
                adoption.restoreRemoval(entry.dispatcher(), journaled.node(), entry.intent(), nowMillis);
            }
        }
        for (FrozenOperator intent : meant) {
            NodeId destination = intent.destination();
            if (destination != null && eligibility.allows(destination)) {
                operators.add(intent.dispatcher(), destination, nowMillis);
            }
        }
        for (Merging merging : restoredMerges) {
            adoption.restoreMerge(merging.node(), merging.merge(), nowMillis);
        }
        for (Merging merging : strayMerges) {
            adoption.removeStray(merging.node(), merging.merge().target(), nowMillis);
        }
        for (Reported stray : strays) {
            DispatcherId id = stray.dispatcher().dispatcher();
            adoption.removeStray(stray.node(), id, nowMillis);
        }
    }
}
