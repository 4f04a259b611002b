package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.barrier.BarrierOutput;
import org.jspecify.annotations.Nullable;

/** Carries to workers what a barrier has decided, and to the tables what an event does to them. */
record BarrierCommands(Assignment assignment, CommandSender commands, BlockStatuses tables, MaintainerObserver observer)
        implements BarrierOutput {
    @Override
    public void resolve(NodeId to, BlockKey event, BarrierAction action, long attempt) {
        commands.resolveBarrier(to, event, action, attempt);
    }

    @Override
    public void advanced(BlockEvent event, BarrierPhase phase, long ageMillis) {
        observer.barrierAdvanced(assignment.changefeed(), assignment.epoch(), event, phase, ageMillis);
    }

    @Override
    public @Nullable String objection(BlockEvent event) {
        return tables.objection(event);
    }

    @Override
    public void executed(BlockEvent event, long nowMillis) {
        tables.executed(event, nowMillis);
    }
}
