package dev.maintainer.node.dispatch;

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
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.load.WrittenWork;
import dev.maintainer.node.sink.FileSink;
import dev.maintainer.node.sink.RedoLog;
import dev.maintainer.node.sink.SegmentWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Makes the dispatchers of a changefeed on one node, which read one change log and write to one sink, or to its redo log. */
public final class ChangeLogDispatcherFactory implements DispatcherFactory {
    private static final MaintainerEpoch FIRST = new MaintainerEpoch(1);

    private final ChangeLog log;
    private final Frontier frontier;
    private final FileSink sink;
    private final WrittenWork.OfNode written;
    private final TurnQueue turns;
    private final WriteLease lease;
    private final WrittenWork.OfNode logged = new WrittenWork.OfNode();
    private final Map<ReplicationMode, AtomicReference<MaintainerEpoch>> nodeEpochs =
            new EnumMap<>(ReplicationMode.class);

    /**
     * A factory for one node.
     *
     * @param written counts what the dispatchers write
     * @param node where the dispatchers work
     */
    public ChangeLogDispatcherFactory(
            ChangeLog log, Frontier frontier, FileSink sink, WrittenWork.OfNode written, NodeContext node) {
        this.lease = node.lease();
        this.written = written;
        this.log = log;
        this.frontier = frontier;
        this.sink = sink;
        this.turns = new TurnQueue(node.threads(), frontier);
        for (ReplicationMode mode : ReplicationMode.values()) {
            nodeEpochs.put(mode, new AtomicReference<>(FIRST));
        }
    }

    @Override
    public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) throws MaintainerException {
        LoggedTable table = log.table(spec.span().table())
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.DISPATCHER_CREATION_FAILED,
                        "table " + spec.span().table() + " is not in the change log"));
        return new TableDispatcher(
                spec,
                listener,
                open(spec),
                lease,
                turns,
                table,
                frontier,
                spec.changefeed().isRedo() ? logged : written);
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener)
            throws MaintainerException {
        return new DdlTriggerDispatcher(spec, listener, open(spec), lease, turns, log, frontier, sink.redo());
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException {
        sinkOf(changefeed).fence(changefeed, epoch);
        nodeEpoch(changefeed).accumulateAndGet(epoch, (held, given) -> given.isNewerThan(held) ? given : held);
    }

    private FileSink sinkOf(ChangefeedId pipeline) {
        RedoLog redo = sink.redo();
        if (pipeline.isRedo() && redo == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "there is no redo log for " + pipeline + "; start with --redo");
        }
        return pipeline.isRedo() && redo != null ? redo.rows() : sink;
    }

    private AtomicReference<MaintainerEpoch> nodeEpoch(ChangefeedId pipeline) {
        AtomicReference<MaintainerEpoch> epoch = nodeEpochs.get(pipeline.mode());
        if (epoch == null) {
            throw new IllegalStateException("no epoch for " + pipeline.mode());
        }
        return epoch;
    }

    private SegmentWriter open(DispatcherSpec spec) {
        ChangefeedId pipeline = spec.changefeed();
        return sinkOf(pipeline).open(spec.span(), spec.dispatcher(), spec.epoch(), nodeEpoch(pipeline)::get);
    }
}
