package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Carries out what people have decided, a plan that was kept for them or a decision of their own, and says what came of it. */
final class ManualPlans {
    private static final Reason BY_HAND = new Reason("BY_HAND", "a person asked for it");
    private static final int MOST_TOLD = 10;

    /** Has a plan carried out as a round of its own. */
    interface Carrier {
        PlanAdmission.Result carryOut(String whom, Plan plan, long nowMillis);
    }

    private final PlanAdmission admission;
    private final PlanningLog log;
    private final Carrier carrier;

    ManualPlans(PlanAdmission admission, PlanningLog log, Carrier carrier) {
        this.admission = admission;
        this.log = log;
        this.carrier = carrier;
    }

    void apply(long number, long id, long nowMillis) {
        Optional<SchedulingView.Proposal> found = log.proposal(id);
        if (found.isEmpty()) {
            log.refused(number, "there is no plan " + id + "; it was applied, or newer ones have taken its place");
            return;
        }
        Plan plan = found.get().plan();
        if (isOutdated(number, "plan " + id, plan)) {
            return;
        }
        PlanAdmission.Result result = carrier.carryOut(found.get().scheduler(), plan, nowMillis);
        log.applied(id);
        log.done(
                number,
                "plan " + id + " applied: " + result.placed() + " placed, " + result.moved() + " moved, "
                        + result.refused() + " refused",
                null);
    }

    private boolean isOutdated(long number, String what, Plan plan) {
        List<String> differences = admission.differences(plan);
        if (!differences.isEmpty()) {
            log.refused(
                    number,
                    ErrorCode.PLAN_OUTDATED + ": " + what + " was not applied, " + differences.size() + " of its "
                            + plan.decisions().size() + " preconditions no longer hold: "
                            + String.join("; ", differences.subList(0, Math.min(MOST_TOLD, differences.size()))));
        }
        return !differences.isEmpty();
    }

    /** A person may do what a planner may: the same preconditions, the same admission. */
    void decide(long number, SchedulerCommand.Decide decide, long nowMillis) {
        Plan plan = Plan.of(decide.decisions(), BY_HAND);
        if (isOutdated(number, "the request", plan)) {
            return;
        }
        String what = plan.decisions().stream()
                .limit(MOST_TOLD)
                .map(Decision::describe)
                .collect(Collectors.joining("; "));
        if (decide.dryRun()) {
            log.done(number, "nothing was started; this could be: " + what, null);
            return;
        }
        PlanAdmission.Result result = carrier.carryOut("by hand", plan, nowMillis);
        if (result.refused() > 0) {
            String why = admission.refused().stream()
                    .limit(MOST_TOLD)
                    .map(each -> each.dispatcher() + " " + each.reason())
                    .collect(Collectors.joining("; "));
            log.refused(
                    number,
                    result.refused() + " of " + plan.decisions().size() + " decisions were refused: " + why
                            + "; see 'ctl operators' for what has begun");
            return;
        }
        log.done(number, "begun: " + what + "; see 'ctl operators'", null);
    }
}
