package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;

/** A dispatcher that runs here, and what the worker knows of it. */
final class HostedDispatcher {
    private final DispatcherSpec spec;
    private final Dispatcher dispatcher;
    private ComponentState state = ComponentState.INITIALIZING;
    private boolean closing;

    HostedDispatcher(DispatcherSpec spec, Dispatcher dispatcher) {
        this.spec = spec;
        this.dispatcher = dispatcher;
    }

    DispatcherId id() {
        return spec.dispatcher();
    }

    DispatcherSpec spec() {
        return spec;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isInitializing() {
        return state == ComponentState.INITIALIZING;
    }

    void markWorking() {
        state = ComponentState.WORKING;
    }

    void close() {
        closing = true;
        dispatcher.close();
    }

    /** The checkpoint, within the range that a watermark can carry. */
    long checkpointTs() {
        return Math.max(1, Math.min(dispatcher.checkpointTs(), Long.MAX_VALUE - 1));
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
