package dev.maintainer.core.scheduling.host;

import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import org.jspecify.annotations.Nullable;

/** Which scheduler plans, which one people want to plan instead, and from which one they want to see a plan. */
final class SchedulerSelection {
    /** A scheduler that people have named, and the number of their request. */
    record Wish(long request, String scheduler) {}

    private final PlanningLog log;
    private String current;
    private String chosen;
    private @Nullable Wish trial;
    private @Nullable Wish proposal;

    SchedulerSelection(SchedulerChoice choice, PlanningLog log) {
        this.log = log;
        this.current = choice.scheduler();
        this.chosen = choice.chosen();
    }

    /** The name of the scheduler whose plans are carried out. */
    String current() {
        return current;
    }

    /** The scheduler that people have chosen; empty if nobody has. */
    String chosen() {
        return chosen;
    }

    /** What was selected and has not had its first round yet; null if nothing was. */
    @Nullable
    Wish trial() {
        return trial;
    }

    /** From whom people want to see a plan; null if from nobody. */
    @Nullable
    Wish proposal() {
        return proposal;
    }

    /** A scheduler is to plan from now on, if its first round is good. */
    void select(long request, String scheduler) {
        if (trial != null) {
            log.refused(trial.request(), "'" + scheduler + "' was selected before its first round");
        }
        trial = new Wish(request, scheduler);
    }

    /** The first round of what was selected was good. Returns false if something else was selected meanwhile. */
    boolean adopt(AwaitedPlan awaited) {
        Wish wish = trial;
        if (wish == null || wish.request() != awaited.request()) {
            return false;
        }
        trial = null;
        log.done(wish.request(), "'" + wish.scheduler() + "' plans instead of '" + current + "'", null);
        current = wish.scheduler();
        chosen = current;
        log.shadowChanged();
        return true;
    }

    /** The first round of what was selected has failed. Returns false if something else was selected meanwhile. */
    boolean reject(AwaitedPlan awaited, PlanAnswer.Failed failed) {
        Wish wish = trial;
        if (wish == null || wish.request() != awaited.request()) {
            return false;
        }
        trial = null;
        log.refused(
                wish.request(),
                "its first round failed, '" + current + "' goes on; " + failed.code() + ": " + failed.message());
        return true;
    }

    /** A plan is to be made and kept; by the present scheduler if none is named. */
    void propose(long request, @Nullable String scheduler) {
        if (proposal != null) {
            log.refused(request, "another plan is being made; ask again");
            return;
        }
        proposal = new Wish(request, scheduler == null ? current : scheduler);
    }

    /** The plan that people wanted to see is there. */
    void proposed(AwaitedPlan awaited, PlanAnswer.Planned planned, long nowMillis) {
        Wish wish = proposal;
        proposal = null;
        if (wish != null) {
            log.proposed(wish.request(), awaited.version(), wish.scheduler(), planned, nowMillis);
        }
    }

    /** The plan that people wanted to see could not be made. */
    void proposalFailed(PlanAnswer.Failed failed) {
        Wish wish = proposal;
        proposal = null;
        if (wish != null) {
            log.refused(wish.request(), failed.code() + ": " + failed.message());
        }
    }
}
