package dev.maintainer.core.registry;

import dev.maintainer.operator.IntrusiveList;

/** The spans that are bound to one node, by state. */
final class NodeSpans {
    final IntrusiveList<SpanReplica> scheduling = new IntrusiveList<>();
    final IntrusiveList<SpanReplica> replicating = new IntrusiveList<>();

    IntrusiveList<SpanReplica> listOf(SpanReplica replica) {
        return replica.state == SpanReplica.State.REPLICATING ? replicating : scheduling;
    }

    int size() {
        return scheduling.size() + replicating.size();
    }
}
