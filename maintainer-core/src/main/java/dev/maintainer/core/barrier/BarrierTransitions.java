package dev.maintainer.core.barrier;

import static dev.maintainer.core.BarrierPhase.COLLECTING;
import static dev.maintainer.core.BarrierPhase.DONE;
import static dev.maintainer.core.BarrierPhase.PASSING;
import static dev.maintainer.core.BarrierPhase.REFUSED;
import static dev.maintainer.core.BarrierPhase.WRITING;

import dev.maintainer.api.state.TransitionTable;
import dev.maintainer.core.BarrierPhase;

/** The state machine of a block event. */
final class BarrierTransitions {
    private BarrierTransitions() {}

    /** What happens to an event. */
    enum Happening {
        /** The whole scope waits. */
        COMPLETE,
        /** The writer has executed it. */
        WRITTEN,
        /** It must not be executed, or the writer's sink does not do it. */
        REFUSED,
        /** Somebody wants it to be tried again. */
        RETRIED,
        /** Somebody wants to go on as if it had been executed. */
        SKIPPED,
        /** The writer is gone. */
        WRITER_LOST,
        /** Somebody in its scope is past it, so it was executed: under a former owner. */
        PROVEN,
        /** Nobody waits at it, or can. */
        FORGOTTEN
    }

    /** What follows from a transition. */
    enum Consequence {
        /** The trigger is told to execute it. */
        TELL_WRITER,
        /** The set of tables changes. */
        CHANGE_TABLES,
        /** Those that wait are told to go on. */
        TELL_WAITING
    }

    static final TransitionTable<BarrierPhase, Happening, Consequence> TABLE =
            TransitionTable.<BarrierPhase, Happening, Consequence>over(BarrierPhase.class, Happening.class)
                    .startingAt(COLLECTING)
                    .on(COLLECTING, Happening.COMPLETE, WRITING, Consequence.TELL_WRITER)
                    .on(COLLECTING, Happening.PROVEN, PASSING, Consequence.CHANGE_TABLES, Consequence.TELL_WAITING)
                    .on(COLLECTING, Happening.FORGOTTEN, DONE)
                    .ignore(COLLECTING, Happening.WRITTEN, Happening.WRITER_LOST)
                    .on(COLLECTING, Happening.REFUSED, REFUSED)
                    .ignore(COLLECTING, Happening.RETRIED, Happening.SKIPPED)
                    .on(WRITING, Happening.WRITTEN, PASSING, Consequence.CHANGE_TABLES, Consequence.TELL_WAITING)
                    // Its successor waits there again, and only then the scope is complete again.
                    .on(WRITING, Happening.WRITER_LOST, COLLECTING)
                    // The writer's word is on its way; until then it may still be writing.
                    .ignore(WRITING, Happening.COMPLETE, Happening.PROVEN, Happening.FORGOTTEN)
                    .ignore(WRITING, Happening.RETRIED, Happening.SKIPPED)
                    .on(WRITING, Happening.REFUSED, REFUSED)
                    .on(REFUSED, Happening.RETRIED, COLLECTING)
                    .on(REFUSED, Happening.SKIPPED, PASSING, Consequence.CHANGE_TABLES, Consequence.TELL_WAITING)
                    .on(REFUSED, Happening.PROVEN, PASSING, Consequence.CHANGE_TABLES, Consequence.TELL_WAITING)
                    // The next writer tries, too.
                    .on(REFUSED, Happening.WRITER_LOST, COLLECTING)
                    .ignore(REFUSED, Happening.COMPLETE, Happening.WRITTEN, Happening.REFUSED, Happening.FORGOTTEN)
                    .on(PASSING, Happening.FORGOTTEN, DONE)
                    .ignore(PASSING, Happening.COMPLETE, Happening.WRITTEN, Happening.WRITER_LOST, Happening.PROVEN)
                    .ignore(PASSING, Happening.REFUSED, Happening.RETRIED, Happening.SKIPPED)
                    .endingAt(DONE)
                    .build();
}
