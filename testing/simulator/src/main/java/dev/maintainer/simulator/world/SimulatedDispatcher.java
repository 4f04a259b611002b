package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import org.jspecify.annotations.Nullable;

/** A dispatcher as a world and its checks see it, whether it is one of the product or a model of one. */
abstract class SimulatedDispatcher implements Dispatcher {
    final DispatcherSpec spec;
    final Timeline timeline;
    final Downstream downstream;
    private final SimulatedNode node;
    private long released;

    SimulatedDispatcher(DispatcherSpec spec, SimulatedNode node, Timeline timeline, Downstream downstream) {
        this.spec = spec;
        this.node = node;
        this.timeline = timeline;
        this.downstream = downstream;
    }

    DispatcherId id() {
        return spec.dispatcher();
    }

    SimulatedNode node() {
        return node;
    }

    TableSpan span() {
        return spec.span();
    }

    TableId table() {
        return spec.span().table();
    }

    /** Whether it follows the DDLs, and writes no rows. */
    boolean isTrigger() {
        return table().equals(TableId.DDL);
    }

    /** How far may be written now. */
    long writable(long resolvedTs) {
        long bound = spec.bound().releasedTs();
        if (bound < released) {
            throw new Violation(
                    Invariant.REDO_HONEST, this + " might write up to " + released + ", and now only up to " + bound);
        }
        released = bound;
        return Math.min(resolvedTs, bound);
    }

    /** Whether it has begun, and neither ends nor has failed. */
    abstract boolean isWorking();

    /** Whether it will do nothing more. */
    abstract boolean isOver();

    /** Where it waits; null if it does not. */
    abstract @Nullable BlockEvent waitsAt();

    /** What it was told about the event where it waits; null if nothing yet. */
    abstract @Nullable BarrierAction decided();

    /** Fails as soon as it does something. */
    abstract void fail();

    /** Whether the lease of its node lets it write; always true of one that has looked itself. */
    abstract boolean isLeased();

    @Override
    public String toString() {
        return "dispatcher " + Long.toHexString(id().high() & 0xFFFF) + "-" + id().low() + " of "
                + spec.span() + (spec.changefeed().isRedo() ? " into the redo log" : "") + " on "
                + node.id();
    }
}
