package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the faults of the planners of one node as their answers arrive: a scheduler is degraded after so many in a row
 * and not before, and healthy after a good round. Faults of plans that are only looked at are counted too.
 */
final class ConditionCheck {
    private record Owner(ChangefeedId pipeline, MaintainerEpoch epoch) {}

    private static final class Rounds {
        @Nullable
        PlanRequest awaited;

        int faults;
        long proposals;
        SchedulerCondition condition = SchedulerCondition.HEALTHY;
    }

    private final int faultsUntilDegraded;
    private final Map<Owner, Rounds> rounds = new HashMap<>();

    ConditionCheck(int faultsUntilDegraded) {
        this.faultsUntilDegraded = faultsUntilDegraded;
    }

    private Rounds of(ChangefeedId pipeline, MaintainerEpoch epoch) {
        return rounds.computeIfAbsent(new Owner(pipeline, epoch), owner -> new Rounds());
    }

    void asked(PlanRequest request) {
        of(request.changefeed(), request.epoch()).awaited = request;
    }

    /** Nobody waits any more: the planner has been too slow, unless the maintainer ends. */
    void dropped(ChangefeedId pipeline, MaintainerEpoch epoch) {
        Rounds of = of(pipeline, epoch);
        if (of.awaited != null) {
            of.awaited = null;
            of.faults++;
        }
    }

    /** An answer is about to reach the maintainer; the request, if it has waited for that. */
    @Nullable
    PlanRequest answered(ChangefeedId pipeline, MaintainerEpoch epoch, PlanAnswer answer) {
        Rounds of = of(pipeline, epoch);
        PlanRequest request = of.awaited;
        if (request == null || request.round() != answer.round()) {
            return null;
        }
        if (request.shadow() == null || !(answer instanceof PlanAnswer.Planned)) {
            of.awaited = null;
        }
        of.faults += answer instanceof PlanAnswer.Failed ? 1 : 0;
        return request;
    }

    /** The answer has reached the maintainer, which looks like this now. */
    void taken(PlanRequest request, PlanAnswer answer, MaintainerView view) {
        SchedulingView now = view.scheduling();
        Rounds of = of(view.changefeed(), view.epoch());
        long proposals = now.proposals().stream()
                .mapToLong(SchedulingView.Proposal::id)
                .max()
                .orElse(0);
        boolean lookedAt = proposals != of.proposals;
        of.proposals = proposals;
        boolean carriedOut = answer instanceof PlanAnswer.Planned
                && now.scheduler().equals(request.scheduler())
                && now.trial() == null
                && !lookedAt;
        if (carriedOut && answer instanceof PlanAnswer.Planned planned && neglects(planned, view)) {
            // A fault after a while, which the maintainer counts from when it began.
            of.faults++;
        } else if (carriedOut) {
            of.faults = 0;
            if (now.condition() != SchedulerCondition.HEALTHY || now.faults() != 0) {
                throw new Violation(
                        Invariant.DEGRADED_IN_TURN,
                        view.changefeed() + " under epoch " + view.epoch() + " has had a good round, " + request.round()
                                + ", and is " + now.condition() + " after " + now.faults() + " faults");
            }
        }
    }

    /** An empty plan is no good round while something waits to be placed. */
    private static boolean neglects(PlanAnswer.Planned planned, MaintainerView view) {
        return planned.plan().decisions().isEmpty() && view.absent() > 0;
    }

    /** The maintainer says how its scheduler does. */
    void changed(ChangefeedId pipeline, MaintainerEpoch epoch, SchedulerCondition condition) {
        Rounds of = of(pipeline, epoch);
        boolean begins = condition == SchedulerCondition.DEGRADED && of.condition != condition;
        of.condition = condition;
        if (begins && of.faults < faultsUntilDegraded) {
            throw new Violation(
                    Invariant.DEGRADED_IN_TURN,
                    "the scheduler of " + pipeline + " under epoch " + epoch + " is degraded after " + of.faults
                            + " faults in a row, not " + faultsUntilDegraded);
        }
    }
}
