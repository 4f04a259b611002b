package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;

/**
 * Whether the scheduler plans as it should. After a fault it is left alone for a while; after a few in a row the built-in
 * placement stands in for it, and it is tried again less and less often.
 */
final class SchedulerHealth {
    private final PlanningConfig config;
    private final PlanningLog log;
    private final SchedulerHost.Outcome outcome;
    private SchedulerCondition condition = SchedulerCondition.HEALTHY;
    private int faults;
    private long pausedUntil = Long.MIN_VALUE;
    private long probeAt;
    private long probePause;

    SchedulerHealth(PlanningConfig config, PlanningLog log, SchedulerHost.Outcome outcome) {
        this.config = config;
        this.log = log;
        this.outcome = outcome;
        this.probePause = config.probeMillis();
    }

    SchedulerCondition condition() {
        return condition;
    }

    /** How often in a row it has failed. */
    int faults() {
        return faults;
    }

    boolean isDegraded() {
        return condition == SchedulerCondition.DEGRADED;
    }

    /** Whether it is degraded, and is to be tried again. */
    boolean isProbeDue(long nowMillis) {
        return isDegraded() && nowMillis >= probeAt;
    }

    /** Whether nobody is to be asked for a plan. */
    boolean isPaused(long nowMillis) {
        return nowMillis < pausedUntil;
    }

    /** It is nobody's fault, and yet asking again at once would not help. */
    void pause(long nowMillis) {
        pausedUntil = nowMillis + config.pauseMillis();
    }

    /** The scheduler of this name plans well, or another one plans instead. */
    void recovered(String scheduler, SchedulerCondition.Event event, String why) {
        condition = condition.on(event);
        faults = 0;
        pausedUntil = Long.MIN_VALUE;
        probePause = config.probeMillis();
        log.recovered();
        clear();
        outcome.schedulerChanged(scheduler, condition, why);
    }

    /** The scheduler of this name has failed. */
    void fault(String scheduler, PlanAnswer.Failed failed, long nowMillis) {
        faults++;
        if (faults < config.faultsUntilDegraded()) {
            long pause = config.pauseMillis() << Math.min(faults - 1, 20);
            pausedUntil = nowMillis + Math.min(pause, config.maxPauseMillis());
            condition = condition.on(SchedulerCondition.Event.FAULT);
            clear();
            outcome.health(failed.code(), failed.message());
            outcome.schedulerChanged(scheduler, condition, failed.code() + ": " + failed.message());
            return;
        }
        condition = condition.on(SchedulerCondition.Event.ONE_TOO_MANY);
        pausedUntil = Long.MIN_VALUE;
        probeAt = nowMillis + probePause;
        log.degraded();
        reportDegraded(scheduler, failed);
    }

    /** It was tried again, and has failed again. */
    void probeFailed(String scheduler, PlanAnswer.Failed failed, long nowMillis) {
        condition = condition.on(SchedulerCondition.Event.FAULT);
        faults++;
        probePause = Math.min(probePause * 2, config.maxPauseMillis());
        probeAt = nowMillis + probePause;
        reportDegraded(scheduler, failed);
    }

    private void reportDegraded(String scheduler, PlanAnswer.Failed failed) {
        String why = "'" + scheduler + "' has failed " + faults + " times in a row, the last time with " + failed.code()
                + ": " + failed.message() + "; absent spans are placed by the built-in placement, nothing is moved, and"
                + " it is tried again now and then; or select another scheduler";
        clear();
        outcome.health(ErrorCode.SCHEDULER_DEGRADED, why);
        outcome.schedulerChanged(scheduler, condition, why);
    }

    private void clear() {
        outcome.health(ErrorCode.SCHEDULER_FAILED, null);
        outcome.health(ErrorCode.PLAN_REJECTED, null);
        outcome.health(ErrorCode.PLAN_TIMED_OUT, null);
        outcome.health(ErrorCode.MISALIGNED_JARS, null);
        outcome.health(ErrorCode.SCHEDULER_DEGRADED, null);
    }
}
