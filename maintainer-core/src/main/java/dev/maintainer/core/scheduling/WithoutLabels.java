package dev.maintainer.core.scheduling;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A snapshot as level 1 of the contract has it. Costs O(nodes), once, and nothing for spans. */
final class WithoutLabels implements SchedulingSnapshot {
    private final SchedulingSnapshot snapshot;
    private @Nullable List<NodeView> bare;

    WithoutLabels(SchedulingSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    @Override
    public List<NodeView> nodes() {
        if (bare == null) {
            bare = snapshot.nodes().stream().map(WithoutLabels::bare).toList();
        }
        return bare;
    }

    private static NodeView bare(NodeView node) {
        return node.labels().isEmpty() ? node : new NodeView(node.id(), node.eligible(), node.load(), node.inFlight());
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
    public boolean isCalm() {
        return snapshot.isCalm();
    }

    @Override
    public int inFlightCount() {
        return snapshot.inFlightCount();
    }

    @Override
    public SpanLoad load(DispatcherId dispatcher) {
        return snapshot.load(dispatcher);
    }

    @Override
    public List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
        return snapshot.cuts(dispatcher, parts);
    }

    @Override
    public List<RefusedDecision> refused() {
        return snapshot.refused();
    }
}
