package dev.maintainer.node.server;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.runtime.node.LocalNodes;
import dev.maintainer.runtime.node.Node;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The maintainers of this process, which has one node; the others of the cluster are known, and asked by themselves. */
final class OwnMaintainers implements LocalNodes {
    private final Node node;
    private final Predicate<NodeId> members;
    private final Supplier<SortedMap<ChangefeedId, ChangefeedView>> placements;
    private final AtomicLong commands = new AtomicLong();

    /**
     * @param members whether a node is in the cluster
     * @param placements what the coordinator knows, if it runs here
     */
    OwnMaintainers(Node node, Predicate<NodeId> members, Supplier<SortedMap<ChangefeedId, ChangefeedView>> placements) {
        this.node = node;
        this.members = members;
        this.placements = placements;
    }

    @Override
    public List<NodeId> liveNodes() {
        return node.isLost() ? List.of() : List.of(node.id());
    }

    @Override
    public Optional<Node> node(NodeId id) {
        return id.equals(node.id()) && !node.isLost() ? Optional.of(node) : Optional.empty();
    }

    @Override
    public boolean knows(NodeId id) {
        return members.test(id);
    }

    @Override
    public long command(NodeId id, ChangefeedId changefeed, SchedulerCommand command) {
        long number = commands.incrementAndGet();
        node(id).ifPresent(here -> here.command(changefeed, number, command));
        return number;
    }

    @Override
    public void decide(NodeId id, HostInput.RefusalDecided decided) {
        node(id).ifPresent(here -> here.decide(decided));
    }

    @Override
    public SortedMap<ChangefeedId, ChangefeedView> placements() {
        return placements.get();
    }
}
