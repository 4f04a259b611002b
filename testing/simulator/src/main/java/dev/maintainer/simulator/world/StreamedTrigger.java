package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The same of a DDL trigger dispatcher. */
final class StreamedTrigger extends StreamedDispatcher implements TriggerDispatcher {
    private @Nullable TriggerDispatcher product;

    StreamedTrigger(
            DispatcherSpec spec,
            DispatcherListener worker,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream,
            NodeThreads threads) {
        super(spec, worker, node, timeline, downstream, threads);
    }

    void standFor(TriggerDispatcher made) {
        product = made;
        super.standFor(made);
    }

    private TriggerDispatcher trigger() {
        return Objects.requireNonNull(product);
    }

    @Override
    public long startTs() {
        return trigger().startTs();
    }

    @Override
    public void begin() {
        trigger().begin();
    }

    @Override
    public void acknowledge(long commitTs) {
        trigger().acknowledge(commitTs);
    }

    @Override
    public void persist(RedoMeta meta) {
        trigger().persist(meta);
    }
}
