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
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the dispatchers of a node, and knows for which epochs its sinks are fenced. */
final class SimulatedDispatchers implements DispatcherFactory {
    private final SimulatedNode node;
    private final SimulatedCluster cluster;
    private final Map<ChangefeedId, Long> sinkEpochs = new TreeMap<>();
    private final Map<ChangefeedId, TriggerModel> triggers = new TreeMap<>();
    private final Map<String, NodeSource> sources = new TreeMap<>();

    SimulatedDispatchers(SimulatedNode node, SimulatedCluster cluster) {
        this.node = node;
        this.cluster = cluster;
        if (cluster.readsLogs()) {
            cluster.changefeeds()
                    .forEach(each -> sources.put(
                            each.id().name(),
                            new NodeSource(
                                    "node " + node.id() + " for " + each.id(), each.upstream(), cluster.timeline())));
        }
    }

    /** What a pipeline reads here; null in worlds where a dispatcher knows at once what is committed. */
    @Nullable
    NodeSource source(ChangefeedId pipeline) {
        return sources.get(pipeline.name());
    }

    /** The DDL trigger dispatcher that was made here last. */
    TriggerModel trigger(ChangefeedId pipeline) {
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
        NodeSource source = source(spec.changefeed());
        return new TableModel(
                spec,
                listener,
                node,
                cluster.timeline(),
                changefeed.sinkOf(spec.changefeed()),
                changefeed.upstream(),
                source == null ? null : new RowFeed(source, spec));
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
        refuseNowAndThen();
        checkFence(spec);
        SimulatedChangefeed changefeed = cluster.changefeed(spec.changefeed());
        TriggerModel trigger = new TriggerModel(
                spec,
                listener,
                node,
                cluster.timeline(),
                changefeed.sinkOf(spec.changefeed()),
                changefeed.upstream(),
                changefeed.promises(),
                source(spec.changefeed()));
        triggers.put(spec.changefeed(), trigger);
        return trigger;
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
        refuseNowAndThen();
        cluster.changefeed(changefeed).sinkOf(changefeed).fence(node, epoch);
        long sinkEpoch = sinkEpoch(changefeed);
        if (epoch.value() < sinkEpoch) {
            throw new Violation(
                    Invariant.WORKER_FENCED,
                    "node " + node.id() + " goes back from epoch " + sinkEpoch + " to " + epoch);
        }
        sinkEpochs.put(changefeed, epoch.value());
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
