package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.scheduler.spi.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of a user about the planning of a changefeed. */
public sealed interface SchedulerCommand {
    /** Plan with another scheduler from the next round on; back to the present one if that round fails. */
    record Select(String scheduler) implements SchedulerCommand {}

    /** Compare the plans of another scheduler from now on; null ends that. */
    record Shadow(@Nullable String scheduler) implements SchedulerCommand {}

    /** Make a plan and keep it; null asks the present scheduler. */
    record Propose(@Nullable String scheduler) implements SchedulerCommand {}

    /** What a person can do to an operator that is in progress. */
    enum Intervention {
        /** Repeat its command now. Harmless. */
        RETRY,
        /** Turn it back: it ends when nothing of it can run any more. It can be begun again. */
        CANCEL,
        /** Wait no longer for the node that it waits for. Two dispatchers run if one runs there; cannot be undone. */
        RELEASE
    }

    /**
     * Do something to the operator of a dispatcher.
     *
     * @param dryRun say what would happen, and do nothing
     */
    record Intervene(DispatcherId dispatcher, Intervention intervention, boolean dryRun) implements SchedulerCommand {}

    /** Carry out exactly a plan that was proposed, or nothing of it if its preconditions have changed. */
    record Apply(long plan) implements SchedulerCommand {}

    /**
     * Carry out what a person has decided, or nothing of it if its preconditions do not hold.
     *
     * @param dryRun look whether they hold, and start nothing
     */
    record Decide(List<Decision> decisions, boolean dryRun) implements SchedulerCommand {
        /** Copies the list. */
        public Decide {
            decisions = List.copyOf(decisions);
        }
    }
}
