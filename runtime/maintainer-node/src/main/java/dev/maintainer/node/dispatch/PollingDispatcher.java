package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.sink.SegmentWriter;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both kinds of dispatcher share: a turn every few milliseconds on the node's dispatcher threads, and the ways to
 * end. A turn never runs twice at once.
 */
abstract class PollingDispatcher implements Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(PollingDispatcher.class);
    private static final long POLL_MILLIS = 15;

    private enum Condition {
        RUNNING,
        CLOSING,
        FAILED,
        ENDED
    }

    final DispatcherSpec spec;
    final DispatcherListener listener;
    final SegmentWriter writer;
    private final ScheduledExecutorService threads;
    private @Nullable Future<?> turns;
    private volatile Condition condition = Condition.RUNNING;
    private volatile boolean abandoned;
    private volatile long checkpointTs;
    private volatile long resolvedTs;
    private boolean reportedWorking;

    PollingDispatcher(
            DispatcherSpec spec, DispatcherListener listener, SegmentWriter writer, ScheduledExecutorService threads) {
        this.spec = spec;
        this.listener = listener;
        this.writer = writer;
        this.threads = threads;
        this.checkpointTs = spec.startTs();
        this.resolvedTs = spec.startTs();
    }

    /** How far may be written now, of what was received up to {@code resolved}. */
    final long writable(long resolved) {
        return Math.min(resolved, spec.bound().releasedTs());
    }

    /** Does what there is to do now; false if nothing will ever be written again, because the segment is sealed. */
    abstract boolean turn();

    @Override
    public final long checkpointTs() {
        return checkpointTs;
    }

    @Override
    public final long resolvedTs() {
        return Math.max(resolvedTs, checkpointTs);
    }

    @Override
    public final synchronized void start() {
        if (turns == null && !abandoned) {
            schedule();
        }
    }

    @Override
    public final synchronized void close() {
        if (condition == Condition.RUNNING) {
            condition = Condition.CLOSING;
        }
        if (turns == null && !abandoned) {
            schedule();
        }
    }

    @Override
    public final void abandon() {
        abandoned = true;
        end();
    }

    /** Moves forward only. Called by turns. */
    final void advance(long checkpoint, long resolved) {
        resolvedTs = Math.max(resolvedTs, resolved);
        checkpointTs = Math.max(checkpointTs, checkpoint);
    }

    private void schedule() {
        try {
            turns = threads.scheduleWithFixedDelay(this::takeTurn, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is going down; whatever waits for this dispatcher goes down with it.
            abandoned = true;
        }
    }

    /** One turn; package-private so that tests need no threads. */
    final void takeTurn() {
        if (abandoned || condition == Condition.ENDED) {
            return;
        }
        if (condition == Condition.CLOSING || condition == Condition.FAILED) {
            end();
            listener.stopped(spec.dispatcher());
            return;
        }
        try {
            boolean goesOn = turn();
            if (!reportedWorking && !abandoned) {
                reportedWorking = true;
                listener.working(spec.dispatcher());
            }
            if (!goesOn) {
                LOG.info("dispatcher {} was opened elsewhere and stops here", spec.dispatcher());
                pause();
            }
        } catch (MaintainerException e) {
            fail(e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("dispatcher {} failed", spec.dispatcher(), e);
            fail(ErrorCode.DISPATCHER_FAILED, e.toString());
        }
    }

    private void fail(ErrorCode code, String message) {
        if (!abandoned) {
            condition = Condition.FAILED;
            listener.failed(spec.dispatcher(), code, message);
        }
    }

    private synchronized void pause() {
        if (turns != null && condition == Condition.RUNNING) {
            turns.cancel(false);
            turns = null;
        }
    }

    private void end() {
        condition = Condition.ENDED;
        synchronized (this) {
            if (turns != null) {
                turns.cancel(false);
            }
        }
        writer.seal();
    }
}
