package dev.maintainer.core;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;

/** Is notified of what maintainers do. Called on the maintainer's thread; must return at once and must not throw. */
public interface MaintainerObserver {
    /** An observer that does nothing. */
    static MaintainerObserver none() {
        return new MaintainerObserver() {};
    }

    /**
     * A step in the life of a maintainer.
     *
     * @param from the phase before
     * @param to the phase that it has entered
     * @param checkpointTs its committed checkpoint then; a TSO
     * @param nowMillis the time, in milliseconds
     */
    record PhaseChange(LifecyclePhase from, LifecyclePhase to, long checkpointTs, long nowMillis) {}

    /**
     * A command that has left through the gate.
     *
     * @param phase that of the maintainer
     * @param quiesced whether nothing but the close may leave
     * @param command what was sent
     * @param to to whom
     */
    record SentCommand(LifecyclePhase phase, boolean quiesced, WorkerCommand command, NodeId to) {}

    /**
     * Who plans, and how that goes.
     *
     * @param scheduler its name
     * @param condition how it is
     * @param why for people
     */
    record SchedulerChange(String scheduler, SchedulerCondition condition, String why) {}

    /** A maintainer has entered a phase. */
    default void phaseChanged(ChangefeedId changefeed, MaintainerEpoch epoch, PhaseChange change) {}

    /** A removal has begun with so many operators in flight; from here on nothing but the close may leave. */
    default void quiesced(
            ChangefeedId changefeed, MaintainerEpoch epoch, int inFlight, long checkpointTs, long nowMillis) {}

    /** A command has left through the gate. */
    default void commandSent(ChangefeedId changefeed, MaintainerEpoch epoch, SentCommand sent) {}

    /** The gate has stopped a command that the policy forbids: a bug in the code that asked for it. */
    default void commandSuppressed(
            ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {}

    /**
     * A plan has been carried out, as far as it was admitted; plans without decisions are not told of.
     *
     * @param reason the planner's reason, for people
     */
    default void planned(
            ChangefeedId changefeed, MaintainerEpoch epoch, long round, int admitted, int refused, String reason) {}

    /** Another scheduler plans from now on, or the scheduler's condition or shadow has changed. */
    default void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerChange change) {}

    /** The plan of a shadow was compared with the one that is carried out. */
    default void shadowCompared(ChangefeedId changefeed, MaintainerEpoch epoch, ShadowAnswer answer) {}

    /**
     * A block event has come to a phase: {@code COLLECTING} when the first dispatcher waits at it, {@code WRITING} when all
     * do, {@code PASSING} when it was executed, {@code DONE} when the last that waited has gone on. A writer that is lost
     * takes it back to {@code COLLECTING}.
     *
     * @param ageMillis since the first dispatcher waits at it
     */
    default void barrierAdvanced(
            ChangefeedId changefeed, MaintainerEpoch epoch, BlockEvent event, BarrierPhase phase, long ageMillis) {}

    /** A maintainer has closed. */
    default void finalStatus(ChangefeedId changefeed, MaintainerEpoch epoch, FinalStatus word, long nowMillis) {}

    /** The present state, a few times a second. */
    default void published(MaintainerView view) {}

    /** What is measured besides, as often. */
    default void measured(MaintainerFigures figures) {}
}
