package dev.maintainer.runtime.node;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactories;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.ReplicationMode;
import java.util.HashMap;
import java.util.Map;

/** The one factory that a worker knows: each changefeed has one of its own behind it. Used on the worker's thread only. */
final class ChangefeedFactories implements DispatcherFactory {
    private final NodeContext node;
    private final DispatcherFactories factories;
    private final Map<ChangefeedId, DispatcherFactory> made = new HashMap<>();

    ChangefeedFactories(NodeContext node, DispatcherFactories factories) {
        this.node = node;
        this.factories = factories;
    }

    private DispatcherFactory of(ChangefeedId pipeline) throws MaintainerException {
        ChangefeedId changefeed = pipeline.in(ReplicationMode.DEFAULT);
        DispatcherFactory known = made.get(changefeed);
        if (known == null) {
            known = factories.create(node, changefeed);
            made.put(changefeed, known);
        }
        return known;
    }

    @Override
    public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) throws MaintainerException {
        return of(spec.changefeed()).create(spec, listener);
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener)
            throws MaintainerException {
        return of(spec.changefeed()).createTrigger(spec, listener);
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException {
        of(changefeed).fence(changefeed, epoch);
    }

    /** The pipeline into the sink ends last, and the factory of its changefeed with it. */
    @Override
    public void release(ChangefeedId pipeline) {
        DispatcherFactory factory =
                pipeline.isRedo() ? made.get(pipeline.in(ReplicationMode.DEFAULT)) : made.remove(pipeline);
        if (factory != null) {
            factory.release(pipeline);
        }
    }
}
