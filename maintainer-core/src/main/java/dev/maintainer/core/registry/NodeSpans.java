package dev.maintainer.core.registry;

/** The spans that are bound to one node, by state. */
final class NodeSpans {
    final SpanList<SpanReplica> scheduling = new SpanList<>();
    final SpanList<SpanReplica> replicating = new SpanList<>();

    SpanList<SpanReplica> listOf(SpanReplica replica) {
        return replica.state == SpanReplica.State.REPLICATING ? replicating : scheduling;
    }

    int size() {
        return scheduling.size() + replicating.size();
    }
}
