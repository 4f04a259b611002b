package dev.maintainer.core.registry;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.operator.DrivenSpan;
import dev.maintainer.operator.IntrusiveList;
import dev.maintainer.operator.SpanStates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All spans of a changefeed except that of the DDL trigger, each in exactly one state, with the indexes that the
 * maintainer needs.
 *
 * <p>A span is found once by the id of its dispatcher; from then on its record is passed around. Every transition is
 * conditional: it changes nothing in a record that is no longer registered, so a deleted span cannot come back. No
 * watermark covers absent and scheduling spans; their checkpoints are tracked, and their minimum caps the checkpoint of
 * the changefeed. All transitions cost O(log n) at most. Single writer: not thread-safe.
 */
public final class SpanRegistry implements SpanStates {
    // Read by the audit too, and broken by its tests.
    final DispatcherIndex<SpanReplica> byId = new DispatcherIndex<>();
    final Map<TableId, SpannedTable> byTable = new HashMap<>();
    final Map<SchemaId, IntrusiveList<SpannedTable>> bySchema = new HashMap<>();
    final IntrusiveList<SpanReplica> absent = new IntrusiveList<>();
    final TreeMap<NodeId, NodeSpans> bound = new TreeMap<>();
    private long boundNodesVersion;
    final CheckpointTracker tracker = new CheckpointTracker();
    /** Tables with more than one span. */
    final TreeSet<TableId> divided = new TreeSet<>();

    private SpanListener listener = new SpanListener() {};
    private long highestTs;
    private List<SpanReplica> touched = new ArrayList<>();
    private List<DispatcherId> removed = new ArrayList<>();

    /**
     * What has changed since the last time that somebody asked.
     *
     * @param touched spans that are new, have changed, or may have; those that have been removed since among them
     * @param removed dispatchers whose spans were removed, perhaps to come back among the touched ones
     */
    public record Changes(List<SpanReplica> touched, List<DispatcherId> removed) {}

    /** Who hears of every span that stops running, or advances; at most one. */
    public interface SpanListener {
        /** A span is about to be scheduled where it runs; perhaps nothing comes of it. It is as it was before. */
        default void suspending(SpanReplica span) {}

        /** A span runs where it is now. */
        default void running(SpanReplica span) {}

        /** A span is about to be removed, to be absent or bound to another node, or its dispatcher to be made anew. */
        default void departing(SpanReplica span) {}

        /** The checkpoint of a span is higher than was known. */
        default void advanced(SpanReplica span) {}

        /** The table of a span is in another schema than before. */
        default void schemaChanged(SpanReplica span) {}
    }

    /** Names who hears of spans from now on. */
    public void listen(SpanListener hearer) {
        listener = hearer;
    }

    // ---- insertion and deletion --------------------------------------------------------------------------------

    /** Registers a span that waits for placement; in the schema that its table has, if that has spans. */
    public SpanReplica addAbsent(DispatcherId id, TableSpan span, SchemaId schema, long checkpointTs) {
        return insert(new SpanReplica(id, span, tableOf(span, schema), checkpointTs));
    }

    /**
     * Registers a span of a table that a DDL has just created. It begins behind the DDL and before a sync point of the same
     * time, where it waits like all others.
     *
     * @param commitTs of the DDL; a TSO
     */
    public SpanReplica addCreated(DispatcherId id, TableSpan span, SchemaId schema, long commitTs) {
        SpanReplica created = addAbsent(id, span, schema, Math.max(1, commitTs - 1));
        created.partial = commitTs > 1 ? PartialCommit.ROWS_AND_DDL : PartialCommit.NONE;
        return created;
    }

    /** Registers a span that runs; in the schema that its table has, if that has spans. */
    public SpanReplica addReplicating(
            DispatcherId id,
            TableSpan span,
            SchemaId schema,
            long checkpointTs,
            NodeId node,
            ComponentState component) {
        SpanReplica replica = new SpanReplica(id, span, tableOf(span, schema), checkpointTs);
        replica.state = SpanReplica.State.REPLICATING;
        replica.node = node;
        replica.component = component;
        return insert(replica);
    }

    private SpannedTable tableOf(TableSpan span, SchemaId schema) {
        SpannedTable known = byTable.get(span.table());
        return known == null ? new SpannedTable(span.table(), schema) : known;
    }

    private SpanReplica insert(SpanReplica replica) {
        if (replica.id().isZero() || !byId.add(replica)) {
            throw new IllegalStateException("dispatcher id " + replica.id() + " is invalid or registered already");
        }
        SpannedTable table = replica.table;
        table.add(replica);
        if (table.size() == 1) {
            byTable.put(table.id, table);
            enter(table);
        } else {
            divided.add(table.id);
        }
        replica.registered = true;
        place(replica);
        advanced(replica);
        return replica;
    }

    /** Deletes a span. Returns whether it was registered. */
    public boolean remove(DispatcherId id) {
        SpanReplica replica = byId.remove(id);
        if (replica == null) {
            return false;
        }
        listener.departing(replica);
        takeOffItsList(replica);
        track(replica, false);
        removed.add(id);
        replica.registered = false;
        SpannedTable table = replica.table;
        table.remove(replica);
        if (table.size() < 2) {
            divided.remove(table.id);
        }
        if (table.size() == 0) {
            byTable.remove(table.id);
            leave(table);
        }
        return true;
    }

    /** A table is in another schema from now on. Returns whether that is news; not for a table without spans. */
    public boolean changeSchema(TableId table, SchemaId schema) {
        SpannedTable known = byTable.get(table);
        if (known == null || known.schema.equals(schema)) {
            return false;
        }
        leave(known);
        known.schema = schema;
        enter(known);
        for (SpanReplica span : known.spans()) {
            noteChange(span);
            listener.schemaChanged(span);
        }
        return true;
    }

    /**
     * A table is called so from now on, and with it all spans that it has and that come from them. Returns whether that is
     * news; not for a table without spans.
     */
    public boolean changeName(TableId table, TableName name) {
        SpannedTable known = byTable.get(table);
        if (known == null || known.name.equals(name)) {
            return false;
        }
        known.name = name;
        known.spans().forEach(this::noteChange);
        return true;
    }

    private void enter(SpannedTable table) {
        bySchema.computeIfAbsent(table.schema, s -> new IntrusiveList<>()).append(table);
    }

    private void leave(SpannedTable table) {
        IntrusiveList<SpannedTable> tables = bySchema.get(table.schema);
        if (tables != null) {
            tables.unlink(table);
            if (tables.size() == 0) {
                bySchema.remove(table.schema);
            }
        }
    }

    // ---- transitions -------------------------------------------------------------------------------------------

    @Override
    public boolean bind(DrivenSpan span, NodeId node) {
        return change((SpanReplica) span, SpanReplica.State.SCHEDULING, node);
    }

    @Override
    public boolean markScheduling(DrivenSpan span) {
        return span.node() != null && change((SpanReplica) span, SpanReplica.State.SCHEDULING, span.node());
    }

    @Override
    public boolean markReplicating(DrivenSpan span) {
        return span.node() != null && change((SpanReplica) span, SpanReplica.State.REPLICATING, span.node());
    }

    @Override
    public boolean markAbsent(DrivenSpan span) {
        SpanReplica replica = (SpanReplica) span;
        if (!change(replica, SpanReplica.State.ABSENT, null)) {
            return false;
        }
        replica.component = ComponentState.INITIALIZING;
        return true;
    }

    @Override
    public boolean divide(DrivenSpan span, List<SpanPart> parts) {
        SpanReplica whole = (SpanReplica) span;
        if (!whole.registered) {
            return false;
        }
        // Inserted first, so that the table never counts as one without spans.
        for (SpanPart part : parts) {
            SpanReplica child = addAbsent(part.dispatcher(), part.span(), whole.schema(), whole.checkpointTs);
            child.partial = whole.partial;
        }
        remove(whole.id());
        return true;
    }

    @Override
    public @Nullable SpanReplica unite(
            DispatcherId target, List<? extends DrivenSpan> sources, NodeId node, long request) {
        if (!sources.stream().allMatch(DrivenSpan::isRegistered)) {
            return null;
        }
        DrivenSpan first = sources.get(0);
        TableSpan range = new TableSpan(
                first.span().table(),
                first.span().start(),
                sources.get(sources.size() - 1).span().end());
        long checkpointTs =
                sources.stream().mapToLong(DrivenSpan::checkpointTs).min().orElseThrow();
        SpanReplica united = addReplicating(target, range, first.schema(), checkpointTs, node, ComponentState.WORKING);
        requested(united, request);
        united.partial = sources.stream()
                .map(SpanReplica.class::cast)
                .filter(source -> source.checkpointTs == checkpointTs)
                .map(SpanReplica::partial)
                .min(Comparator.naturalOrder())
                .orElse(PartialCommit.NONE);
        sources.forEach(source -> remove(source.id()));
        return united;
    }

    private boolean change(SpanReplica replica, SpanReplica.State state, @Nullable NodeId node) {
        if (!replica.registered) {
            return false;
        }
        if (!Objects.equals(node, replica.node)) {
            listener.departing(replica);
        } else if (state != SpanReplica.State.REPLICATING) {
            listener.suspending(replica);
        }
        takeOffItsList(replica);
        replica.state = state;
        replica.node = node;
        place(replica);
        if (state == SpanReplica.State.REPLICATING) {
            listener.running(replica);
        }
        return true;
    }

    /** The dispatcher of a span is being created anew: statuses from before say nothing about it. */
    public void requested(DrivenSpan span, long request) {
        SpanReplica replica = (SpanReplica) span;
        if (replica.request != request) {
            listener.departing(replica);
        }
        replica.request = request;
    }

    /**
     * Merges a report. State and checkpoint are separate: a terminal state with an old checkpoint is still terminal,
     * and a checkpoint never goes back.
     */
    public void report(SpanReplica replica, ComponentState component, long checkpointTs) {
        replica.component = component;
        if (checkpointTs > replica.checkpointTs) {
            if (replica.tracked) {
                tracker.remove(replica.checkpointTs);
                tracker.add(checkpointTs);
            }
            replica.checkpointTs = checkpointTs;
            replica.partial = PartialCommit.NONE;
            advanced(replica);
        }
    }

    private void advanced(SpanReplica replica) {
        highestTs = Math.max(highestTs, replica.checkpointTs);
        listener.advanced(replica);
    }

    /** Its dispatcher waits at a block event, and has written all before it. */
    public void reportWaiting(SpanReplica replica, BlockKey event) {
        report(replica, replica.component, event.waitingTs());
        if (replica.checkpointTs == event.waitingTs()) {
            replica.partial = PartialCommit.waitingAt(event);
        }
    }

    private void place(SpanReplica replica) {
        NodeId node = replica.node;
        if (node == null) {
            absent.append(replica);
        } else {
            listsOf(node).listOf(replica).append(replica);
        }
        track(replica, replica.state != SpanReplica.State.REPLICATING);
        noteChange(replica);
    }

    private NodeSpans listsOf(NodeId node) {
        NodeSpans spans = bound.get(node);
        if (spans == null) {
            spans = new NodeSpans();
            bound.put(node, spans);
            boundNodesVersion++;
        }
        return spans;
    }

    private void takeOffItsList(SpanReplica replica) {
        NodeId node = replica.node;
        if (node == null) {
            absent.unlink(replica);
            return;
        }
        NodeSpans spans = bound.get(node);
        if (spans == null) {
            throw new IllegalStateException("no list for " + replica);
        }
        spans.listOf(replica).unlink(replica);
        if (spans.size() == 0) {
            bound.remove(node);
            boundNodesVersion++;
        }
    }

    /** Whether its checkpoint counts for the lowest of those that are in nobody's watermark. */
    private void track(SpanReplica replica, boolean counts) {
        if (counts && !replica.tracked) {
            tracker.add(replica.checkpointTs);
        } else if (!counts && replica.tracked) {
            tracker.remove(replica.checkpointTs);
        }
        replica.tracked = counts;
    }

    // ---- changes -----------------------------------------------------------------------------------------------

    private void noteChange(SpanReplica replica) {
        if (!replica.touched) {
            replica.touched = true;
            touched.add(replica);
        }
    }

    /** Counts a span among the changed ones, unless it is deleted: something about it that is kept elsewhere has changed. */
    public void touch(DrivenSpan span) {
        SpanReplica replica = (SpanReplica) span;
        if (replica.registered) {
            noteChange(replica);
        }
    }

    /** Counts every span among the changed ones, and forgets what was removed. O(all). */
    public void touchAll() {
        takeChanges();
        absent.forEach(this::noteChange);
        for (NodeSpans spans : bound.values()) {
            spans.scheduling.forEach(this::noteChange);
            spans.replicating.forEach(this::noteChange);
        }
    }

    /** What has changed since the last call, in the order of the first change of each. Costs what has changed. */
    public Changes takeChanges() {
        Changes changes = new Changes(touched, removed);
        touched.forEach(replica -> replica.touched = false);
        touched = new ArrayList<>();
        removed = new ArrayList<>();
        return changes;
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    @Override
    public @Nullable SpanReplica get(DispatcherId id) {
        return byId.get(id);
    }

    /** The node that a registered span is bound to; null if it is absent or not registered. */
    public @Nullable NodeId boundTo(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica == null ? null : replica.node;
    }

    /** The number of spans. */
    public int size() {
        return byId.size();
    }

    /** The highest checkpoint that a span ever had; a TSO, 0 before the first. */
    public long highestTs() {
        return highestTs;
    }

    /** Whether a condition holds for any span. Costs all of them in the worst case. */
    public boolean anySpan(Predicate<SpanReplica> condition) {
        for (SpanReplica replica : absent) {
            if (condition.test(replica)) {
                return true;
            }
        }
        for (NodeSpans spans : bound.values()) {
            for (SpanReplica replica : spans.scheduling) {
                if (condition.test(replica)) {
                    return true;
                }
            }
            for (SpanReplica replica : spans.replicating) {
                if (condition.test(replica)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The number of spans that wait for placement. */
    public int absentCount() {
        return absent.size();
    }

    /** The span with the lowest checkpoint among those that do not run; null if all do. Costs those that do not run. */
    public @Nullable SpanReplica lowestNonReplicating() {
        SpanReplica lowest = null;
        for (SpanReplica replica : absent) {
            lowest = lower(lowest, replica);
        }
        for (NodeSpans spans : bound.values()) {
            for (SpanReplica replica : spans.scheduling) {
                lowest = lower(lowest, replica);
            }
        }
        return lowest;
    }

    private static SpanReplica lower(@Nullable SpanReplica one, SpanReplica other) {
        return one == null || other.checkpointTs < one.checkpointTs ? other : one;
    }

    /** The spans of a table, oldest first. */
    public List<SpanReplica> ofTable(TableId table) {
        SpannedTable known = byTable.get(table);
        return known == null ? List.of() : known.spans();
    }

    /** How many spans a table has. */
    public int countOf(TableId table) {
        SpannedTable known = byTable.get(table);
        return known == null ? 0 : known.size();
    }

    /** Whether a table has spans. */
    public boolean hasTable(TableId table) {
        return byTable.containsKey(table);
    }

    /** Tables with more than one span, by id. A live view. */
    public SortedSet<TableId> dividedTables() {
        return Collections.unmodifiableSortedSet(divided);
    }

    /** The tables of a schema that have spans. */
    public List<TableId> tablesOf(SchemaId schema) {
        IntrusiveList<SpannedTable> known = bySchema.get(schema);
        if (known == null) {
            return List.of();
        }
        List<TableId> tables = new ArrayList<>(known.size());
        known.forEach(table -> tables.add(table.id));
        return tables;
    }

    /** The nodes to which spans are bound, by id. A live view. */
    public SortedSet<NodeId> boundNodes() {
        return Collections.unmodifiableSortedSet(bound.navigableKeySet());
    }

    /** Differs from its former value if {@link #boundNodes} has changed since. */
    public long boundNodesVersion() {
        return boundNodesVersion;
    }

    /** How many spans are bound to each node. O(nodes). */
    public SortedMap<NodeId, Integer> boundByNode() {
        TreeMap<NodeId, Integer> counts = new TreeMap<>();
        bound.forEach((node, spans) -> counts.put(node, spans.size()));
        return counts;
    }

    /** How many spans are bound to a node. */
    public int boundCount(NodeId node) {
        NodeSpans spans = bound.get(node);
        return spans == null ? 0 : spans.size();
    }

    /** All spans that are bound to a node, by state, oldest first. Costs what is bound there. */
    public List<SpanReplica> on(NodeId node) {
        List<SpanReplica> found = new ArrayList<>(boundCount(node));
        NodeSpans spans = bound.get(node);
        if (spans != null) {
            spans.scheduling.forEach(found::add);
            spans.replicating.forEach(found::add);
        }
        return found;
    }

    /** The spans that run on a node, oldest first. A live view; reading a few costs a few. */
    public Iterable<SpanReplica> replicatingOn(NodeId node) {
        NodeSpans spans = bound.get(node);
        return spans == null ? List.of() : spans.replicating;
    }

    /** The lowest checkpoint of a span that is absent or being scheduled; at most {@code limit}. O(1). */
    public long minNonReplicating(long limit) {
        return tracker.min(limit);
    }

    /** The number of distinct checkpoints that are tracked. */
    public int trackedDistinct() {
        return tracker.distinct();
    }

    /** Compares every index and counter with a recount. O(all): for tests, simulations, and people in the night. */
    public List<Finding> audit() {
        return new RegistryAudit(this).run().all();
    }
}
