package dev.maintainer.core.registry;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.operator.IntrusiveList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts everything in a registry again, and compares. Changes nothing. */
final class RegistryAudit {
    private final SpanRegistry registry;
    private final Findings findings = new Findings();
    /** How often a span was met on lists. By identity: two records of one span are two. */
    private final IdentityHashMap<SpanReplica, Integer> listed = new IdentityHashMap<>();

    RegistryAudit(SpanRegistry registry) {
        this.registry = registry;
    }

    Findings run() {
        lists();
        replicas();
        tables();
        counters();
        divided();
        return findings;
    }

    private void lists() {
        onList(registry.absent, SpanReplica.State.ABSENT, null);
        registry.bound.forEach((node, spans) -> {
            findings.require(spans.size() > 0, "I-5", "an empty entry is kept for node ", node);
            onList(spans.scheduling, SpanReplica.State.SCHEDULING, node);
            onList(spans.replicating, SpanReplica.State.REPLICATING, node);
        });
    }

    private void onList(IntrusiveList<SpanReplica> list, SpanReplica.State state, @Nullable NodeId node) {
        int size = 0;
        SpanReplica previous = null;
        for (SpanReplica replica : list) {
            size++;
            listed.merge(replica, 1, Integer::sum);
            findings.require(list.contains(replica), "I-1", replica, " does not know the list that it is on");
            findings.require(list.isBehind(replica, previous), "I-1", replica, " has a wrong neighbour on its list");
            findings.require(replica.state == state, "I-1", replica, " is on the list of ", state);
            boolean sameNode = node == null ? replica.node == null : node.equals(replica.node);
            findings.require(sameNode, "I-3", replica, " is on the list of ", node == null ? "no node" : node);
            previous = replica;
            if (size > registry.byId.size()) {
                findings.require(false, "I-1", "a list of ", state, " spans has more than are registered");
                break;
            }
        }
        findings.require(
                size == list.size(), "I-1", "a list of ", state, " spans counts ", list.size(), " and has ", size);
    }

    private void replicas() {
        for (SpanReplica replica : sorted()) {
            DispatcherId id = replica.id();
            boolean known = replica.registered && registry.byId.get(id) == replica;
            findings.require(known, "I-1", replica, " is registered and does not know it, or under another id");
            int lists = listed.getOrDefault(replica, 0);
            findings.require(lists == 1, "I-1", replica, " of dispatcher ", id, " is on ", lists, " lists");
            boolean absent = replica.state == SpanReplica.State.ABSENT;
            findings.require(absent == (replica.node == null), "I-2", replica, " of dispatcher ", id);
            boolean sound = replica.checkpointTs >= 1 && replica.checkpointTs < Long.MAX_VALUE;
            findings.require(sound, "I-7", replica, " has an impossible checkpoint");
            boolean waits = replica.state != SpanReplica.State.REPLICATING;
            findings.require(waits == replica.tracked, "I-8", replica, waits ? " is not tracked" : " is still tracked");
            listed.remove(replica);
        }
        findings.require(listed.isEmpty(), "I-1", listed.size(), " spans are on lists and not registered");
    }

    private void divided() {
        registry.byTable.forEach((id, table) -> {
            boolean same = registry.divided.contains(id) == table.size() > 1;
            findings.require(same, "I-4", table, " has ", table.size(), " spans, and is counted otherwise");
        });
        boolean known = registry.byTable.keySet().containsAll(registry.divided);
        findings.require(known, "I-4", "a table without spans counts as divided");
    }

    private List<SpanReplica> sorted() {
        List<SpanReplica> all = new ArrayList<>(registry.byId.size());
        registry.byId.forEach(all::add);
        all.sort((a, b) -> a.id().compareTo(b.id()));
        return all;
    }

    private void tables() {
        Set<SpanReplica> indexed = Collections.newSetFromMap(new IdentityHashMap<>());
        Map<SchemaId, Set<TableId>> schemas = new TreeMap<>();
        new TreeMap<>(registry.byTable).forEach((id, table) -> {
            findings.require(table.id.equals(id), "I-4", table, " is in the index as ", id);
            findings.require(table.size() > 0, "I-4", table, " is empty and still there");
            schemas.computeIfAbsent(table.schema, s -> new TreeSet<>()).add(id);
            for (SpanReplica replica : table.spans()) {
                boolean here = replica.table == table && replica.span().table().equals(id);
                findings.require(here, "I-4", replica, " is in the index of ", table);
                boolean known = registry.byId.get(replica.id()) == replica;
                findings.require(known, "I-4", replica, " is in the index of its table and not registered");
                findings.require(indexed.add(replica), "I-4", replica, " is twice in the index of its table");
            }
            disjointAndComplete(id, table.spans());
        });
        int missing = registry.byId.size() - indexed.size();
        findings.require(missing == 0, "I-4", missing, " spans are in the index of no table");
        Map<SchemaId, Set<TableId>> held = new TreeMap<>();
        registry.bySchema.forEach((schema, tables) -> {
            Set<TableId> ids = held.computeIfAbsent(schema, s -> new TreeSet<>());
            tables.forEach(table -> ids.add(table.id));
        });
        Set<SchemaId> all = new TreeSet<>(schemas.keySet());
        all.addAll(held.keySet());
        for (SchemaId schema : all) {
            Set<TableId> counted = schemas.getOrDefault(schema, new HashSet<>());
            Set<TableId> kept = held.getOrDefault(schema, new HashSet<>());
            boolean same = kept.equals(counted) && !kept.isEmpty();
            findings.require(same, "I-4", "schema ", schema, " lists tables ", kept, " and has ", counted);
        }
    }

    private void disjointAndComplete(TableId table, List<SpanReplica> spans) {
        List<TableSpan> ranges = new ArrayList<>();
        spans.forEach(replica -> ranges.add(replica.span()));
        Collections.sort(ranges);
        SpanBound reached = SpanBound.LOWEST;
        for (TableSpan range : ranges) {
            int order = range.start().compareTo(reached);
            findings.require(order <= 0, "I-11", "table ", table, " has a hole before ", range);
            findings.require(order >= 0, "I-75", "two spans of table ", table, " overlap at ", range);
            reached = range.end();
        }
        boolean complete = reached.equals(SpanBound.HIGHEST);
        findings.require(complete, "I-11", "table ", table, " is covered up to ", reached, " only");
    }

    private void counters() {
        TreeMap<Long, Integer> checkpoints = new TreeMap<>();
        for (SpanReplica replica : registry.byId) {
            if (replica.state != SpanReplica.State.REPLICATING) {
                checkpoints.merge(replica.checkpointTs, 1, Integer::sum);
            }
        }
        boolean sameTracked = checkpoints.equals(registry.tracker.contents());
        findings.require(sameTracked, "I-8", "the tracker's checkpoints are not those of the spans that wait");
        findings.require(registry.tracker.isHeap(), "I-8", "the tracker's heap is out of order");
        long least = checkpoints.isEmpty() ? Long.MAX_VALUE : checkpoints.firstKey();
        long min = registry.tracker.min(Long.MAX_VALUE);
        findings.require(min == least, "I-8", "the tracker's minimum is ", min, ", counted ", least);
        boolean bare = !checkpoints.isEmpty() || registry.tracker.isBare();
        findings.require(bare, "I-8", "the empty tracker holds storage");
    }
}
