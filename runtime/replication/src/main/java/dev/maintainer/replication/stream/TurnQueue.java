package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.WriteLease;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the dispatchers of one node their turns on the node's dispatcher threads. A dispatcher says for which commitTs it
 * next has something to do, and is left alone until the source has come that far: what is idle costs nothing, however
 * many tables are. Thread-safe.
 */
final class TurnQueue {
    private static final Logger LOG = LoggerFactory.getLogger(TurnQueue.class);
    private static final long LOOK_MILLIS = 15;
    /** So many have their turns on one thread before those write who have joined a group. */
    private static final int MOST_TURNS = 64;

    /** A dispatcher, and the commitTs for which it has something to do. */
    private record Parked(PollingDispatcher dispatcher, long dueTs) {}

    private final ScheduledExecutorService threads;
    private final LongSupplier resolvedTs;
    private final WriteLease lease;
    /** Those that want a turn now. For each of them a thread is asked; one that took it along makes that one come in vain. */
    private final Queue<PollingDispatcher> ready = new ConcurrentLinkedQueue<>();

    private final PriorityQueue<Parked> parked = new PriorityQueue<>(Comparator.comparingLong(Parked::dueTs));
    private final Failures failures = new Failures();
    private boolean looking;

    /**
     * A queue without dispatchers.
     *
     * @param threads where turns are taken; ended by the caller
     * @param resolvedTs how far the source has come
     * @param lease under which the node writes
     */
    TurnQueue(ScheduledExecutorService threads, LongSupplier resolvedTs, WriteLease lease) {
        this.threads = threads;
        this.resolvedTs = resolvedTs;
        this.lease = lease;
    }

    /** What turns have ended with. */
    Failures failures() {
        return failures;
    }

    /** Gives a turn as soon as a thread is free; false if the node is going down. */
    boolean now(PollingDispatcher dispatcher) {
        ready.add(dispatcher);
        try {
            threads.execute(this::giveTurns);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (VirtualMachineError e) {
            if (ready.remove(dispatcher)) {
                throw e;
            }
            // A thread that was at work has taken it along.
            return true;
        }
    }

    /** A turn for the first that waits; and for those behind it, if they can write together. */
    private void giveTurns() {
        PollingDispatcher next = ready.poll();
        if (next == null) {
            return;
        }
        GroupCommit group = null;
        boolean isOver = false;
        try {
            group = ready.isEmpty() ? GroupCommit.CLOSED : new GroupCommit(lease, () -> !ready.isEmpty(), failures);
            next.takeTurns(group);
            // One that wants its next turn at once is behind the others, and must not keep those waiting who have
            // joined.
            for (int turns = 1; turns < MOST_TURNS && group.isOpen(); turns++) {
                next = ready.poll();
                if (next == null) {
                    break;
                }
                next.takeTurns(group);
            }
            group.commit();
            isOver = true;
        } finally {
            if (!isOver && group != null) {
                group.dissolve();
            } else if (!isOver && next != null) {
                next.askAgain();
            }
        }
    }

    /** Gives a turn once the source has reached {@code dueTs} but not at once. */
    void later(PollingDispatcher dispatcher, long dueTs) {
        synchronized (parked) {
            parked.add(new Parked(dispatcher, dueTs));
            if (!looking) {
                look();
                looking = true;
            }
        }
    }

    private void look() {
        try {
            var unused = threads.scheduleWithFixedDelay(this::wake, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is going down, and whatever waits goes down with it.
        }
    }

    private void wake() {
        try {
            wakeDue(resolvedTs.getAsLong());
        } catch (RuntimeException e) {
            LOG.error("dispatchers were not woken", e);
        } catch (VirtualMachineError e) {
            // A task that throws is never run again, and nobody would be woken any more. The node judges it elsewhere.
            report(e);
        }
    }

    /** One that cannot be woken stays where it is until the next look. */
    private void wakeDue(long resolved) {
        synchronized (parked) {
            for (Parked first = parked.peek(); first != null && first.dueTs <= resolved; first = parked.peek()) {
                first.dispatcher.wake();
                parked.remove();
            }
        }
    }

    private void report(VirtualMachineError error) {
        try {
            threads.execute(() -> {
                throw error;
            });
        } catch (RejectedExecutionException | VirtualMachineError e) {
            // The next look meets it again.
        }
    }
}
