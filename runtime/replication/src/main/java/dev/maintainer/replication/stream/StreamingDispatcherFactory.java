package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.KeylessTables;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Creates the dispatchers of a changefeed on one node, which read one source and write to one sink, or to its redo log.
 */
public final class StreamingDispatcherFactory implements DispatcherFactory {
    private static final MaintainerEpoch FIRST = new MaintainerEpoch(1);

    private final Source source;
    private final Sink sink;
    private final @Nullable RedoStore redo;
    private final WrittenWork.OfNode written;
    private final TurnQueue turns;
    private final WriteLease lease;
    private final WrittenWork.OfNode logged = new WrittenWork.OfNode();
    private final Map<ReplicationMode, AtomicReference<MaintainerEpoch>> nodeEpochs =
            new EnumMap<>(ReplicationMode.class);

    /**
     * A factory for one node.
     *
     * @param redo the redo log, which the sink must not overtake; null without one
     * @param written counts what the dispatchers write to the sink
     * @param node where the dispatchers work
     */
    public StreamingDispatcherFactory(
            Source source, Sink sink, @Nullable RedoStore redo, WrittenWork.OfNode written, NodeContext node) {
        this.source = source;
        this.sink = sink;
        this.redo = redo;
        this.written = written;
        this.lease = node.lease();
        this.turns = new TurnQueue(node.threads(), source::resolvedTs, node.lease());
        for (ReplicationMode mode : ReplicationMode.values()) {
            nodeEpochs.put(mode, new AtomicReference<>(FIRST));
        }
    }

    @Override
    public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) throws MaintainerException {
        refuseKeyless(spec);
        return new RowDispatcher(
                spec,
                listener,
                sinkOf(spec.changefeed()),
                open(spec),
                lease,
                turns,
                source,
                spec.changefeed().isRedo() ? logged : written);
    }

    private void refuseKeyless(DispatcherSpec spec) {
        TableId table = spec.span().table();
        if (!source.hasKey(table) && !sinkOf(spec.changefeed()).takesRowsWithoutKey()) {
            throw new MaintainerException(
                    ErrorCode.DISPATCHER_CREATION_FAILED,
                    KeylessTables.refusal(source, table, spec.changefeed().isRedo()));
        }
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener)
            throws MaintainerException {
        return new DdlTriggerDispatcher(spec, listener, open(spec), lease, turns, source, redo);
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException {
        RedoStore kept = redo;
        if (changefeed.isRedo() && kept != null) {
            kept.fence(changefeed, epoch);
        } else {
            sinkOf(changefeed).fence(changefeed, epoch);
        }
        nodeEpoch(changefeed).accumulateAndGet(epoch, (held, given) -> given.isNewerThan(held) ? given : held);
    }

    @Override
    public void release(ChangefeedId changefeed) {
        sinkOf(changefeed).release(changefeed);
        if (!changefeed.isRedo()) {
            source.release(changefeed);
        }
    }

    private Sink sinkOf(ChangefeedId pipeline) {
        RedoStore kept = redo;
        if (pipeline.isRedo() && kept == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "there is no redo log for " + pipeline + "; start with --redo");
        }
        return pipeline.isRedo() && kept != null ? kept.rows() : sink;
    }

    private AtomicReference<MaintainerEpoch> nodeEpoch(ChangefeedId pipeline) {
        AtomicReference<MaintainerEpoch> epoch = nodeEpochs.get(pipeline.mode());
        if (epoch == null) {
            throw new IllegalStateException("no epoch for " + pipeline.mode());
        }
        return epoch;
    }

    /** A source that has ended is found before the sink is claimed: each claim stays there. */
    private SpanWriter open(DispatcherSpec spec) {
        source.check();
        ChangefeedId pipeline = spec.changefeed();
        Sink target = sinkOf(pipeline);
        SpanWriter writer = target.open(spec.span(), spec.dispatcher(), spec.epoch(), nodeEpoch(pipeline)::get);
        return target.takesPartsOfRows() ? writer : new WholeRowsWriter(writer);
    }
}
