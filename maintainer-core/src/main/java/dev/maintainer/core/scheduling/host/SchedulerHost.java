package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has plans made when something has changed, and has them carried out. Planners run elsewhere: a request goes out
 * through the {@link PlanningPort}, and its answer is an input like any other. One request is outstanding at most, with a
 * deadline. A round that fails starts nothing and undoes nothing; after a few in a row the built-in placement takes over
 * the absent spans, visibly, until the scheduler has a good round again or people choose another.
 *
 * <p>On the maintainer's thread. Deterministic: what planners do comes in from outside.
 */
public final class SchedulerHost {
    /** Hears what becomes of plans. */
    public interface Outcome {
        /** The scheduler has failed in this way or, with null, does not (any more). */
        void health(ErrorCode code, @Nullable String message);

        /** A plan with decisions was carried out as far as it was admitted. */
        void planned(long round, int admitted, int refused, String reason);

        /** The scheduler, its condition or its shadow has changed. */
        void schedulerChanged(String scheduler, SchedulerCondition condition, String why);

        /** A shadow was compared. */
        void shadowCompared(ShadowAnswer answer);
    }

    private static final long RETRY_MILLIS = 500;
    private static final String DRAIN = "drain";

    private final PlanDemand demand;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final PlanningConfig config;
    private final Outcome outcome;
    private final Drain drain;
    private final DrainFallback drainFallback;
    private final Neglect neglect;
    private final PlanAdmission admission;
    private final PlanRounds rounds;
    private final PlanningLog log = new PlanningLog();
    private final SchedulerHealth health;
    private final SchedulerSelection selection;
    private final Shadowing shadow = new Shadowing(log, this::tell);
    private final ManualPlans byHand;
    private final Interventions interventions;
    private long stoodInUnder;
    private long lastPlanAt = Long.MIN_VALUE / 2;

    /**
     * Hosts a scheduler.
     *
     * @param choice with which scheduler to begin
     * @param demand says when a plan is wanted
     */
    public SchedulerHost(
            SchedulingContext context, SchedulerChoice choice, PlanningPort port, PlanDemand demand, Outcome outcome) {
        ClusterState cluster = context.cluster();
        this.demand = demand;
        this.registry = context.registry();
        this.operators = context.operators();
        this.config = context.config();
        this.outcome = outcome;
        this.drain = cluster.drain();
        this.drainFallback = new DrainFallback(context);
        this.neglect = new Neglect(context);
        this.admission = new PlanAdmission(context, drainFallback);
        this.rounds = new PlanRounds(context, port, admission, drainFallback);
        this.health = new SchedulerHealth(config, log, outcome);
        this.selection = new SchedulerSelection(choice, log);
        this.interventions = new Interventions(operators, log);
        this.byHand = new ManualPlans(
                admission,
                log,
                (whom, plan, nowMillis) -> carryOut(whom, unasked(rounds.next(), plan), true, nowMillis));
    }

    // ---- asking ------------------------------------------------------------------------------------------------

    /**
     * Asks for a plan, if there is a reason to and none is awaited.
     *
     * @param tick whether the present input is a tick
     */
    public void planIfWanted(boolean tick, long nowMillis) {
        AwaitedPlan overdue = rounds.expire(nowMillis);
        if (overdue != null) {
            timedOut(overdue, nowMillis);
        }
        if (tick) {
            NodeId drained = drain.node();
            drain.observe(drained == null ? 0 : registry.boundCount(drained), nowMillis);
            drainFallback.standIn(config.maxMoves(), nowMillis).ifPresent(plan -> standIn(plan, nowMillis));
        }
        if (rounds.awaited() != null) {
            return;
        }
        SchedulerSelection.Wish proposal = selection.proposal();
        if (proposal != null) {
            rounds.ask(PlanPurpose.PROPOSE, proposal.scheduler(), null, 0, nowMillis);
        } else if (isDue(tick, nowMillis)) {
            askForWork(nowMillis);
        }
    }

    /** The drain goes on tick by tick; one line says that the core has taken it over. */
    private void standIn(Plan plan, long nowMillis) {
        PlanAnswer.Planned planned = unasked(rounds.next(), plan);
        PlanAdmission.Result result = carryOut(DRAIN, planned, false, nowMillis);
        long drainEpoch = drain.target().epoch();
        if (drainEpoch != stoodInUnder) {
            stoodInUnder = drainEpoch;
            announce(planned, result);
        }
    }

    private boolean isDue(boolean tick, long nowMillis) {
        if (selection.trial() != null) {
            return true;
        }
        if (health.isPaused(nowMillis)) {
            return false;
        }
        long sinceLast = nowMillis - lastPlanAt;
        return demand.isDue(tick, operators.size())
                || sinceLast >= config.balanceMillis()
                || (registry.absentCount() > 0 && sinceLast >= RETRY_MILLIS)
                || health.isProbeDue(nowMillis);
    }

    private void askForWork(long nowMillis) {
        demand.met();
        lastPlanAt = nowMillis;
        SchedulerSelection.Wish trial = selection.trial();
        String current = selection.current();
        if (trial != null) {
            String tried = trial.scheduler();
            rounds.ask(PlanPurpose.TRY, tried, shadow.beside(tried), trial.request(), nowMillis);
        } else if (!health.isDegraded()) {
            rounds.ask(PlanPurpose.CARRY_OUT, current, shadow.beside(current), 0, nowMillis);
        } else if (health.isProbeDue(nowMillis)) {
            rounds.ask(PlanPurpose.PROBE, current, null, 0, nowMillis);
        } else if (registry.absentCount() > 0) {
            rounds.ask(PlanPurpose.STAND_IN, null, null, 0, nowMillis);
        }
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /** An answer has come. Returns false if nobody waits for it (any more). */
    public boolean answered(PlanAnswer answer, long nowMillis) {
        AwaitedPlan awaited = rounds.take(answer.round(), answer instanceof PlanAnswer.Planned, nowMillis);
        if (awaited == null) {
            log.late();
            return false;
        }
        if (answer instanceof PlanAnswer.Planned planned) {
            planned(awaited, planned, nowMillis);
        } else if (answer instanceof PlanAnswer.Failed failed) {
            failed(awaited, failed, nowMillis);
        } else if (answer instanceof PlanAnswer.Behind) {
            rounds.restart();
            demand.want();
        } else {
            throw new IllegalStateException("unknown answer " + answer);
        }
        return true;
    }

    private void planned(AwaitedPlan awaited, PlanAnswer.Planned planned, long nowMillis) {
        switch (awaited.purpose()) {
            case PROPOSE -> selection.proposed(awaited, planned, nowMillis);
            case TRY -> {
                if (selection.adopt(awaited)) {
                    health.recovered(
                            selection.current(),
                            SchedulerCondition.Event.REPLACED,
                            "selected, and its first round was good");
                    carryOut(awaited, planned, nowMillis);
                }
            }
            case CARRY_OUT, PROBE -> plannedByCurrent(awaited, planned, nowMillis);
            case STAND_IN -> carryOut(awaited, planned, nowMillis);
            case SHADOW -> throw new IllegalStateException("a shadow's plan is not carried out");
        }
    }

    private void plannedByCurrent(AwaitedPlan awaited, PlanAnswer.Planned planned, long nowMillis) {
        boolean neglects = neglect.note(planned.plan().decisions().isEmpty(), nowMillis);
        if (neglects && neglect.isFault(nowMillis)) {
            failed(
                    awaited,
                    new PlanAnswer.Failed(
                            awaited.round(), ErrorCode.PLAN_REJECTED, neglect.text(), List.of(), planned.micros()),
                    nowMillis);
            return;
        }
        if (health.condition() != SchedulerCondition.HEALTHY && !neglects) {
            health.recovered(
                    selection.current(),
                    SchedulerCondition.Event.PLANNED,
                    "its round " + awaited.round() + " was good");
        }
        carryOut(awaited, planned, nowMillis);
    }

    private void carryOut(AwaitedPlan awaited, PlanAnswer.Planned planned, long nowMillis) {
        PlanAdmission.Result result = carryOut(awaited.planner(), planned, false, nowMillis);
        if (!planned.plan().decisions().isEmpty()) {
            announce(planned, result);
        }
    }

    /** @param byHand whether a person wants it */
    private PlanAdmission.Result carryOut(String whom, PlanAnswer.Planned planned, boolean byHand, long nowMillis) {
        PlanAdmission.Result result = admission.admit(planned.round(), whom, planned.plan(), byHand, nowMillis);
        log.carriedOut(planned.round(), whom, planned, result, nowMillis);
        return result;
    }

    /** A plan that no planner was asked for. */
    private static PlanAnswer.Planned unasked(long round, Plan plan) {
        return new PlanAnswer.Planned(round, plan, 0, 0);
    }

    private void announce(PlanAnswer.Planned planned, PlanAdmission.Result result) {
        Reason reason = planned.plan().reason();
        outcome.planned(
                planned.round(),
                result.placed() + result.moved(),
                result.refused(),
                reason.code() + ": " + reason.text());
    }

    // ---- faults ------------------------------------------------------------------------------------------------

    private void timedOut(AwaitedPlan overdue, long nowMillis) {
        String deadline = "within the deadline of " + config.deadlineMillis() + " ms";
        if (overdue.purpose() == PlanPurpose.SHADOW) {
            shadow.dismiss("no plan " + deadline);
            return;
        }
        String message = "no plan of '" + overdue.planner() + "' " + deadline + "; what it answers later is dropped";
        failed(
                overdue,
                new PlanAnswer.Failed(overdue.round(), ErrorCode.PLAN_TIMED_OUT, message, List.of(), 0),
                nowMillis);
    }

    private void failed(AwaitedPlan awaited, PlanAnswer.Failed failed, long nowMillis) {
        log.failed(awaited.round(), awaited.planner(), failed, nowMillis);
        switch (awaited.purpose()) {
            case PROPOSE -> selection.proposalFailed(failed);
            case TRY -> {
                demand.want();
                if (selection.reject(awaited, failed)) {
                    tell("goes on: '" + awaited.planner() + "' failed its first round");
                }
            }
            case CARRY_OUT -> {
                demand.want();
                health.fault(selection.current(), failed, nowMillis);
            }
            case PROBE -> {
                demand.want();
                health.probeFailed(selection.current(), failed, nowMillis);
            }
            case STAND_IN -> {
                // It has no fault to make, but whoever runs it may be late or out of order.
                demand.want();
                health.pause(nowMillis);
            }
            case SHADOW -> throw new IllegalStateException("a shadow's fault is not its scheduler's: " + failed);
        }
    }

    // ---- shadow ------------------------------------------------------------------------------------------------

    /** A shadow's answer has come; null if it had none to give. Returns false if nobody waits for it (any more). */
    public boolean shadowAnswered(long ofRound, @Nullable ShadowAnswer answer) {
        if (!rounds.takeShadow(ofRound)) {
            log.late();
            return false;
        }
        if (shadow.answered(answer) && answer != null) {
            outcome.shadowCompared(answer);
        }
        return true;
    }

    private void tell(String what) {
        outcome.schedulerChanged(selection.current(), health.condition(), what);
    }

    // ---- people ------------------------------------------------------------------------------------------------

    /** Somebody wants something. What comes of it is in the view, under the number of the request. */
    public void command(long number, SchedulerCommand command, long nowMillis) {
        log.requested(number, command);
        if (command instanceof SchedulerCommand.Select select) {
            selection.select(number, select.scheduler());
        } else if (command instanceof SchedulerCommand.Shadow wish) {
            log.done(number, shadow.choose(wish.scheduler()), null);
        } else if (command instanceof SchedulerCommand.Propose propose) {
            selection.propose(number, propose.scheduler());
        } else if (command instanceof SchedulerCommand.Apply apply) {
            byHand.apply(number, apply.plan(), nowMillis);
        } else if (command instanceof SchedulerCommand.Decide decide) {
            byHand.decide(number, decide, nowMillis);
        } else if (command instanceof SchedulerCommand.Intervene intervene) {
            interventions.intervene(number, intervene, nowMillis);
        } else {
            throw new IllegalStateException("unknown command " + command);
        }
    }

    /** The maintainer plans no more: nobody waits for an answer. */
    public void close() {
        rounds.close();
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /** How many plans were asked for. */
    public long rounds() {
        return rounds.last();
    }

    /** The name of the scheduler whose plans are carried out. */
    public String scheduler() {
        return selection.current();
    }

    /** The scheduler that people have chosen; empty if nobody has. Handed on to the next owner. */
    public String chosen() {
        return selection.chosen();
    }

    /** The last decision about a dispatcher, if it is still remembered. */
    public Optional<DecisionRecord> lastDecision(DispatcherId dispatcher) {
        return admission.lastDecision(dispatcher);
    }

    /** What of a decision no longer holds, for people; empty if it could be admitted now. */
    public List<String> differences(Decision decision) {
        return admission.differences(Plan.of(List.of(decision), decision.reason()));
    }

    /** The present state, for people. */
    public SchedulingView view() {
        AwaitedPlan awaited = rounds.awaited();
        SchedulerSelection.Wish trial = selection.trial();
        return log.view(
                selection.current(),
                trial == null ? null : trial.scheduler(),
                shadow.name(),
                health.condition(),
                health.faults(),
                awaited == null ? null : awaited.round(),
                rounds.last());
    }
}
