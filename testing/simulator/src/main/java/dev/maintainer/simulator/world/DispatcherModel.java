package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.simulator.timeline.Timeline;
import org.jspecify.annotations.Nullable;

/** What table and trigger models share: turns in virtual time, slow beginnings and late ends. */
abstract class DispatcherModel extends SimulatedDispatcher {
    private static final int TURN_MILLIS = 40;
    /**
     * Most of a long day nothing happens, and there is nothing to see in each of many turns. Little enough to get from one sync
     * point to the next before another one is due.
     */
    private static final int LEISURELY_MILLIS = 300;

    final DispatcherListener listener;
    private final long workingAt;
    private long endAt = Long.MAX_VALUE;
    private boolean failing;
    private boolean failed;
    private boolean ended;
    private boolean reportedWorking;
    private long checkpointTs;
    /** Where it waits; null if it does not. */
    private @Nullable BlockEvent waitsAt;
    /** What it was told about that event; null if nothing yet. */
    private @Nullable BarrierAction decided;

    DispatcherModel(
            DispatcherSpec spec,
            DispatcherListener listener,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream) {
        super(spec, node, timeline, downstream);
        this.listener = listener;
        this.checkpointTs = spec.startTs();
        this.workingAt = timeline.now() + (timeline.chance(0.1) ? timeline.below(1_500) : timeline.below(40));
    }

    /** Does what there is to do. */
    abstract void work(Timeline time);

    @Override
    boolean isLeased() {
        return node().mayWrite();
    }

    @Override
    boolean isWorking() {
        return reportedWorking && !ended && endAt == Long.MAX_VALUE && !failed;
    }

    @Override
    void fail() {
        failing = true;
    }

    /** Comes to an event: everything before it is durable. */
    void waitAt(BlockEvent event) {
        waitsAt = event;
        decided = null;
        advance(event.key().waitingTs());
        timeline.tell(() -> this + " waits at " + event.key());
        listener.waiting(id(), event);
    }

    @Override
    @Nullable
    BlockEvent waitsAt() {
        return waitsAt;
    }

    @Override
    @Nullable
    BarrierAction decided() {
        return decided;
    }

    /** What it was told came to nothing: it waits to be told anew. */
    void undecided() {
        decided = null;
    }

    @Override
    boolean isOver() {
        return ended || failed || endAt != Long.MAX_VALUE;
    }

    /** Goes on behind the event. */
    void goOn() {
        BlockEvent event = waitsAt;
        if (event == null) {
            throw new IllegalStateException(this + " goes on, and does not wait");
        }
        waitsAt = null;
        listener.passed(id(), event.key());
    }

    @Override
    public void resolve(BlockKey event, BarrierAction action) {
        BlockEvent here = waitsAt;
        if (here != null && here.key().equals(event)) {
            decided = action;
        }
    }

    void advance(long ts) {
        checkpointTs = Math.max(checkpointTs, ts);
    }

    @Override
    public long checkpointTs() {
        return checkpointTs;
    }

    @Override
    public long resolvedTs() {
        return checkpointTs;
    }

    @Override
    public void start() {
        downstream.open(this);
        timeline.tell(() -> this + " starts under epoch " + spec.epoch() + " from " + spec.startTs());
        timeline.in(timeline.below(40), this::turn);
    }

    private void turn() {
        if (ended || !node().isUp()) {
            end();
            return;
        }
        if (node().dispatchersStandStill()) {
            timeline.in(100, this::turn);
            return;
        }
        if (timeline.now() >= endAt || failed) {
            if (!failed) {
                work(timeline);
            }
            end();
            timeline.tell(() -> this + " has stopped at " + checkpointTs);
            listener.stopped(id());
            return;
        }
        if (failing || node().faults().dispatcherFails()) {
            failed = true;
            timeline.tell(() -> this + " fails");
            listener.failed(id(), ErrorCode.DISPATCHER_FAILED, "bad luck");
        } else {
            work(timeline);
            if (!reportedWorking && timeline.now() >= workingAt && endAt == Long.MAX_VALUE) {
                reportedWorking = true;
                listener.working(id());
            }
        }
        timeline.in(
                node().faults().isCalm() && waitsAt == null
                        ? LEISURELY_MILLIS + timeline.below(LEISURELY_MILLIS)
                        : TURN_MILLIS + timeline.below(2 * TURN_MILLIS),
                this::turn);
    }

    @Override
    public void close() {
        if (endAt == Long.MAX_VALUE) {
            endAt = timeline.now() + (timeline.chance(0.2) ? timeline.below(2_000) : timeline.below(60));
            timeline.tell(() -> this + " is asked to end");
        }
    }

    @Override
    public void abandon() {
        end();
    }

    private void end() {
        ended = true;
        downstream.closed(this);
    }
}
