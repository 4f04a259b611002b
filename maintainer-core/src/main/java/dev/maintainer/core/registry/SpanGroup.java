package dev.maintainer.core.registry;

import dev.maintainer.api.model.NodeId;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The spans of one scheduling group, by state and node. */
final class SpanGroup {
    /** The spans of the group on one node. */
    static final class OnNode {
        final SpanList scheduling = new SpanList();
        final SpanList replicating = new SpanList();

        boolean isEmpty() {
            return scheduling.size() == 0 && replicating.size() == 0;
        }
    }

    final SpanList absent = new SpanList();
    private final TreeMap<NodeId, OnNode> nodes = new TreeMap<>();
    private int size;

    int size() {
        return size;
    }

    SortedMap<NodeId, OnNode> nodes() {
        return nodes;
    }

    @Nullable
    OnNode on(NodeId node) {
        return nodes.get(node);
    }

    void insert(SpanReplica replica) {
        listOf(replica).append(replica);
        size++;
    }

    void take(SpanReplica replica) {
        listOf(replica).unlink(replica);
        size--;
        NodeId node = replica.node;
        if (node != null) {
            OnNode onNode = nodes.get(node);
            if (onNode != null && onNode.isEmpty()) {
                nodes.remove(node);
            }
        }
    }

    private SpanList listOf(SpanReplica replica) {
        NodeId node = replica.node;
        if (node == null) {
            return absent;
        }
        OnNode onNode = nodes.computeIfAbsent(node, n -> new OnNode());
        return replica.state == SpanReplica.State.REPLICATING ? onNode.replicating : onNode.scheduling;
    }
}
