package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.TableView;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as a planner knows it that was built for an older level of the contract. Costs O(nodes), once, and nothing
 * for spans: of a span, such a planner cannot ask for what came later.
 */
final class LevelSnapshot implements SchedulingSnapshot {
    private static final SpiLevel CALM_SINCE = SpiLevel.of(3);
    private static final SpiLevel WEIGHT_ZERO_SINCE = SpiLevel.of(4);

    private final SchedulingSnapshot snapshot;
    private final SpiLevel level;
    private @Nullable List<NodeView> all;
    private List<NodeView> shown = List.of();

    LevelSnapshot(SchedulingSnapshot snapshot, SpiLevel level) {
        this.snapshot = snapshot;
        this.level = level;
    }

    private boolean knows(SpiLevel since) {
        return level.compareTo(since) >= 0;
    }

    @Override
    public List<NodeView> nodes() {
        List<NodeView> now = snapshot.nodes();
        if (all != now) {
            all = now;
            shown = now.stream().map(this::shown).toList();
        }
        return shown;
    }

    private NodeView shown(NodeView node) {
        SortedMap<String, String> labels = node.labels();
        if (!knows(SnapshotFeature.NODE_LABELS.since())) {
            labels = Collections.emptySortedMap();
        } else if (!knows(WEIGHT_ZERO_SINCE) && node.weight() == 0) {
            // Before level 4 a weight was 1 or more, and planners may divide by it; the node is not eligible anyway.
            labels = new TreeMap<>(labels);
            labels.remove(NodeView.WEIGHT);
        }
        return labels.equals(node.labels())
                ? node
                : new NodeView(node.id(), node.obstacles(), node.load(), node.adds(), node.moves(), labels);
    }

    @Override
    public long round() {
        return snapshot.round();
    }

    @Override
    public long seed() {
        return snapshot.seed();
    }

    @Override
    public List<GroupId> groups() {
        return snapshot.groups();
    }

    @Override
    public int size(GroupId group) {
        return snapshot.size(group);
    }

    @Override
    public int absentCount(GroupId group) {
        return snapshot.absentCount(group);
    }

    @Override
    public Iterable<SpanView> absent(GroupId group) {
        return snapshot.absent(group);
    }

    @Override
    public int schedulingCount(GroupId group, NodeId node) {
        return snapshot.schedulingCount(group, node);
    }

    @Override
    public int replicatingCount(GroupId group, NodeId node) {
        return snapshot.replicatingCount(group, node);
    }

    @Override
    public Iterable<SpanView> replicating(GroupId group, NodeId node) {
        return snapshot.replicating(group, node);
    }

    @Override
    public Optional<SpanView> span(DispatcherId dispatcher) {
        return snapshot.span(dispatcher);
    }

    @Override
    public boolean isInFlight(DispatcherId dispatcher) {
        return snapshot.isInFlight(dispatcher);
    }

    @Override
    public boolean isRebalanceSuspended() {
        return knows(CALM_SINCE) ? snapshot.isRebalanceSuspended() : SchedulingSnapshot.super.isRebalanceSuspended();
    }

    @Override
    public int inFlightCount() {
        return snapshot.inFlightCount();
    }

    @Override
    public SpanLoad load(DispatcherId dispatcher) {
        return knows(SnapshotFeature.SPAN_LOAD.since())
                ? snapshot.load(dispatcher)
                : SchedulingSnapshot.super.load(dispatcher);
    }

    @Override
    public List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
        return knows(SnapshotFeature.SPAN_LOAD.since())
                ? snapshot.cuts(dispatcher, parts)
                : SchedulingSnapshot.super.cuts(dispatcher, parts);
    }

    @Override
    public Iterable<String> schemaNames() {
        return knows(SnapshotFeature.TABLE_NAMES.since())
                ? snapshot.schemaNames()
                : SchedulingSnapshot.super.schemaNames();
    }

    @Override
    public Iterable<TableView> tables(String schemaName, String prefix) {
        return knows(SnapshotFeature.TABLE_NAMES.since())
                ? snapshot.tables(schemaName, prefix)
                : SchedulingSnapshot.super.tables(schemaName, prefix);
    }

    @Override
    public Iterable<SpanView> spans(TableId table) {
        return knows(SnapshotFeature.TABLE_NAMES.since())
                ? snapshot.spans(table)
                : SchedulingSnapshot.super.spans(table);
    }

    @Override
    public List<RefusedDecision> refused() {
        return snapshot.refused();
    }
}
