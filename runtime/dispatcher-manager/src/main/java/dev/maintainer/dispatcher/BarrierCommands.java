package dev.maintainer.dispatcher;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.DispatcherId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What the owner of a changefeed decides about block events, brought to the dispatchers here that wait at them. */
final class BarrierCommands {
    private final DispatcherSet dispatchers;
    private final BarrierStandings standings;

    BarrierCommands(DispatcherSet dispatchers, BarrierStandings standings) {
        this.dispatchers = dispatchers;
        this.standings = standings;
    }

    /** One that cannot be told is told with the next repetition. */
    Disposition resolve(WorkerCommand.ResolveBarrier command) {
        DispatcherSet.Trigger trigger = dispatchers.trigger();
        List<DispatcherId> concerned = standings.concerned(
                command.event(), command.action(), command.attempt(), trigger == null ? null : trigger.id());
        boolean any = false;
        for (DispatcherId id : concerned) {
            HostedDispatcher hosted = dispatchers.get(id);
            if (hosted == null || hosted.isClosing()) {
                continue;
            }
            // First, as the dispatcher may answer at once.
            standings.told(id, command.action());
            any |= hosted.resolve(command.event(), command.action());
        }
        return any ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** What the trigger has executed, and the owner has taken in, it need not hold its checkpoint for. */
    Disposition acknowledged(WorkerCommand.AcknowledgeBarrierReport command, long nowMillis) {
        Map<DispatcherId, BlockKey> over =
                standings.acknowledged(command.sequence(), new HashSet<>(command.deferred()), nowMillis);
        DispatcherSet.Trigger trigger = dispatchers.trigger();
        BlockKey executed = trigger == null ? null : over.get(trigger.id());
        if (trigger != null && executed != null) {
            trigger.hosted().call("acknowledge", () -> trigger.dispatcher().acknowledge(executed.commitTs()));
        }
        return over.isEmpty() ? Disposition.DUPLICATE : Disposition.APPLIED;
    }
}
