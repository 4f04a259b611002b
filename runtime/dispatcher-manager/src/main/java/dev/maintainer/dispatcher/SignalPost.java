package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.RedoMeta;
import java.util.List;
import java.util.function.Consumer;

/** Brings what dispatchers say, on their threads, to the worker's mailbox. */
record SignalPost(ChangefeedId changefeed, long incarnation, Consumer<WorkerInput> mailbox)
        implements DispatcherListener {
    @Override
    public void working(DispatcherId dispatcher) {
        mailbox.accept(new WorkerInput.DispatcherWorking(changefeed, incarnation, dispatcher));
    }

    @Override
    public void stopped(DispatcherId dispatcher) {
        mailbox.accept(new WorkerInput.DispatcherStopped(changefeed, incarnation, dispatcher));
    }

    @Override
    public void failed(DispatcherId dispatcher, ErrorCode code, String message) {
        mailbox.accept(new WorkerInput.DispatcherFailed(changefeed, incarnation, dispatcher, code, message));
    }

    @Override
    public void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged) {
        mailbox.accept(new WorkerInput.DispatcherBlocked(changefeed, incarnation, dispatcher, unacknowledged));
    }

    @Override
    public void waiting(DispatcherId dispatcher, BlockEvent event) {
        mailbox.accept(new WorkerInput.DispatcherWaiting(changefeed, incarnation, dispatcher, event));
    }

    @Override
    public void passed(DispatcherId dispatcher, BlockKey event) {
        mailbox.accept(new WorkerInput.DispatcherPassed(changefeed, incarnation, dispatcher, event));
    }

    @Override
    public void refused(DispatcherId dispatcher, BlockKey event, String reason) {
        mailbox.accept(new WorkerInput.DispatcherRefused(changefeed, incarnation, dispatcher, event, reason));
    }

    @Override
    public void persisted(DispatcherId dispatcher, RedoMeta meta) {
        mailbox.accept(new WorkerInput.RedoMetaPersisted(changefeed, incarnation, dispatcher, meta));
    }
}
