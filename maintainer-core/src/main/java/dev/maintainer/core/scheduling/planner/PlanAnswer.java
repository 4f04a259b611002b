package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Violation;
import java.util.List;

/** The answer to a {@link PlanRequest}. Immutable. */
public sealed interface PlanAnswer {
    /** The round that is answered. */
    long round();

    /**
     * A plan that keeps all rules.
     *
     * @param plan without what was beyond the budget
     * @param cut how many decisions were cut from its end because they were beyond the budget; of the decisions that were
     *     read, as a plan is not read further than one beyond the budget
     * @param micros how long the planner took, in microseconds
     */
    record Planned(long round, Plan plan, int cut, long micros) implements PlanAnswer {}

    /**
     * No plan, or one that must not be used.
     *
     * @param code {@code SCHEDULER_FAILED}, {@code MISALIGNED_JARS}, {@code PLAN_REJECTED}, {@code PLAN_TIMED_OUT}, or
     *     what the planner's provider refused to make it with
     * @param message names the planner, the offending value, and what to do
     * @param violations all of them, if that is why; at most a hundred
     * @param micros how long the planner took, in microseconds
     */
    record Failed(long round, ErrorCode code, String message, List<Violation> violations, long micros)
            implements PlanAnswer {
        /** Copies the list. */
        public Failed {
            violations = List.copyOf(violations);
        }
    }

    /** The request builds on something that is not known here; the next one must be complete. Nobody's fault. */
    record Behind(long round) implements PlanAnswer {}
}
