package dev.maintainer.core.gate;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.LifecyclePolicy;
import dev.maintainer.api.lifecycle.Permission;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerObserver;

/**
 * Lets commands out, and nothing else does. Whoever acts has asked the policy already; the gate asks it again, so that
 * one forgotten guard elsewhere cannot become a stale action. A suppressed command is a bug and is reported as one.
 */
public final class CommandGate {
    /** What the gate needs to know of its maintainer. */
    public interface Lifecycle {
        /** The present phase. */
        LifecyclePhase phase();

        /** Whether a removal is one with cascade. */
        boolean cascade();

        /** Whether the operators are quiesced. */
        boolean quiesced();
    }

    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final Lifecycle lifecycle;
    private final Transport transport;
    private final MaintainerObserver observer;
    private long suppressed;

    /** A gate for one maintainer. */
    public CommandGate(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            Lifecycle lifecycle,
            Transport transport,
            MaintainerObserver observer) {
        this.changefeed = changefeed;
        this.epoch = epoch;
        this.lifecycle = lifecycle;
        this.transport = transport;
        this.observer = observer;
    }

    /** Whether the policy allows an action right now. */
    public boolean allows(LifecycleAction action) {
        return LifecyclePolicy.allows(lifecycle.phase(), lifecycle.cascade(), action);
    }

    /** What the policy says about an action right now. */
    public Permission permission(LifecycleAction action) {
        return LifecyclePolicy.permission(lifecycle.phase(), action);
    }

    /** Sends a command as part of an action. A lost send is repeated by whoever asked for it. */
    public void send(LifecycleAction action, NodeId to, WorkerCommand command) {
        if (!allows(action)) {
            suppressed++;
            observer.commandSuppressed(changefeed, epoch, lifecycle.phase(), command);
            return;
        }
        transport.send(to, command);
        observer.commandSent(changefeed, epoch, lifecycle.phase(), lifecycle.quiesced(), command, to);
    }

    /** How many commands were stopped; more than zero is a bug. */
    public long suppressed() {
        return suppressed;
    }
}
