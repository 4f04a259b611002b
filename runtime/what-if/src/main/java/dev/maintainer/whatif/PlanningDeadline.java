package dev.maintainer.whatif;

import dev.maintainer.core.scheduling.planner.PlanAnswer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Ends the wait for a planner that does not answer. A planner may be a plug-in that hangs, and leaving it alone takes a
 * thread of its own, which this module does not make.
 */
@FunctionalInterface
public interface PlanningDeadline {
    /** Waits for as long as it takes, on the thread of the caller. For planners that are known to answer. */
    PlanningDeadline NONE = (what, limit, planning) -> planning.get();

    /**
     * Returns what the planning returns, or throws what it throws.
     *
     * @param what the call, such as "plan() of 'balance'"
     * @param limit how long it may take; positive
     * @throws TimeoutException if it takes longer; the message names the call and is shown to people
     */
    PlanAnswer await(String what, Duration limit, Supplier<PlanAnswer> planning) throws TimeoutException;
}
