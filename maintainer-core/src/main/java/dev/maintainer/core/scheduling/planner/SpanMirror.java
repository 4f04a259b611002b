package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.registry.DispatcherIndex;
import dev.maintainer.operator.IntrusiveList;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a changefeed as planners see them: by group, state and node. A second copy of what the registry knows,
 * kept by deltas, so that planners can read it away from the maintainer's thread. Used by one thread at a time.
 */
final class SpanMirror {
    /** A span and its place in the order of its list. */
    static final class Entry extends IntrusiveList.Element<Entry> implements DispatcherIndex.Element {
        private final long idHigh;
        private final long idLow;
        final TableSpan span;
        final GroupId group;
        SchemaId schema;
        TableName name;
        boolean running;
        boolean inFlight;

        @Nullable
        NodeId node;

        Entry(SnapshotDelta.Change change) {
            SpanView view = change.span();
            this.idHigh = view.dispatcher().high();
            this.idLow = view.dispatcher().low();
            this.span = view.span();
            this.group = view.group();
            this.schema = view.schema();
            this.name = view.name();
            this.node = view.node();
            this.running = change.running();
            this.inFlight = change.inFlight();
        }

        /** As planners see it; made anew for each look, of which there are few. */
        SpanView view() {
            return new SpanView(new DispatcherId(idHigh, idLow), span, schema, name, group, node);
        }

        @Override
        public long idHigh() {
            return idHigh;
        }

        @Override
        public long idLow() {
            return idLow;
        }

        @Override
        public String toString() {
            return view().toString();
        }
    }

    /** The spans of a group that are bound to one node. */
    static final class OnNode {
        final IntrusiveList<Entry> scheduling = new IntrusiveList<>();
        final IntrusiveList<Entry> running = new IntrusiveList<>();
    }

    /** The spans of a group. */
    static final class Group {
        int size;
        final IntrusiveList<Entry> absent = new IntrusiveList<>();
        /** In no order: each change of a span asks for one of them, and comparing names takes longer than a hash. */
        final Map<NodeId, OnNode> nodes = new HashMap<>();

        void forEach(Consumer<Entry> each) {
            absent.forEach(each);
            for (OnNode onNode : new TreeMap<>(nodes).values()) {
                onNode.scheduling.forEach(each);
                onNode.running.forEach(each);
            }
        }
    }

    private final DispatcherIndex<Entry> byId = new DispatcherIndex<>();
    private final TreeMap<GroupId, Group> groups = new TreeMap<>();
    private @Nullable TableIndex tables;
    private long version;

    /** Takes a delta in. Returns false, and changes nothing, if it does not follow what is known. */
    boolean apply(SnapshotDelta delta) {
        if (delta.complete()) {
            byId.clear();
            groups.clear();
            tables = null;
        } else if (delta.version() != version + 1) {
            return false;
        }
        version = delta.version();
        for (DispatcherId id : delta.removed()) {
            Entry entry = byId.remove(id);
            if (entry != null) {
                displace(entry);
                if (tables != null) {
                    tables.remove(entry);
                }
            }
        }
        delta.changed().forEach(this::apply);
        return true;
    }

    private void apply(SnapshotDelta.Change change) {
        SpanView now = change.span();
        Entry entry = byId.get(now.dispatcher());
        if (entry == null) {
            entry = new Entry(change);
            byId.add(entry);
            place(entry);
            index(entry, false);
            return;
        }
        entry.inFlight = change.inFlight();
        entry.schema = now.schema();
        entry.name = now.name();
        // Otherwise it keeps its place in the order: nothing has happened to it that a planner would age it by.
        if (!Objects.equals(entry.node, now.node()) || entry.running != change.running()) {
            displace(entry);
            entry.node = now.node();
            entry.running = change.running();
            place(entry);
        }
        index(entry, true);
    }

    private void index(Entry entry, boolean known) {
        if (tables != null) {
            tables.put(entry, known);
        }
    }

    private void place(Entry entry) {
        Group group = groups.computeIfAbsent(entry.group, g -> new Group());
        group.size++;
        NodeId node = entry.node;
        if (node == null) {
            group.absent.append(entry);
            return;
        }
        OnNode onNode = group.nodes.computeIfAbsent(node, n -> new OnNode());
        if (entry.running) {
            onNode.running.append(entry);
        } else {
            onNode.scheduling.append(entry);
        }
    }

    private void displace(Entry entry) {
        Group group = groups.get(entry.group);
        if (group == null) {
            throw new IllegalStateException("no group for " + entry);
        }
        group.size--;
        if (group.size == 0) {
            groups.remove(entry.group);
        }
        NodeId node = entry.node;
        if (node == null) {
            group.absent.unlink(entry);
            return;
        }
        OnNode onNode = group.nodes.get(node);
        if (onNode == null) {
            throw new IllegalStateException("no node for " + entry);
        }
        if (entry.running) {
            onNode.running.unlink(entry);
        } else {
            onNode.scheduling.unlink(entry);
        }
        if (onNode.scheduling.size() == 0 && onNode.running.size() == 0) {
            group.nodes.remove(node);
        }
    }

    /** The groups that have spans, by id. */
    SortedMap<GroupId, Group> groups() {
        return groups;
    }

    @Nullable
    Group group(GroupId group) {
        return groups.get(group);
    }

    @Nullable
    Entry get(DispatcherId dispatcher) {
        return byId.get(dispatcher);
    }

    /** The tables. The first question costs all spans, unless a complete delta comes; the others cost what changes. */
    TableIndex tables() {
        TableIndex index = tables;
        if (index == null) {
            index = new TableIndex(byId.size());
            for (Entry entry : byId) {
                index.put(entry, false);
            }
            tables = index;
        }
        return index;
    }

    int size() {
        return byId.size();
    }

    /** The last delta that was taken in. */
    long version() {
        return version;
    }
}
