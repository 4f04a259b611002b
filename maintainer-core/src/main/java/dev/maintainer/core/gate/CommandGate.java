package dev.maintainer.core.gate;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.lifecycle.LifecycleState;

/**
 * The only way out for commands. The code that acts has already consulted the policy; the gate consults it again, so
 * that one forgotten guard elsewhere cannot become a stale action. A suppressed command is a bug and is reported as
 * one.
 */
public final class CommandGate {
    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final LifecycleState lifecycle;
    private final Transport transport;
    private final MaintainerObserver observer;
    private long suppressed;

    /** A gate for one maintainer. */
    public CommandGate(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            LifecycleState lifecycle,
            Transport transport,
            MaintainerObserver observer) {
        this.changefeed = changefeed;
        this.epoch = epoch;
        this.lifecycle = lifecycle;
        this.transport = transport;
        this.observer = observer;
    }

    /** Sends a command as part of an action. A lost send is repeated by whoever asked for it. */
    public void send(LifecycleAction action, NodeId to, WorkerCommand command) {
        if (!lifecycle.allows(action)) {
            suppressed++;
            observer.commandSuppressed(changefeed, epoch, lifecycle.phase(), command);
            return;
        }
        transport.send(to, command);
        observer.commandSent(
                changefeed,
                epoch,
                new MaintainerObserver.SentCommand(lifecycle.phase(), lifecycle.isQuiesced(), command, to));
    }

    /** How many commands were stopped; more than zero is a bug. */
    public long suppressed() {
        return suppressed;
    }
}
