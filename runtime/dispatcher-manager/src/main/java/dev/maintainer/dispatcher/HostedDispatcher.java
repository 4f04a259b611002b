package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher that runs here, and what the worker knows of it. Dispatchers are of somebody else's making: what their
 * methods throw ends here and is told to {@link Faults}.
 */
final class HostedDispatcher {
    /** Hears of every call that threw. */
    interface Faults {
        /** A method of the dispatcher threw. */
        void failed(DispatcherSpec spec, String call, RuntimeException cause);

        /** The method that threw last works again. */
        void recovered(DispatcherSpec spec);
    }

    private final DispatcherSpec spec;
    private final Dispatcher dispatcher;
    private final Faults faults;
    private ComponentState state = ComponentState.INITIALIZING;
    private boolean closing;
    private boolean ended;
    private @Nullable String failing;
    private long lastCheckpointTs;

    HostedDispatcher(DispatcherSpec spec, Dispatcher dispatcher, Faults faults) {
        this.spec = spec;
        this.dispatcher = dispatcher;
        this.faults = faults;
        this.lastCheckpointTs = spec.startTs();
    }

    DispatcherId id() {
        return spec.dispatcher();
    }

    DispatcherSpec spec() {
        return spec;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isInitializing() {
        return state == ComponentState.INITIALIZING;
    }

    boolean isWorking() {
        return state == ComponentState.WORKING;
    }

    HostedState hostedState() {
        if (closing) {
            return HostedState.CLOSING;
        }
        return switch (state) {
            case INITIALIZING, PREPARING, MERGE_READY -> HostedState.INITIALIZING;
            case WAITING_MERGE -> HostedState.WAITING_MERGE;
            case WORKING -> HostedState.WORKING;
            case STOPPED, REMOVED -> HostedState.CLOSING;
        };
    }

    void markWorking() {
        state = ComponentState.WORKING;
    }

    /** It ends in favour of a merge, if nothing comes between. */
    void waitForMerge() {
        state = ComponentState.WAITING_MERGE;
    }

    /** It writes no more, and its checkpoint is final; it is kept because a merge waits for others. */
    void markEnded() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Nothing but its end is waited for any more. */
    void markClosing() {
        closing = true;
    }

    /** Asks it to end. Returns whether the request arrived, so that its answer can be waited for. */
    boolean close() {
        closing = true;
        return call("close", dispatcher::close);
    }

    /** Stops its writing now. Returns whether it surely writes no more. */
    boolean abandon() {
        return call("abandon", dispatcher::abandon);
    }

    /** Tells it what becomes of the event at which it waits. Returns whether that arrived. */
    boolean resolve(BlockKey event, BarrierAction action) {
        return call("resolve", () -> dispatcher.resolve(event, action));
    }

    /** Calls a method of the dispatcher; returns whether it came back without throwing. */
    boolean call(String name, Runnable method) {
        try {
            method.run();
            worked(name);
            return true;
        } catch (RuntimeException e) {
            threw(name, e);
            return false;
        }
    }

    /**
     * The checkpoint, within the range that a watermark can carry. One that cannot be read is the last that could be:
     * checkpoints never decrease, so that is a bound.
     */
    long checkpointTs() {
        try {
            lastCheckpointTs = dispatcher.checkpointTs();
            worked("checkpointTs");
        } catch (RuntimeException e) {
            threw("checkpointTs", e);
        }
        return Math.max(1, Math.min(lastCheckpointTs, Long.MAX_VALUE - 1));
    }

    /** The checkpoint that was read last; calls nobody. */
    long lastCheckpointTs() {
        return Math.max(1, Math.min(lastCheckpointTs, Long.MAX_VALUE - 1));
    }

    /** What has been received; 0 if it cannot be read. */
    long resolvedTs() {
        try {
            long resolvedTs = dispatcher.resolvedTs();
            worked("resolvedTs");
            return resolvedTs;
        } catch (RuntimeException e) {
            if (failing == null || failing.equals("resolvedTs")) {
                threw("resolvedTs", e);
            }
            return 0;
        }
    }

    private void threw(String call, RuntimeException cause) {
        failing = call;
        faults.failed(spec, call, cause);
    }

    /** What failed last works again, so its error is over. */
    private void worked(String call) {
        if (call.equals(failing)) {
            failing = null;
            faults.recovered(spec);
        }
    }

    DispatcherStatus status() {
        return new DispatcherStatus(id(), state, checkpointTs());
    }

    DispatcherStatus finalStatus() {
        return new DispatcherStatus(id(), ComponentState.STOPPED, checkpointTs());
    }

    DispatcherSnapshot snapshot() {
        return new DispatcherSnapshot(id(), spec.span(), spec.schema(), state, checkpointTs());
    }
}
