package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.load.WrittenWork;
import dev.maintainer.node.sink.FileSink;
import dev.maintainer.node.sink.SegmentWriter;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/** Makes the dispatchers of one node, which read one change log and write to one sink. */
public final class ChangeLogDispatcherFactory implements DispatcherFactory {
    private static final MaintainerEpoch FIRST = new MaintainerEpoch(1);

    private final ChangeLog log;
    private final Frontier frontier;
    private final FileSink sink;
    private final WrittenWork.OfNode written;
    private final ScheduledExecutorService threads;
    private final AtomicReference<MaintainerEpoch> nodeEpoch = new AtomicReference<>(FIRST);

    /**
     * A factory for one node.
     *
     * @param written counts what the dispatchers write
     * @param threads where the node's dispatchers work; ended by the caller
     */
    public ChangeLogDispatcherFactory(
            ChangeLog log,
            Frontier frontier,
            FileSink sink,
            WrittenWork.OfNode written,
            ScheduledExecutorService threads) {
        this.written = written;
        this.log = log;
        this.frontier = frontier;
        this.sink = sink;
        this.threads = threads;
    }

    @Override
    public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) throws MaintainerException {
        LoggedTable table = log.table(spec.span().table())
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.DISPATCHER_CREATION_FAILED,
                        "table " + spec.span().table() + " is not in the change log"));
        return new TableDispatcher(spec, listener, open(spec), threads, table, frontier, written);
    }

    @Override
    public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener)
            throws MaintainerException {
        return new DdlTriggerDispatcher(spec, listener, open(spec), threads, log.ddls(), frontier);
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException {
        sink.fence(changefeed, epoch);
        nodeEpoch.accumulateAndGet(epoch, (held, given) -> given.isNewerThan(held) ? given : held);
    }

    private SegmentWriter open(DispatcherSpec spec) {
        return sink.open(spec.span().table(), spec.dispatcher(), spec.epoch(), nodeEpoch::get);
    }
}
