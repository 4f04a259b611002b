package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.replication.stream.StreamingDispatcherFactory;
import dev.maintainer.replication.stream.WrittenWork;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The dispatchers of the product that replicate a changefeed on one node. */
final class StreamedNode {
    private final SimulatedNode node;
    private final SimulatedChangefeed changefeed;
    private final Timeline timeline;
    private final NodeSource source;
    private final NodeThreads threads;
    private final DispatcherFactory factory;
    private @Nullable StreamedDispatcher opening;
    private @Nullable StreamedDispatcher redoTrigger;

    StreamedNode(SimulatedNode node, SimulatedChangefeed changefeed, Timeline timeline, NodeThreads threads) {
        this.node = node;
        this.changefeed = changefeed;
        this.timeline = timeline;
        this.threads = threads;
        this.source = new NodeSource(
                "node " + node.id() + " for " + changefeed.id(),
                changefeed.upstream(),
                timeline,
                node.faults(),
                node::isUp);
        this.factory = new StreamingDispatcherFactory(
                new AskedSource(source, this::opening),
                sink(changefeed.sink()),
                changefeed.keepsRedo() ? redo() : null,
                new WrittenWork().of(node.id()),
                new NodeContext(node.id(), node::mayWrite, threads));
    }

    private StreamSink sink(Downstream downstream) {
        return new StreamSink(downstream, changefeed.upstream(), node, this::opening);
    }

    private StreamRedo redo() {
        Downstream log = changefeed.sinkOf(changefeed.id().in(ReplicationMode.REDO));
        return new StreamRedo(sink(log), log, changefeed.promises(), () -> Objects.requireNonNull(redoTrigger));
    }

    private StreamedDispatcher opening() {
        return Objects.requireNonNull(opening);
    }

    /** What is read here. */
    NodeSource source() {
        return source;
    }

    StreamedDispatcher create(DispatcherSpec spec, DispatcherListener worker) {
        StreamedDispatcher created =
                new StreamedDispatcher(spec, worker, node, timeline, changefeed.sinkOf(spec.changefeed()), threads);
        opening = created;
        created.standFor(factory.create(spec, created));
        return created;
    }

    StreamedTrigger createTrigger(DispatcherSpec spec, DispatcherListener worker) {
        StreamedTrigger created =
                new StreamedTrigger(spec, worker, node, timeline, changefeed.sinkOf(spec.changefeed()), threads);
        opening = created;
        created.standFor(factory.createTrigger(spec, created));
        if (spec.changefeed().isRedo()) {
            redoTrigger = created;
        }
        return created;
    }

    void fence(ChangefeedId pipeline, MaintainerEpoch epoch) {
        factory.fence(pipeline, epoch);
    }
}
