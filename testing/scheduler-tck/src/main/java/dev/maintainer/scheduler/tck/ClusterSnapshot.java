package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** A view of a {@link Cluster}, valid until the cluster changes. */
final class ClusterSnapshot implements SchedulingSnapshot {
    private final Cluster cluster;

    ClusterSnapshot(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public long round() {
        return cluster.round;
    }

    @Override
    public boolean isRebalanceSuspended() {
        return cluster.calm;
    }

    @Override
    public SpanLoad load(DispatcherId dispatcher) {
        Cluster.Span span = cluster.spans.get(dispatcher);
        return span == null ? SpanLoad.UNKNOWN : cluster.load(span.span);
    }

    @Override
    public List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
        Cluster.Span span = cluster.spans.get(dispatcher);
        return span == null ? List.of() : cluster.cuts(span.span, parts);
    }

    @Override
    public long seed() {
        return cluster.seed * 31 + cluster.round;
    }

    @Override
    public List<NodeView> nodes() {
        List<NodeView> views = new ArrayList<>();
        cluster.nodes.forEach((id, node) -> views.add(node.view(id)));
        return views;
    }

    @Override
    public List<GroupId> groups() {
        return List.copyOf(cluster.sizes.keySet());
    }

    @Override
    public int size(GroupId group) {
        return cluster.sizes.getOrDefault(group, 0);
    }

    @Override
    public int absentCount(GroupId group) {
        return cluster.absent.getOrDefault(group, Map.of()).size();
    }

    @Override
    public Iterable<SpanView> absent(GroupId group) {
        return idle(cluster.absent.getOrDefault(group, Map.of()));
    }

    @Override
    public int schedulingCount(GroupId group, NodeId node) {
        Cluster.Node found = cluster.nodes.get(node);
        return found == null ? 0 : found.scheduling.getOrDefault(group, 0);
    }

    @Override
    public int replicatingCount(GroupId group, NodeId node) {
        return running(group, node).size();
    }

    @Override
    public Iterable<SpanView> replicating(GroupId group, NodeId node) {
        return idle(running(group, node));
    }

    @Override
    public Optional<SpanView> span(DispatcherId dispatcher) {
        return Optional.ofNullable(cluster.spans.get(dispatcher)).map(this::view);
    }

    @Override
    public boolean isInFlight(DispatcherId dispatcher) {
        return cluster.underWay.containsKey(dispatcher);
    }

    @Override
    public int inFlightCount() {
        return cluster.underWay.size();
    }

    @Override
    public List<RefusedDecision> refused() {
        return List.copyOf(cluster.refused);
    }

    private Map<DispatcherId, Cluster.Span> running(GroupId group, NodeId node) {
        Cluster.Node found = cluster.nodes.get(node);
        return found == null ? Map.of() : found.running.getOrDefault(group, Map.of());
    }

    private Iterable<SpanView> idle(Map<DispatcherId, Cluster.Span> from) {
        return () -> from.values().stream()
                .filter(span -> !cluster.underWay.containsKey(span.id))
                .map(this::view)
                .iterator();
    }

    @Override
    public Iterable<String> schemaNames() {
        TreeSet<String> all = new TreeSet<>();
        cluster.spans
                .values()
                .forEach(span -> all.add(cluster.name(span.span.table()).schema()));
        return all;
    }

    @Override
    public Iterable<TableView> tables(String schemaName, String prefix) {
        Map<TableId, TableView> found = new HashMap<>();
        for (Cluster.Span span : cluster.spans.values()) {
            TableId table = span.span.table();
            TableName name = cluster.name(table);
            if (name.schema().equals(schemaName) && name.table().startsWith(prefix)) {
                found.put(table, new TableView(table, span.schema, name));
            }
        }
        return found.values().stream()
                .sorted(Comparator.comparing(TableView::name).thenComparing(TableView::table))
                .toList();
    }

    @Override
    public Iterable<SpanView> spans(TableId table) {
        return cluster.table(table.value()).stream().map(this::view).toList();
    }

    private SpanView view(Cluster.Span span) {
        return new SpanView(span.id, span.span, span.schema, cluster.name(span.span.table()), span.group, span.node);
    }
}
