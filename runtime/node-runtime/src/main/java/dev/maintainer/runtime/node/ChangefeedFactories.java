package dev.maintainer.runtime.node;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactories;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.ReplicationMode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The one factory that a worker knows: each changefeed has one of its own behind it. Used on the worker's thread only. */
final class ChangefeedFactories implements DispatcherFactory {
    /** A factory, and the pipelines of its changefeed that have been spoken of and are not gone. */
    private record Made(DispatcherFactory factory, Set<ReplicationMode> pipelines) {}

    /** What the newest owner has said. */
    private record Configured(MaintainerEpoch epoch, ChangefeedConfiguration configuration) {}

    private final NodeContext node;
    private final DispatcherFactories factories;
    private final Map<ChangefeedId, Made> made = new HashMap<>();
    private final Map<ChangefeedId, Configured> configured = new HashMap<>();

    ChangefeedFactories(NodeContext node, DispatcherFactories factories) {
        this.node = node;
        this.factories = factories;
    }

    /**
     * An owner says how the changefeed is configured. One that was deleted and created again under its name has another
     * configuration, and gets another factory; what a former owner says late changes nothing.
     */
    void configure(ChangefeedId pipeline, MaintainerEpoch epoch, ChangefeedConfiguration configuration) {
        ChangefeedId changefeed = pipeline.in(ReplicationMode.DEFAULT);
        Configured former = configured.get(changefeed);
        if (former != null && former.epoch.isNewerThan(epoch)) {
            return;
        }
        configured.put(changefeed, new Configured(epoch, configuration));
        if (former != null && !former.configuration.equals(configuration)) {
            made.remove(changefeed);
        }
    }

    private DispatcherFactory of(ChangefeedId pipeline) throws MaintainerException {
        ChangefeedId changefeed = pipeline.in(ReplicationMode.DEFAULT);
        Made known = made.get(changefeed);
        if (known == null) {
            Configured said = configured.get(changefeed);
            known = new Made(
                    factories.create(
                            node, changefeed, said == null ? ChangefeedConfiguration.NONE : said.configuration),
                    EnumSet.noneOf(ReplicationMode.class));
            made.put(changefeed, known);
        }
        known.pipelines.add(pipeline.mode());
        return known.factory;
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

    /** With the last of its pipelines the factory of a changefeed goes, too. */
    @Override
    public void release(ChangefeedId pipeline) {
        ChangefeedId changefeed = pipeline.in(ReplicationMode.DEFAULT);
        Made known = made.get(changefeed);
        if (known != null && known.pipelines.remove(pipeline.mode())) {
            if (known.pipelines.isEmpty()) {
                made.remove(changefeed);
                configured.remove(changefeed);
            }
            known.factory.release(pipeline);
        } else if (known == null) {
            configured.remove(changefeed);
            factories.forget(changefeed);
        }
    }
}
