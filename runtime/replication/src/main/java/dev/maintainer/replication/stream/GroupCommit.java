package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What dispatchers that have their turns on one thread, one after the other, write at once. Each of many small tables would
 * otherwise cost a commit of its own. Nobody waits for others to come: there is a group only while others wait for a thread anyway.
 * Used by that thread.
 */
final class GroupCommit {
    /** One that nobody joins. */
    static final GroupCommit CLOSED = new GroupCommit(WriteLease.UNLIMITED, () -> false, new Failures());

    /** Whoever has more to write gains little by company, and keeps it waiting. */
    private static final int SMALL_ROWS = 500;

    private static final long SMALL_BYTES = 256 << 10;

    private static final int MOST_SPANS = 64;
    private static final int MOST_ROWS = 5_000;
    private static final long MOST_BYTES = 4 << 20;

    private final WriteLease lease;
    private final BooleanSupplier othersWait;
    private final Failures failures;
    private @Nullable Sink sink;
    private final List<RowDispatcher> members = new ArrayList<>();
    private final List<SpanBatch> batches = new ArrayList<>();
    private int rows;
    private long bytes;

    /**
     * A group of nobody.
     *
     * @param lease that of the node
     * @param othersWait whether a dispatcher waits for its turn
     * @param failures notes what no sink should throw
     */
    GroupCommit(WriteLease lease, BooleanSupplier othersWait, Failures failures) {
        this.lease = lease;
        this.othersWait = othersWait;
        this.failures = failures;
    }

    /** Whether somebody has joined, and more may. */
    boolean isOpen() {
        return !members.isEmpty() && members.size() < MOST_SPANS && rows < MOST_ROWS && bytes < MOST_BYTES;
    }

    /**
     * Joins, if there is something to gain. Then the dispatcher is told what has become of its rows, on this thread, and does nothing
     * until then.
     *
     * @return false if it has to write its rows by itself
     */
    boolean join(RowDispatcher dispatcher, Sink target, SpanBatch batch) {
        boolean isCompany = members.isEmpty() ? othersWait.getAsBoolean() : sink == target;
        if (!isCompany || batch.rows().size() > SMALL_ROWS || !batch.writer().mayShare()) {
            return false;
        }
        long size = batch.rows().stream().mapToLong(RowEvent::size).sum();
        if (size > SMALL_BYTES) {
            return false;
        }
        sink = target;
        members.add(dispatcher);
        batches.add(batch);
        rows += batch.rows().size();
        bytes += size;
        return true;
    }

    /** Writes what there is to write, and lets the dispatchers go on. Nobody is in the group then. */
    void commit() {
        Sink target = sink;
        if (members.isEmpty() || target == null) {
            return;
        }
        List<RowDispatcher> waiting = List.copyOf(members);
        List<SpanBatch> written = List.copyOf(batches);
        leave();
        if (waiting.size() == 1) {
            waiting.get(0).goOnAlone();
            return;
        }
        int told = 0;
        WriteResult result = null;
        try {
            result = write(target, written);
            for (RowDispatcher dispatcher : waiting) {
                told++;
                dispatcher.goOn(result);
            }
        } finally {
            putOff(waiting.subList(told, waiting.size()), result);
        }
    }

    /** All who have joined have to write by themselves, in a while: the thread has met an error. */
    void dissolve() {
        if (members.isEmpty()) {
            return;
        }
        List<RowDispatcher> waiting = List.copyOf(members);
        leave();
        putOff(waiting, null);
    }

    /** The heap is full, or something like that. Nobody may wait for ever, not even if there is no room to say when to go on. */
    private static void putOff(List<RowDispatcher> waiting, @Nullable WriteResult result) {
        waiting.forEach(dispatcher -> dispatcher.putOff(result));
        for (RowDispatcher dispatcher : waiting) {
            try {
                dispatcher.askLater();
            } catch (VirtualMachineError e) {
                // Whatever wakes it next is heard. What has failed first is thrown on.
            }
        }
    }

    private void leave() {
        members.clear();
        batches.clear();
        sink = null;
        rows = 0;
        bytes = 0;
    }

    /** Null if each has to write by itself. What was written while the lease ended counts as held. */
    private @Nullable WriteResult write(Sink target, List<SpanBatch> written) {
        if (!lease.isHeld()) {
            return WriteResult.HELD;
        }
        try {
            if (!target.writeTogether(written)) {
                return null;
            }
        } catch (RuntimeException e) {
            failures.note(e.getClass().getName(), "when several spans were written: " + e.getMessage(), e);
            return null;
        }
        return lease.isHeld() ? WriteResult.DURABLE : WriteResult.HELD;
    }
}
