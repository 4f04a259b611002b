package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher of the product in a world: between its worker and itself, it hears what one says to the other. Whatever the
 * dispatcher does, its checkpoint may be asked for in the middle of it, as by another thread, and has to be true.
 */
class StreamedDispatcher extends SimulatedDispatcher implements DispatcherListener {
    private static final int LATE_MILLIS = 1_500;
    private static final int ENDS_LATE_MILLIS = 2_000;
    private static final int SOON_MILLIS = 60;

    private final DispatcherListener worker;
    private final NodeThreads threads;
    private @Nullable Dispatcher product;
    private long checkpointTs;
    private boolean reportedWorking;
    private boolean failing;
    private boolean over;
    private boolean stopped;
    private @Nullable BlockEvent waitsAt;
    private @Nullable BarrierAction decided;

    StreamedDispatcher(
            DispatcherSpec spec,
            DispatcherListener worker,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream,
            NodeThreads threads) {
        super(spec, node, timeline, downstream);
        this.worker = worker;
        this.threads = threads;
        this.checkpointTs = spec.startTs();
    }

    /** This is what it stands for. */
    void standFor(Dispatcher made) {
        product = made;
    }

    private Dispatcher product() {
        return Objects.requireNonNull(product);
    }

    // ---- what the world wants to know -------------------------------------------------------------------------------

    @Override
    boolean isWorking() {
        return reportedWorking && !over;
    }

    @Override
    boolean isOver() {
        return over;
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

    @Override
    void fail() {
        failing = true;
    }

    @Override
    boolean isLeased() {
        return true;
    }

    /** Whether nothing of it is left. */
    boolean hasStopped() {
        return stopped;
    }

    /** Something is wrong, in the middle of what it does. */
    Violation violated(Violation violation) {
        return threads.violated(violation);
    }

    /** In the middle of what it does another thread asks how far it is. */
    void askAmid() {
        if (product != null) {
            try {
                long unused = checkpointTs();
            } catch (Violation v) {
                throw violated(v);
            }
        }
    }

    /** Its source or its sink may let it down now. */
    void mayFail(ErrorCode code) {
        if (product != null && (failing || node().faults().dispatcherFails())) {
            failing = false;
            throw new MaintainerException(code, "bad luck");
        }
    }

    // ---- what the worker wants of it --------------------------------------------------------------------------------

    @Override
    public long checkpointTs() {
        long present = product().checkpointTs();
        long unused = writable(present);
        if (present < checkpointTs) {
            throw new Violation(
                    Invariant.CHECKPOINT_MONOTONIC,
                    "the checkpoint of " + this + " goes back from " + checkpointTs + " to " + present);
        }
        if (present > checkpointTs) {
            downstream.checkDurable(this, checkpointTs, present, "done");
            checkpointTs = present;
        }
        return present;
    }

    @Override
    public long resolvedTs() {
        return product().resolvedTs();
    }

    @Override
    public void start() {
        downstream.open(this);
        timeline.tell(() -> this + " starts under epoch " + spec.epoch() + " from " + spec.startTs());
        threads.late(
                timeline.chance(0.1) ? timeline.below(LATE_MILLIS) : 0,
                () -> product().start());
    }

    @Override
    public void close() {
        if (!over) {
            timeline.tell(() -> this + " is asked to end");
        }
        over = true;
        threads.late(
                timeline.chance(0.2) ? timeline.below(ENDS_LATE_MILLIS) : timeline.below(SOON_MILLIS),
                () -> product().close());
    }

    @Override
    public void abandon() {
        over = true;
        stopped = true;
        product().abandon();
        downstream.closed(this);
    }

    @Override
    public void resolve(BlockKey event, BarrierAction action) {
        BlockEvent here = waitsAt;
        if (here != null && here.key().equals(event)) {
            decided = action;
        }
        product().resolve(event, action);
    }

    // ---- what it says to the worker ---------------------------------------------------------------------------------

    @Override
    public void working(DispatcherId dispatcher) {
        reportedWorking = true;
        worker.working(dispatcher);
    }

    @Override
    public void stopped(DispatcherId dispatcher) {
        over = true;
        stopped = true;
        downstream.closed(this);
        askAmid();
        timeline.tell(() -> this + " has stopped at " + checkpointTs);
        worker.stopped(dispatcher);
    }

    @Override
    public void failed(DispatcherId dispatcher, ErrorCode code, String message) {
        over = true;
        timeline.tell(() -> this + " fails: " + message);
        if (code == ErrorCode.DISPATCHER_FAILED) {
            throw violated(new Violation(Invariant.NOTHING_THROWS, this + " fails with " + message));
        }
        worker.failed(dispatcher, code, message);
    }

    @Override
    public void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged) {
        askAmid();
        worker.blocked(dispatcher, unacknowledged);
    }

    @Override
    public void waiting(DispatcherId dispatcher, BlockEvent event) {
        waitsAt = event;
        decided = null;
        timeline.tell(() -> this + " waits at " + event.key());
        askAmid();
        if (checkpointTs >= event.key().commitTs()) {
            throw violated(new Violation(
                    Invariant.BARRIER_HOLDS,
                    this + " waits at " + event.key() + ", and is done up to " + checkpointTs));
        }
        worker.waiting(dispatcher, event);
    }

    @Override
    public void passed(DispatcherId dispatcher, BlockKey event) {
        BlockEvent here = waitsAt;
        if (here == null || !here.key().equals(event)) {
            throw violated(
                    new Violation(Invariant.BARRIER_HOLDS, this + " passes " + event + ", and waits at " + here));
        }
        try {
            downstream.events().goesOn(this, here);
        } catch (Violation v) {
            throw violated(v);
        }
        waitsAt = null;
        askAmid();
        worker.passed(dispatcher, event);
    }

    @Override
    public void refused(DispatcherId dispatcher, BlockKey event, String reason) {
        decided = null;
        downstream.events().refuse(this, event);
        worker.refused(dispatcher, event, reason);
        node().awaitDecision(this, event);
    }

    @Override
    public void persisted(DispatcherId dispatcher, RedoMeta meta) {
        worker.persisted(dispatcher, meta);
    }
}
