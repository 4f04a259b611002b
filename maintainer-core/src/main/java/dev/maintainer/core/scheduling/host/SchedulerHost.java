package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
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
    /** Reading a changed span takes a planner's side less than this. */
    private static final int CHANGES_PER_MILLI = 100;

    /** What a request is for. */
    private enum Purpose {
        /** The scheduler's plan is carried out. */
        CARRY_OUT,
        /** The first plan of a scheduler that was selected is carried out. */
        TRY,
        /** The scheduler has failed too often, and is tried again. */
        PROBE,
        /** The built-in placement stands in for it. */
        STAND_IN,
        /** The plan is kept for people to look at. */
        PROPOSE,
        /** The plan was answered; its shadow's is awaited. */
        SHADOW
    }

    private record Pending(
            long round,
            Purpose purpose,
            long version,
            @Nullable String scheduler,
            @Nullable String shadow,
            long wish,
            long deadlineAt) {}

    private record Wish(long number, String scheduler) {}

    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final PlanningPort port;
    private final PlanDemand demand;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final PlanningConfig config;
    private final Outcome outcome;
    private final Drain drain;
    private final Eligibility eligibility;
    private final DrainFallback drainFallback;
    private final SnapshotFeed feed;
    private final Neglect neglect;
    private final PlanAdmission admission;
    private final PlanningLog log = new PlanningLog();
    private final ManualPlans byHand;
    private final Interventions interventions;
    private final Shadowing shadow = new Shadowing(log, this::tell);
    private final long seed;

    private String scheduler;
    private String chosen;
    private static final String DRAIN = "drain";

    private @Nullable Wish trial;
    private @Nullable Wish proposal;
    private SchedulerCondition condition = SchedulerCondition.HEALTHY;
    private int faults;
    private long probeAt;
    private long probePause;
    private @Nullable Pending pending;

    private long stoodInUnder;
    private long round;
    private long lastPlanAt = Long.MIN_VALUE / 2;
    private long pausedUntil = Long.MIN_VALUE;

    /**
     * Hosts a scheduler.
     *
     * @param choice with which scheduler to begin
     * @param demand says when a plan is wanted
     */
    public SchedulerHost(
            SchedulingContext context, SchedulerChoice choice, PlanningPort port, PlanDemand demand, Outcome outcome) {
        ClusterState cluster = context.cluster();
        this.changefeed = context.changefeed();
        this.epoch = context.epoch();
        this.scheduler = choice.scheduler();
        this.chosen = choice.chosen();
        this.port = port;
        this.demand = demand;
        this.registry = context.registry();
        this.operators = context.operators();
        this.config = context.config();
        this.outcome = outcome;
        this.drain = cluster.drain();
        this.eligibility = cluster.eligibility();
        Members members = cluster.members();
        this.interventions = new Interventions(operators, log);
        this.feed = new SnapshotFeed(registry, operators, members, eligibility, config);
        this.drainFallback = new DrainFallback(
                registry,
                operators,
                members,
                eligibility,
                drain,
                cluster.self(),
                config.drainPatienceMillis(),
                config.maxInFlightPerNode());
        this.neglect = new Neglect(
                registry, operators, members, eligibility, config.drainPatienceMillis(), config.maxInFlightPerNode());
        this.admission = new PlanAdmission(
                registry, operators, eligibility, drain, drainFallback, context.ids(), config.maxInFlightPerNode());
        this.byHand = new ManualPlans(admission, log, (whom, plan, nowMillis) -> carryOut(whom, plan, true, nowMillis));
        this.probePause = config.probeMillis();
        this.seed = changefeed.toString().hashCode() * 0x9E3779B97F4A7C15L + epoch.value();
    }

    // ---- asking ------------------------------------------------------------------------------------------------

    /**
     * Asks for a plan, if there is a reason to and none is awaited.
     *
     * @param tick whether the present input is a tick
     */
    public void planIfWanted(boolean tick, long nowMillis) {
        Pending awaited = pending;
        if (awaited != null && nowMillis >= awaited.deadlineAt()) {
            timeOut(awaited, nowMillis);
        }
        if (tick) {
            NodeId drained = drain.node();
            drain.observe(drained == null ? 0 : registry.boundCount(drained), nowMillis);
            drainFallback.standIn(config.maxMoves(), nowMillis).ifPresent(plan -> standIn(plan, nowMillis));
        }
        if (pending != null) {
            return;
        }
        if (proposal != null) {
            ask(Purpose.PROPOSE, proposal.scheduler(), nowMillis);
        } else if (isDue(tick, nowMillis)) {
            askForWork(nowMillis);
        }
    }

    /** The drain goes on tick by tick; one line says that the core has taken it over. */
    private void standIn(Plan plan, long nowMillis) {
        PlanAdmission.Result result = carryOut(DRAIN, plan, false, nowMillis);
        long epoch = drain.target().epoch();
        if (epoch != stoodInUnder) {
            stoodInUnder = epoch;
            outcome.planned(
                    round,
                    result.placed() + result.moved(),
                    result.refused(),
                    plan.reason().code() + ": " + plan.reason().text());
        }
    }

    private boolean isDue(boolean tick, long nowMillis) {
        if (trial != null) {
            return true;
        }
        if (nowMillis < pausedUntil) {
            return false;
        }
        long sinceLast = nowMillis - lastPlanAt;
        return demand.isDue(tick, operators.size())
                || sinceLast >= config.balanceMillis()
                || (registry.absentCount() > 0 && sinceLast >= RETRY_MILLIS)
                || (condition == SchedulerCondition.DEGRADED && nowMillis >= probeAt);
    }

    private void askForWork(long nowMillis) {
        demand.met();
        lastPlanAt = nowMillis;
        if (trial != null) {
            ask(Purpose.TRY, trial.scheduler(), nowMillis);
        } else if (condition != SchedulerCondition.DEGRADED) {
            ask(Purpose.CARRY_OUT, scheduler, nowMillis);
        } else if (nowMillis >= probeAt) {
            ask(Purpose.PROBE, scheduler, nowMillis);
        } else if (registry.absentCount() > 0) {
            ask(Purpose.STAND_IN, null, nowMillis);
        }
    }

    private void ask(Purpose purpose, @Nullable String whom, long nowMillis) {
        round++;
        boolean compared = purpose == Purpose.CARRY_OUT || purpose == Purpose.TRY;
        String beside = compared ? shadow.beside(whom) : null;
        long wish = purpose == Purpose.TRY && trial != null ? trial.number() : 0;
        Budget budget = new Budget(
                config.maxDecisions(), drainFallback.freeMoves(config.maxMoves()), config.maxInFlightPerNode());
        SnapshotDelta delta =
                feed.next(round, seed * 31 + round, eligibility.isRebalanceSuspended(nowMillis), admission.refused());
        pending = new Pending(round, purpose, delta.version(), whom, beside, wish, deadline(delta, nowMillis));
        port.ask(new PlanRequest(changefeed, epoch, whom, beside, delta, budget));
    }

    private long deadline(SnapshotDelta delta, long nowMillis) {
        return nowMillis
                + config.deadlineMillis()
                + (delta.changed().size() + delta.removed().size()) / CHANGES_PER_MILLI;
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /** An answer has come. Returns false if nobody waits for it (any more). */
    public boolean answered(PlanAnswer answer, long nowMillis) {
        Pending awaited = pending;
        if (awaited == null || awaited.round() != answer.round() || awaited.purpose() == Purpose.SHADOW) {
            log.late();
            return false;
        }
        pending = null;
        if (answer instanceof PlanAnswer.Planned planned) {
            if (awaited.shadow() != null) {
                long deadlineAt = nowMillis + config.deadlineMillis();
                pending = new Pending(
                        awaited.round(), Purpose.SHADOW, awaited.version(), awaited.shadow(), null, 0, deadlineAt);
            }
            planned(awaited, planned, nowMillis);
        } else if (answer instanceof PlanAnswer.Failed failed) {
            failed(awaited, failed, nowMillis);
        } else if (answer instanceof PlanAnswer.Behind) {
            feed.restart();
            demand.want();
        } else {
            throw new IllegalStateException("unknown answer " + answer);
        }
        return true;
    }

    private void planned(Pending awaited, PlanAnswer.Planned planned, long nowMillis) {
        switch (awaited.purpose()) {
            case PROPOSE -> {
                Wish wish = proposal;
                proposal = null;
                if (wish != null) {
                    log.proposed(wish.number(), awaited.version(), wish.scheduler(), planned, nowMillis);
                }
                return;
            }
            case TRY -> {
                Wish wish = trial;
                if (wish == null || wish.number() != awaited.wish()) {
                    // Somebody has chosen again meanwhile: this plan is nobody's any more.
                    return;
                }
                trial = null;
                log.done(wish.number(), "'" + wish.scheduler() + "' plans instead of '" + scheduler + "'", null);
                scheduler = wish.scheduler();
                chosen = scheduler;
                log.shadowChanged();
                recover(SchedulerCondition.Event.REPLACED, "selected, and its first round was good");
            }
            case CARRY_OUT, PROBE -> {
                boolean neglects = neglect.note(planned.plan().decisions().isEmpty(), nowMillis);
                if (neglects && neglect.isFault(nowMillis)) {
                    failed(awaited, neglected(awaited, planned), nowMillis);
                    return;
                }
                if (condition != SchedulerCondition.HEALTHY && !neglects) {
                    recover(SchedulerCondition.Event.PLANNED, "its round " + awaited.round() + " was good");
                }
            }
            case STAND_IN -> {}
            case SHADOW -> throw new IllegalStateException("a shadow's plan is not carried out");
        }
        carryOut(awaited, planned, nowMillis);
    }

    private PlanAnswer.Failed neglected(Pending awaited, PlanAnswer.Planned planned) {
        return new PlanAnswer.Failed(
                awaited.round(), ErrorCode.PLAN_REJECTED, neglect.text(), List.of(), planned.micros());
    }

    private void carryOut(Pending awaited, PlanAnswer.Planned planned, long nowMillis) {
        Plan plan = planned.plan();
        String whom = nameOf(awaited);
        PlanAdmission.Result result = admission.admit(awaited.round(), whom, plan, false, nowMillis);
        log.carriedOut(awaited.round(), whom, planned, result, nowMillis);
        if (!plan.decisions().isEmpty()) {
            outcome.planned(
                    awaited.round(),
                    result.placed() + result.moved(),
                    result.refused(),
                    plan.reason().code() + ": " + plan.reason().text());
        }
    }

    private void recover(SchedulerCondition.Event event, String why) {
        condition = condition.on(event);
        faults = 0;
        pausedUntil = Long.MIN_VALUE;
        probePause = config.probeMillis();
        log.recovered();
        clearHealth();
        outcome.schedulerChanged(scheduler, condition, why);
    }

    private void clearHealth() {
        outcome.health(ErrorCode.SCHEDULER_FAILED, null);
        outcome.health(ErrorCode.PLAN_REJECTED, null);
        outcome.health(ErrorCode.PLAN_TIMED_OUT, null);
        outcome.health(ErrorCode.MISALIGNED_JARS, null);
        outcome.health(ErrorCode.SCHEDULER_DEGRADED, null);
    }

    // ---- faults ------------------------------------------------------------------------------------------------

    private void timeOut(Pending awaited, long nowMillis) {
        pending = null;
        port.drop(changefeed, epoch);
        feed.restart();
        String message = "no plan of '" + nameOf(awaited) + "' within the deadline of " + config.deadlineMillis()
                + " ms; what it answers later is dropped";
        if (awaited.purpose() == Purpose.SHADOW) {
            shadow.dismiss("no plan within the deadline of " + config.deadlineMillis() + " ms");
            return;
        }
        failed(
                awaited,
                new PlanAnswer.Failed(awaited.round(), ErrorCode.PLAN_TIMED_OUT, message, List.of(), 0),
                nowMillis);
    }

    private void failed(Pending awaited, PlanAnswer.Failed failed, long nowMillis) {
        String whom = nameOf(awaited);
        log.failed(awaited.round(), whom, failed, nowMillis);
        switch (awaited.purpose()) {
            case PROPOSE -> {
                Wish wish = proposal;
                proposal = null;
                if (wish != null) {
                    log.refused(wish.number(), failed.code() + ": " + failed.message());
                }
            }
            case TRY -> {
                Wish wish = trial;
                demand.want();
                if (wish != null && wish.number() == awaited.wish()) {
                    trial = null;
                    log.refused(
                            wish.number(),
                            "its first round failed, '" + scheduler + "' goes on; " + failed.code() + ": "
                                    + failed.message());
                    outcome.schedulerChanged(
                            scheduler, condition, "goes on: '" + wish.scheduler() + "' failed its first round");
                }
            }
            case CARRY_OUT -> fault(failed, nowMillis);
            case PROBE -> {
                condition = condition.on(SchedulerCondition.Event.FAULT);
                faults++;
                probePause = Math.min(probePause * 2, config.maxPauseMillis());
                probeAt = nowMillis + probePause;
                demand.want();
                reportDegraded(failed);
            }
            case STAND_IN -> {
                // It has no fault to make, but whoever runs it may be late or out of order.
                pausedUntil = nowMillis + config.pauseMillis();
                demand.want();
            }
            case SHADOW -> throw new IllegalStateException("a shadow's fault is not its scheduler's: " + failed);
        }
    }

    private void fault(PlanAnswer.Failed failed, long nowMillis) {
        faults++;
        demand.want();
        if (faults < config.faultsUntilDegraded()) {
            long pause = config.pauseMillis() << Math.min(faults - 1, 20);
            pausedUntil = nowMillis + Math.min(pause, config.maxPauseMillis());
            condition = condition.on(SchedulerCondition.Event.FAULT);
            clearHealth();
            outcome.health(failed.code(), failed.message());
            outcome.schedulerChanged(scheduler, condition, failed.code() + ": " + failed.message());
            return;
        }
        condition = condition.on(SchedulerCondition.Event.ONE_TOO_MANY);
        pausedUntil = Long.MIN_VALUE;
        probeAt = nowMillis + probePause;
        log.degraded();
        reportDegraded(failed);
    }

    private void reportDegraded(PlanAnswer.Failed failed) {
        String why = "'" + scheduler + "' has failed " + faults + " times in a row, the last time with " + failed.code()
                + ": " + failed.message() + "; absent spans are placed by the built-in placement, nothing is moved, and"
                + " it is tried again now and then; or select another scheduler";
        clearHealth();
        outcome.health(ErrorCode.SCHEDULER_DEGRADED, why);
        outcome.schedulerChanged(scheduler, condition, why);
    }

    /** Empty for the built-in placement. */
    private static String nameOf(Pending awaited) {
        return awaited.scheduler() == null ? "" : awaited.scheduler();
    }

    // ---- shadow ------------------------------------------------------------------------------------------------

    /** A shadow's answer has come; null if it had none to give. Returns false if nobody waits for it (any more). */
    public boolean shadowAnswered(long ofRound, @Nullable ShadowAnswer answer) {
        Pending awaited = pending;
        if (awaited == null || awaited.purpose() != Purpose.SHADOW || awaited.round() != ofRound) {
            log.late();
            return false;
        }
        pending = null;
        if (shadow.answered(answer) && answer != null) {
            outcome.shadowCompared(answer);
        }
        return true;
    }

    private void tell(String what) {
        outcome.schedulerChanged(scheduler, condition, what);
    }

    // ---- people ------------------------------------------------------------------------------------------------

    /** Somebody wants something. What comes of it is in the view, under the number of the request. */
    public void command(long number, SchedulerCommand command, long nowMillis) {
        log.requested(number, command);
        if (command instanceof SchedulerCommand.Select select) {
            if (trial != null) {
                log.refused(trial.number(), "'" + select.scheduler() + "' was selected before its first round");
            }
            trial = new Wish(number, select.scheduler());
        } else if (command instanceof SchedulerCommand.Shadow wish) {
            log.done(number, shadow.choose(wish.scheduler()), null);
        } else if (command instanceof SchedulerCommand.Propose propose) {
            if (proposal != null) {
                log.refused(number, "another plan is being made; ask again");
                return;
            }
            String whom = propose.scheduler();
            proposal = new Wish(number, whom == null ? scheduler : whom);
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

    /** Carries out a plan that no round has asked for. */
    private PlanAdmission.Result carryOut(String whom, Plan plan, boolean byHand, long nowMillis) {
        round++;
        PlanAnswer.Planned planned = new PlanAnswer.Planned(round, plan, 0, 0);
        PlanAdmission.Result result = admission.admit(round, whom, plan, byHand, nowMillis);
        log.carriedOut(round, whom, planned, result, nowMillis);
        return result;
    }

    /** The maintainer plans no more: nobody waits for an answer. */
    public void close() {
        pending = null;
        port.drop(changefeed, epoch);
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /** How many plans were asked for. */
    public long rounds() {
        return round;
    }

    /** The name of the scheduler whose plans are carried out. */
    public String scheduler() {
        return scheduler;
    }

    /** The scheduler that people have chosen; empty if nobody has. Handed on to the next owner. */
    public String chosen() {
        return chosen;
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
        Pending awaited = pending;
        return log.view(
                scheduler,
                trial == null ? null : trial.scheduler(),
                shadow.name(),
                condition,
                faults,
                awaited == null ? null : awaited.round(),
                round);
    }
}
