package dev.maintainer.core.planning;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the scheduler when something has changed, checks the whole plan, and admits its decisions. A plan is asked for
 * at most once per input; a refused decision is told to the planner with the next snapshot and never tried again in the
 * same round. A scheduler that fails starts nothing and undoes nothing, and is asked again after a pause.
 */
public final class SchedulerHost {
    /** Hears what becomes of plans. */
    public interface Outcome {
        /** The scheduler has failed in this way or, with null, does not (any more). */
        void health(ErrorCode code, @Nullable String message);

        /** A plan with decisions was carried out as far as it was admitted. */
        void planned(long round, int admitted, int refused, String reason);
    }

    private static final long FAILURE_PAUSE_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 500;
    private static final int SHOWN_VIOLATIONS = 3;
    /** A plan costs the number of nodes, so a thousand operators that end one by one must not ask for a thousand. */
    private static final int FINISHED_SHARE = 16;

    private final Scheduler scheduler;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final Members members;
    private final MaintainerConfig config;
    private final Outcome outcome;
    private final long seed;

    private long round;
    private boolean wanted = true;
    private int finished;
    private long lastPlanAt = Long.MIN_VALUE / 2;
    private long pausedUntil = Long.MIN_VALUE;
    private List<RefusedDecision> refused = List.of();

    /** Hosts a scheduler. */
    public SchedulerHost(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            Scheduler scheduler,
            SpanRegistry registry,
            OperatorController operators,
            Members members,
            MaintainerConfig config,
            Outcome outcome) {
        this.scheduler = scheduler;
        this.registry = registry;
        this.operators = operators;
        this.members = members;
        this.config = config;
        this.outcome = outcome;
        this.seed = changefeed.name().hashCode() * 0x9E3779B97F4A7C15L + epoch.value();
    }

    /** Something has changed: plan at the end of this input. */
    public void wantPlan() {
        wanted = true;
    }

    /** An operator has ended: its slot is free. Plans when enough slots are, or all, or at the next tick. */
    public void operatorFinished() {
        finished++;
    }

    /**
     * Plans, if there is a reason to.
     *
     * @param tick whether the present input is a tick
     */
    public void planIfWanted(boolean tick, long nowMillis) {
        long sinceLast = nowMillis - lastPlanAt;
        boolean slotsFree = finished > 0 && (tick || (long) finished * FINISHED_SHARE >= operators.size());
        boolean due = wanted
                || slotsFree
                || sinceLast >= config.balanceMillis()
                || (registry.absentCount() > 0 && sinceLast >= RETRY_MILLIS);
        if (!due || nowMillis < pausedUntil) {
            return;
        }
        wanted = false;
        finished = 0;
        lastPlanAt = nowMillis;
        round++;
        Budget budget = new Budget(config.maxDecisionsPerPlan(), config.maxMovesPerPlan(), config.maxInFlightPerNode());
        RegistrySnapshot snapshot =
                new RegistrySnapshot(round, seed * 31 + round, registry, operators, members, refused);
        Plan plan = plan(snapshot, budget, nowMillis);
        if (plan == null) {
            return;
        }
        List<Violation> violations = PlanCheck.check(snapshot, budget, plan);
        if (!violations.isEmpty()) {
            fail(
                    ErrorCode.PLAN_REJECTED,
                    violations.size() + " violations, the first: "
                            + violations.subList(0, Math.min(SHOWN_VIOLATIONS, violations.size())),
                    nowMillis);
            return;
        }
        outcome.health(ErrorCode.SCHEDULER_FAILED, null);
        outcome.health(ErrorCode.PLAN_REJECTED, null);
        admit(plan, nowMillis);
    }

    private @Nullable Plan plan(RegistrySnapshot snapshot, Budget budget, long nowMillis) {
        try {
            @Nullable Plan plan = scheduler.plan(snapshot, budget);
            if (plan == null) {
                fail(ErrorCode.SCHEDULER_FAILED, "returned null instead of a plan", nowMillis);
            }
            return plan;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failure) {
            fail(ErrorCode.SCHEDULER_FAILED, scheduler.getClass().getName() + " threw " + failure, nowMillis);
            return null;
        }
    }

    private void fail(ErrorCode code, String message, long nowMillis) {
        pausedUntil = nowMillis + FAILURE_PAUSE_MILLIS;
        wanted = true;
        outcome.health(code, message);
    }

    private void admit(Plan plan, long nowMillis) {
        List<RefusedDecision> refusedNow = new ArrayList<>();
        int admitted = 0;
        for (Decision decision : plan.decisions()) {
            Admission admission = admit(decision, nowMillis);
            if (admission instanceof Admission.Refused refusal) {
                refusedNow.add(new RefusedDecision(decision.dispatcher(), refusal.reason()));
                if (refusal.reason() == RefusalReason.QUIESCING || refusal.reason() == RefusalReason.CLOSED) {
                    break;
                }
            } else {
                admitted++;
            }
        }
        refused = refusedNow;
        if (!plan.decisions().isEmpty()) {
            outcome.planned(
                    round,
                    admitted,
                    refusedNow.size(),
                    plan.reason().code() + ": " + plan.reason().text());
        }
    }

    private Admission admit(Decision decision, long nowMillis) {
        if (decision instanceof Decision.Place place) {
            return operators.add(place.dispatcher(), place.target(), nowMillis);
        }
        if (decision instanceof Decision.Move move) {
            return operators.move(move.dispatcher(), move.origin(), move.target(), nowMillis);
        }
        throw new IllegalStateException("unknown decision " + decision);
    }

    /** How many plans were asked for. */
    public long rounds() {
        return round;
    }
}
