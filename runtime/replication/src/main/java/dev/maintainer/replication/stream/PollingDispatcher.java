package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both kinds of dispatcher share: turns on the node's dispatcher threads, and the ways to end. A turn never runs twice
 * at once.
 */
abstract class PollingDispatcher implements Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(PollingDispatcher.class);

    /** A turn is wanted as soon as others have had theirs. */
    static final long NOW = -1;
    /** A turn is wanted in a while: something has to happen elsewhere. */
    static final long SOON = 0;
    /** No turn is wanted for any commitTs. */
    static final long NEVER = Long.MAX_VALUE;
    /** Nothing will ever be written again, because the segment is sealed. */
    static final long SEALED = Long.MIN_VALUE;
    /** The turn goes on when what it has to write was written with what others have. */
    static final long JOINED = -2;

    private enum Condition {
        RUNNING,
        CLOSING,
        FAILED,
        ENDED
    }

    final DispatcherSpec spec;
    final DispatcherListener listener;
    final SpanWriter writer;
    private final WriteLease lease;
    private final TurnQueue turns;
    private final AtomicInteger wanted = new AtomicInteger();
    /** Before, a reader may have something already, while the dispatcher is still being made. */
    private volatile boolean started;

    private volatile Condition condition = Condition.RUNNING;
    private volatile boolean abandoned;
    private boolean reportedWorking;

    PollingDispatcher(
            DispatcherSpec spec, DispatcherListener listener, SpanWriter writer, WriteLease lease, TurnQueue turns) {
        this.spec = spec;
        this.listener = listener;
        this.writer = writer;
        this.lease = lease;
        this.turns = turns;
    }

    /**
     * Opens the block events of the span.
     *
     * @param opened closes what was opened before, if this fails
     */
    final BlockReader blocks(Source source, long startTs, Runnable opened) {
        if (spec.changefeed().isRedo()) {
            // A log of what happened keeps everything in order by itself.
            return BlockReader.NONE;
        }
        try {
            return source.blocks(spec.span(), startTs, spec.partial(), this::wake);
        } catch (RuntimeException e) {
            opened.run();
            throw e;
        }
    }

    /** How far may be written now, of what was received up to {@code resolved}. */
    final long writable(long resolved) {
        return Math.min(resolved, spec.bound().releasedTs());
    }

    /**
     * Writes, if this node may: the lease is looked at before and after, and what was written while it ended counts as held,
     * so it is not reported.
     */
    final WriteResult whileLeased(Supplier<WriteResult> write) {
        if (!lease.isHeld()) {
            return WriteResult.HELD;
        }
        WriteResult result = write.get();
        return result == WriteResult.DURABLE && !lease.isHeld() ? WriteResult.HELD : result;
    }

    /** What dispatchers of this node have failed with. */
    final Failures failures() {
        return turns.failures();
    }

    /**
     * Does what there is to do now.
     *
     * @param group with whom it may write
     * @return for which commitTs there is more to do, or one of the constants above
     */
    abstract long turn(GroupCommit group);

    /** Whether a turn was begun that has to be gone on with before anything else. */
    boolean isAmidTurn() {
        return false;
    }

    @Override
    public final synchronized void start() {
        if (!started) {
            started = true;
            wake();
        }
    }

    @Override
    public final synchronized void close() {
        if (condition == Condition.RUNNING) {
            condition = Condition.CLOSING;
        }
        started = true;
        wake();
    }

    @Override
    public final void abandon() {
        abandoned = true;
        end();
    }

    /** Wants a turn as soon as a thread is free; the first one when it is started, whoever wants it earlier. */
    final void wake() {
        if (started && !abandoned && wanted.getAndIncrement() == 0) {
            boolean asked = false;
            try {
                if (!turns.now(this)) {
                    // The node is going down; whatever waits for this dispatcher goes down with it.
                    abandoned = true;
                }
                asked = true;
            } finally {
                if (!asked) {
                    // The heap is full. Whoever wants a turn next has to ask again.
                    wanted.set(0);
                }
            }
        }
    }

    /** Takes the turns that were wanted, one after the other, and whatever was wanted meanwhile. */
    final void takeTurns(GroupCommit group) {
        boolean done = false;
        try {
            takeWantedTurns(group);
            done = true;
        } finally {
            if (!done) {
                // An error of the node ends this turn. It must not be the last one, for then nobody would hear of the
                // end.
                askAgain();
            }
        }
    }

    /** Wants a turn in a while, after one that was not ended. */
    final void askAgain() {
        forgetTurns();
        askLater();
    }

    /** No turn is wanted any more: whoever wants one next has to ask. */
    final void forgetTurns() {
        wanted.set(0);
    }

    final void askLater() {
        turns.later(this, SOON);
    }

    /** Wants a turn as soon as others have had theirs, after one that was not ended. */
    final void askNext() {
        boolean asked = false;
        try {
            boolean unused = turns.now(this);
            asked = true;
        } finally {
            if (!asked) {
                askAgain();
            }
        }
    }

    private void takeWantedTurns(GroupCommit group) {
        int due = wanted.get();
        do {
            long next = takeTurn(group);
            if (next == JOINED) {
                return;
            }
            if (next == NOW) {
                turns.now(this);
                return;
            }
            if (next >= SOON && next != NEVER) {
                turns.later(this, next);
            }
            due = wanted.addAndGet(-due);
        } while (due > 0);
    }

    /** One turn; package-private so that tests need no threads. Says when there will be more to do, as {@link #turn}. */
    final long takeTurn() {
        return takeTurn(GroupCommit.CLOSED);
    }

    private long takeTurn(GroupCommit group) {
        if (abandoned || condition == Condition.ENDED) {
            return NEVER;
        }
        boolean isAmid = isAmidTurn();
        boolean isClosing = condition == Condition.CLOSING && !isAmid;
        if (isClosing || condition == Condition.FAILED) {
            end();
            listener.stopped(spec.dispatcher());
            return NEVER;
        }
        try {
            long next = turn(group);
            if (!reportedWorking && !abandoned) {
                reportedWorking = true;
                listener.working(spec.dispatcher());
            }
            if (next == SEALED) {
                LOG.info("dispatcher {} was opened elsewhere and stops here", spec.dispatcher());
                // Whoever still counts on it has to hear that: it may have been opened by a node that is no member any
                // more.
                condition = Condition.CLOSING;
                return SOON;
            }
            return isAmid && condition == Condition.CLOSING ? NOW : next;
        } catch (MaintainerException e) {
            // A thread that is interrupted belongs to a node that goes down, and takes its writes along.
            if (!Thread.currentThread().isInterrupted()) {
                failures().note(e.code().code(), e.getMessage(), null);
            }
            return fail(e.code(), String.valueOf(e.getMessage()));
        } catch (VirtualMachineError e) {
            // Before anything that needs memory: what the turn has begun is not gone on with.
            condition = Condition.FAILED;
            fail(ErrorCode.DISPATCHER_FAILED, e.toString());
            // It is the node's, whose thread this is.
            throw e;
        } catch (RuntimeException | Error e) {
            failures().note(e.getClass().getName(), e.getMessage(), e);
            return fail(ErrorCode.DISPATCHER_FAILED, e.toString());
        }
    }

    /** It ends in the next turn. */
    private long fail(ErrorCode code, String message) {
        if (!abandoned) {
            condition = Condition.FAILED;
            listener.failed(spec.dispatcher(), code, message);
        }
        return SOON;
    }

    private void end() {
        condition = Condition.ENDED;
        try {
            writer.seal();
        } catch (RuntimeException e) {
            // It gets no more work from here, and whoever opens it next seals it.
            failures().note(e.getClass().getName(), "when it was sealed: " + e.getMessage(), e);
        }
        ended();
    }

    /** Nothing will be read any more. Perhaps more than once, and while a turn is in progress. */
    void ended() {}
}
