package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.Sink;
import dev.maintainer.simulator.invariant.Violation;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The redo log of a changefeed as one node uses it. */
final class StreamRedo implements RedoStore {
    private final StreamSink rows;
    private final Downstream log;
    private final RedoPromises promises;
    private final Supplier<StreamedDispatcher> trigger;

    /** A redo log; {@code trigger} promises here. */
    StreamRedo(StreamSink rows, Downstream log, RedoPromises promises, Supplier<StreamedDispatcher> trigger) {
        this.rows = rows;
        this.log = log;
        this.promises = promises;
        this.trigger = trigger;
    }

    @Override
    public Sink rows() {
        return rows;
    }

    @Override
    public void fence(ChangefeedId pipeline, MaintainerEpoch owner) {
        rows.fence(pipeline, owner);
        promises.fence(owner);
    }

    @Override
    public Optional<RedoMeta> persist(RedoMeta wanted, MaintainerEpoch owner) {
        StreamedDispatcher promising = trigger.get();
        try {
            return promises.persist(wanted, promising);
        } catch (Violation v) {
            throw promising.violated(v);
        }
    }

    @Override
    public @Nullable RedoMeta meta() {
        return promises.meta();
    }

    @Override
    public long completeTo(TableId table) {
        return log.durableTs(table);
    }

    @Override
    public void close() {}
}
