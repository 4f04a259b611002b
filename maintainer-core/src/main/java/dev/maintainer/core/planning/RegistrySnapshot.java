package dev.maintainer.core.planning;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The registry as a planner sees it: a window, not a copy, so that making it costs the number of nodes. */
final class RegistrySnapshot implements SchedulingSnapshot {
    private final long round;
    private final long seed;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final List<NodeView> nodes;
    private final List<RefusedDecision> refused;

    RegistrySnapshot(
            long round,
            long seed,
            SpanRegistry registry,
            OperatorController operators,
            Members members,
            List<RefusedDecision> refused) {
        this.round = round;
        this.seed = seed;
        this.registry = registry;
        this.operators = operators;
        this.refused = List.copyOf(refused);
        TreeSet<NodeId> ids = new TreeSet<>(members.alive());
        ids.addAll(registry.boundByNode().keySet());
        List<NodeView> views = new ArrayList<>(ids.size());
        for (NodeId id : ids) {
            int load = registry.boundCount(id) + operators.arriving(id) - operators.departing(id);
            views.add(new NodeView(id, members.isReady(id), load, operators.towards(id)));
        }
        this.nodes = List.copyOf(views);
    }

    @Override
    public long round() {
        return round;
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public List<NodeView> nodes() {
        return nodes;
    }

    @Override
    public List<GroupId> groups() {
        return registry.groups();
    }

    @Override
    public int size(GroupId group) {
        return registry.size(group);
    }

    @Override
    public int absentCount(GroupId group) {
        return registry.absentCount(group);
    }

    @Override
    public Iterable<SpanView> absent(GroupId group) {
        return free(registry.absent(group));
    }

    @Override
    public int schedulingCount(GroupId group, NodeId node) {
        return registry.schedulingCount(group, node);
    }

    @Override
    public int replicatingCount(GroupId group, NodeId node) {
        return registry.replicatingCount(group, node);
    }

    @Override
    public Iterable<SpanView> replicating(GroupId group, NodeId node) {
        return free(registry.replicating(group, node));
    }

    @Override
    public Optional<SpanView> span(DispatcherId dispatcher) {
        return Optional.ofNullable(registry.get(dispatcher)).map(RegistrySnapshot::view);
    }

    @Override
    public boolean isInFlight(DispatcherId dispatcher) {
        return operators.isInFlight(dispatcher);
    }

    @Override
    public int inFlightCount() {
        return operators.size();
    }

    @Override
    public List<RefusedDecision> refused() {
        return refused;
    }

    private static SpanView view(SpanReplica replica) {
        return new SpanView(replica.id(), replica.span(), replica.schema(), replica.group(), replica.node());
    }

    /** Those that no operator drives, as views, made one by one as they are read. */
    private Iterable<SpanView> free(Iterable<SpanReplica> replicas) {
        return () -> new Iterator<>() {
            private final Iterator<SpanReplica> source = replicas.iterator();
            private @Nullable SpanReplica upcoming = advance();

            private @Nullable SpanReplica advance() {
                while (source.hasNext()) {
                    SpanReplica candidate = source.next();
                    if (!operators.isInFlight(candidate.id())) {
                        return candidate;
                    }
                }
                return null;
            }

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public SpanView next() {
                SpanReplica replica = upcoming;
                if (replica == null) {
                    throw new NoSuchElementException();
                }
                upcoming = advance();
                return view(replica);
            }
        };
    }
}
