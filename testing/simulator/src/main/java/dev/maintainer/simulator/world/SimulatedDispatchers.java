package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the dispatchers of a node, and knows for which epochs its sinks are fenced. */
final class SimulatedDispatchers implements DispatcherFactory {
    private final SimulatedNode node;
    private final SimulatedCluster cluster;
    private final Map<ChangefeedId, Long> sinkEpochs = new TreeMap<>();
    private final Map<ChangefeedId, SimulatedDispatcher> triggers = new TreeMap<>();
    private final NodeThreads threads;
    /** Those that read a log, without most of those that have stopped. */
    private final List<StreamedDispatcher> made = new ArrayList<>();

    private final Map<String, StreamedNode> streamed = new TreeMap<>();

    SimulatedDispatchers(SimulatedNode node, SimulatedCluster cluster) {
        this.node = node;
        this.cluster = cluster;
        this.threads = new NodeThreads(node, cluster.timeline());
        if (cluster.readsLogs()) {
            cluster.changefeeds()
                    .forEach(each ->
                            streamed.put(each.id().name(), new StreamedNode(node, each, cluster.timeline(), threads)));
        }
    }

    /** What a pipeline reads here; null in worlds where a dispatcher knows at once what is committed. */
    @Nullable
    NodeSource source(ChangefeedId pipeline) {
        StreamedNode streams = streamed.get(pipeline.name());
        return streams == null ? null : streams.source();
    }

    /** The process has ended, and with it whatever has run here. */
    void died() {
        threads.shutdown();
        made.forEach(dispatcher -> dispatcher.downstream.closed(dispatcher));
        made.clear();
    }

    /** The DDL trigger dispatcher that was made here last. */
    SimulatedDispatcher trigger(ChangefeedId pipeline) {
        return Objects.requireNonNull(triggers.get(pipeline));
    }

    /** The epoch that a pipeline has been fenced for here; 0 if it has not. */
    long sinkEpoch(ChangefeedId pipeline) {
        return sinkEpochs.getOrDefault(pipeline, 0L);
    }

    @Override
    public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
        refuseNowAndThen();
        checkFence(spec);
        SimulatedChangefeed changefeed = cluster.changefeed(spec.changefeed());
        StreamedNode streams = streamed.get(spec.changefeed().name());
        if (streams != null) {
            StreamedDispatcher created = streams.create(spec, listener);
            made.removeIf(StreamedDispatcher::hasStopped);
            made.add(created);
            return created;
        }
        return new TableModel(
                spec, listener, node, cluster.timeline(), changefeed.sinkOf(spec.changefeed()), changefeed.upstream());
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
        refuseNowAndThen();
        checkFence(spec);
        SimulatedChangefeed changefeed = cluster.changefeed(spec.changefeed());
        StreamedNode streams = streamed.get(spec.changefeed().name());
        if (streams != null) {
            StreamedTrigger created = streams.createTrigger(spec, listener);
            triggers.put(spec.changefeed(), created);
            return created;
        }
        TriggerModel trigger = new TriggerModel(
                spec,
                listener,
                node,
                cluster.timeline(),
                changefeed.sinkOf(spec.changefeed()),
                changefeed.upstream(),
                changefeed.promises());
        triggers.put(spec.changefeed(), trigger);
        return trigger;
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
        refuseNowAndThen();
        StreamedNode streams = streamed.get(changefeed.name());
        if (streams == null) {
            fence(cluster.changefeed(changefeed), changefeed, epoch);
        } else {
            streams.fence(changefeed, epoch);
        }
        long sinkEpoch = sinkEpoch(changefeed);
        if (epoch.value() < sinkEpoch) {
            throw new Violation(
                    Invariant.WORKER_FENCED,
                    "node " + node.id() + " goes back from epoch " + sinkEpoch + " to " + epoch);
        }
        sinkEpochs.put(changefeed, epoch.value());
    }

    private void fence(SimulatedChangefeed changefeed, ChangefeedId pipeline, MaintainerEpoch epoch) {
        changefeed.sinkOf(pipeline).fence(node, epoch);
        if (pipeline.isRedo()) {
            changefeed.promises().fence(epoch);
        }
    }

    private void checkFence(DispatcherSpec spec) {
        long sinkEpoch = sinkEpoch(spec.changefeed());
        if (spec.epoch().value() < sinkEpoch) {
            throw new Violation(
                    Invariant.WORKER_FENCED,
                    "node " + node.id() + " has accepted epoch " + sinkEpoch + " and creates a dispatcher of "
                            + spec.span() + " for epoch " + spec.epoch());
        }
    }

    private void refuseNowAndThen() {
        if (node.faults().refuses()) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "the sink does not answer");
        }
    }
}
