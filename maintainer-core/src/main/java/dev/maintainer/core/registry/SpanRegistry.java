package dev.maintainer.core.registry;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.api.operator.SpanStates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All spans of a changefeed but the DDL trigger's, in exactly one state each, with the indexes that the maintainer needs.
 *
 * <p>Every transition is conditional: on an id that is not registered it changes nothing, so a deleted span cannot come
 * back. Absent and scheduling spans are in nobody's watermark; their checkpoints are tracked, and their minimum caps
 * the checkpoint of the changefeed. All transitions cost O(log n) at most. Single writer: not thread-safe.
 */
public final class SpanRegistry implements SpanStates {
    // Read by the audit too, and broken by its tests.
    final Map<DispatcherId, SpanReplica> byId = new HashMap<>();
    final Map<TableId, List<SpanReplica>> byTable = new HashMap<>();
    final Map<SchemaId, Set<TableId>> bySchema = new HashMap<>();
    final SpanList<SpanReplica> absent = new SpanList<>();
    final TreeMap<NodeId, NodeSpans> bound = new TreeMap<>();
    final CheckpointTracker tracker = new CheckpointTracker();
    /** Tables with more than one span. */
    final TreeSet<TableId> divided = new TreeSet<>();

    private List<SpanReplica> touched = new ArrayList<>();
    private List<DispatcherId> removed = new ArrayList<>();

    /**
     * What has changed since the last time that somebody asked.
     *
     * @param touched spans that are new, have changed, or may have; those that have been removed since among them
     * @param removed dispatchers whose spans were removed, perhaps to come back among the touched ones
     */
    public record Changes(List<SpanReplica> touched, List<DispatcherId> removed) {}

    // ---- insertion and deletion --------------------------------------------------------------------------------

    /** Registers a span that waits for placement. */
    public SpanReplica addAbsent(DispatcherId id, TableSpan span, SchemaId schema, long checkpointTs) {
        return insert(new SpanReplica(id, span, schema, checkpointTs));
    }

    /** Registers a span that runs. */
    public SpanReplica addReplicating(
            DispatcherId id,
            TableSpan span,
            SchemaId schema,
            long checkpointTs,
            NodeId node,
            ComponentState component) {
        SpanReplica replica = new SpanReplica(id, span, schema, checkpointTs);
        replica.state = SpanReplica.State.REPLICATING;
        replica.node = node;
        replica.component = component;
        return insert(replica);
    }

    private SpanReplica insert(SpanReplica replica) {
        if (replica.id().isZero() || byId.putIfAbsent(replica.id(), replica) != null) {
            throw new IllegalStateException("dispatcher id " + replica.id() + " is invalid or registered already");
        }
        List<SpanReplica> siblings = byTable.computeIfAbsent(replica.span().table(), t -> new ArrayList<>(1));
        siblings.add(replica);
        if (siblings.size() > 1) {
            divided.add(replica.span().table());
        }
        enter(replica.schema(), replica.span().table());
        place(replica);
        return replica;
    }

    /** Deletes a span. Returns whether it was registered. */
    public boolean remove(DispatcherId id) {
        SpanReplica replica = byId.remove(id);
        if (replica == null) {
            return false;
        }
        displace(replica);
        removed.add(id);
        TableId table = replica.span().table();
        List<SpanReplica> siblings = byTable.getOrDefault(table, new ArrayList<>());
        siblings.remove(replica);
        if (siblings.size() < 2) {
            divided.remove(table);
        }
        if (siblings.isEmpty()) {
            byTable.remove(table);
            leave(replica.schema(), table);
        }
        return true;
    }

    /** A table is in another schema from now on. Returns whether that is news; not for a table without spans. */
    public boolean changeSchema(TableId table, SchemaId schema) {
        boolean news = false;
        for (SpanReplica replica : byTable.getOrDefault(table, List.of())) {
            if (!replica.schema.equals(schema)) {
                leave(replica.schema, table);
                enter(schema, table);
                replica.schema = schema;
                touch(replica);
                news = true;
            }
        }
        return news;
    }

    /**
     * A table is called so from now on, and with it all spans that it has and that come from them. Returns whether that is
     * news; not for a table without spans.
     */
    public boolean changeName(TableId table, TableName name) {
        boolean news = false;
        for (SpanReplica replica : byTable.getOrDefault(table, List.of())) {
            if (!replica.name.equals(name)) {
                replica.name = name;
                touch(replica);
                news = true;
            }
        }
        return news;
    }

    private void enter(SchemaId schema, TableId table) {
        bySchema.computeIfAbsent(schema, s -> new LinkedHashSet<>()).add(table);
    }

    private void leave(SchemaId schema, TableId table) {
        Set<TableId> tables = bySchema.get(schema);
        if (tables != null) {
            tables.remove(table);
            if (tables.isEmpty()) {
                bySchema.remove(schema);
            }
        }
    }

    // ---- transitions -------------------------------------------------------------------------------------------

    @Override
    public boolean bind(DispatcherId id, NodeId node) {
        return change(id, replica -> {
            replica.node = node;
            replica.state = SpanReplica.State.SCHEDULING;
        });
    }

    @Override
    public boolean markScheduling(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica != null
                && replica.node != null
                && change(id, known -> known.state = SpanReplica.State.SCHEDULING);
    }

    @Override
    public boolean markReplicating(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica != null
                && replica.node != null
                && change(id, known -> known.state = SpanReplica.State.REPLICATING);
    }

    @Override
    public boolean markAbsent(DispatcherId id) {
        return change(id, replica -> {
            replica.node = null;
            replica.state = SpanReplica.State.ABSENT;
            replica.component = ComponentState.INITIALIZING;
        });
    }

    @Override
    public boolean divide(DispatcherId id, List<SpanPart> parts) {
        SpanReplica whole = byId.get(id);
        if (whole == null) {
            return false;
        }
        // Inserted first, so that the table never counts as one without spans.
        for (SpanPart part : parts) {
            SpanReplica replica = addAbsent(part.dispatcher(), part.span(), whole.schema, whole.checkpointTs);
            replica.name = whole.name;
        }
        remove(id);
        return true;
    }

    @Override
    public boolean unite(DispatcherId target, List<DispatcherId> sources, NodeId node, long request) {
        List<SpanReplica> united = new ArrayList<>(sources.size());
        for (DispatcherId source : sources) {
            SpanReplica replica = byId.get(source);
            if (replica == null) {
                return false;
            }
            united.add(replica);
        }
        SpanReplica first = united.get(0);
        TableSpan span = new TableSpan(
                first.span().table(),
                first.span().start(),
                united.get(united.size() - 1).span().end());
        long checkpointTs =
                united.stream().mapToLong(SpanReplica::checkpointTs).min().orElseThrow();
        SpanReplica replica = addReplicating(target, span, first.schema, checkpointTs, node, ComponentState.WORKING);
        replica.name = first.name;
        requested(replica, request);
        sources.forEach(this::remove);
        return true;
    }

    private boolean change(DispatcherId id, Consumer<SpanReplica> transition) {
        SpanReplica replica = byId.get(id);
        if (replica == null) {
            return false;
        }
        displace(replica);
        transition.accept(replica);
        place(replica);
        return true;
    }

    /** The dispatcher of a span is being created anew: statuses from before say nothing about it. */
    public void requested(SpanReplica replica, long request) {
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
        }
    }

    private void place(SpanReplica replica) {
        NodeId node = replica.node;
        if (node == null) {
            absent.append(replica);
        } else {
            bound.computeIfAbsent(node, n -> new NodeSpans()).listOf(replica).append(replica);
        }
        if (replica.state != SpanReplica.State.REPLICATING) {
            tracker.add(replica.checkpointTs);
            replica.tracked = true;
        }
        touch(replica);
    }

    private void displace(SpanReplica replica) {
        NodeId node = replica.node;
        if (node == null) {
            absent.unlink(replica);
        } else {
            NodeSpans spans = bound.get(node);
            if (spans == null) {
                throw new IllegalStateException("no list for " + replica);
            }
            spans.listOf(replica).unlink(replica);
            if (spans.size() == 0) {
                bound.remove(node);
            }
        }
        if (replica.tracked) {
            tracker.remove(replica.checkpointTs);
            replica.tracked = false;
        }
    }

    // ---- changes -----------------------------------------------------------------------------------------------

    private void touch(SpanReplica replica) {
        if (!replica.touched) {
            replica.touched = true;
            touched.add(replica);
        }
    }

    /** Counts a span among the changed ones: something about it that is kept elsewhere has changed. */
    public void touch(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        if (replica != null) {
            touch(replica);
        }
    }

    /** Counts every span among the changed ones, and forgets what was removed. O(all). */
    public void touchAll() {
        takeChanges();
        absent.forEach(this::touch);
        for (NodeSpans spans : bound.values()) {
            spans.scheduling.forEach(this::touch);
            spans.replicating.forEach(this::touch);
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

    /** A span by its dispatcher; null if it is not registered. */
    public @Nullable SpanReplica get(DispatcherId id) {
        return byId.get(id);
    }

    @Override
    public @Nullable TableSpan span(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica == null ? null : replica.span();
    }

    @Override
    public @Nullable NodeId boundTo(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica == null ? null : replica.node;
    }

    @Override
    public long checkpointTs(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica == null ? 0 : replica.checkpointTs;
    }

    @Override
    public boolean isAbsent(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica != null && replica.state == SpanReplica.State.ABSENT;
    }

    @Override
    public boolean isReplicating(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica != null && replica.state == SpanReplica.State.REPLICATING;
    }

    @Override
    public boolean hasEnded(DispatcherId id) {
        SpanReplica replica = byId.get(id);
        return replica != null && replica.component.isTerminal();
    }

    /** The number of spans. */
    public int size() {
        return byId.size();
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
        return List.copyOf(byTable.getOrDefault(table, List.of()));
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
        return List.copyOf(bySchema.getOrDefault(schema, Set.of()));
    }

    /** The nodes to which spans are bound, by id. A live view. */
    public SortedSet<NodeId> boundNodes() {
        return Collections.unmodifiableSortedSet(bound.navigableKeySet());
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
