package dev.maintainer.core.scheduling.host;

import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.scheduler.spi.Plan;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has become of rounds, requests, proposals and comparisons, as far back as people look. */
final class PlanningLog {
    private final Recent<SchedulingView.Round> rounds = new Recent<>(32);
    private final Recent<ShadowAnswer> comparisons = new Recent<>(16);
    private final Recent<SchedulingView.Request> requests = new Recent<>(32);
    private final Recent<SchedulingView.Proposal> proposals = new Recent<>(8);
    private SchedulingView.ShadowFigures shadowFigures = SchedulingView.ShadowFigures.NONE;
    private SchedulingView.@Nullable Failure failure;
    private long proposed;
    private long placed;
    private long moved;
    private long refused;
    private long cut;
    private long faults;
    private long late;
    private long degraded;

    void late() {
        late++;
    }

    void degraded() {
        degraded++;
    }

    void recovered() {
        failure = null;
    }

    void carriedOut(
            long round, String scheduler, PlanAnswer.Planned planned, PlanAdmission.Result result, long nowMillis) {
        placed += result.placed();
        moved += result.moved();
        refused += result.refused();
        cut += planned.cut();
        Plan plan = planned.plan();
        if (!plan.decisions().isEmpty()) {
            rounds.add(new SchedulingView.Round(
                    round,
                    nowMillis,
                    scheduler,
                    result.placed(),
                    result.moved(),
                    result.refused(),
                    planned.cut(),
                    planned.micros(),
                    plan.reason().code() + ": " + plan.reason().text(),
                    null));
        }
    }

    void failed(long round, String scheduler, PlanAnswer.Failed failed, long nowMillis) {
        faults++;
        failure = new SchedulingView.Failure(scheduler, failed.code(), failed.message(), nowMillis);
        rounds.add(new SchedulingView.Round(
                round, nowMillis, scheduler, 0, 0, 0, 0, failed.micros(), failed.message(), failed.code()));
    }

    void shadowChanged() {
        shadowFigures = SchedulingView.ShadowFigures.NONE;
    }

    void compared(ShadowAnswer answer) {
        shadowFigures = shadowFigures.plus(answer);
        comparisons.add(answer);
    }

    // ---- people ------------------------------------------------------------------------------------------------

    void requested(long number, SchedulerCommand command) {
        requests.add(new SchedulingView.Request(
                number, command, SchedulingView.Request.State.PENDING, "waits for the next round", null));
    }

    void done(long number, String message, @Nullable Long plan) {
        settle(number, SchedulingView.Request.State.DONE, message, plan);
    }

    void refused(long number, String message) {
        settle(number, SchedulingView.Request.State.REFUSED, message, null);
    }

    private void settle(long number, SchedulingView.Request.State state, String message, @Nullable Long plan) {
        requests.replace(
                request -> request.number() == number,
                request -> new SchedulingView.Request(number, request.command(), state, message, plan));
    }

    void proposed(long number, long version, String scheduler, PlanAnswer.Planned planned, long nowMillis) {
        long id = ++proposed;
        proposals.add(new SchedulingView.Proposal(id, version, nowMillis, scheduler, planned.plan()));
        done(number, "plan " + id + " has " + planned.plan().decisions().size() + " decisions", id);
    }

    Optional<SchedulingView.Proposal> proposal(long id) {
        return proposals.all().stream().filter(each -> each.id() == id).findFirst();
    }

    void applied(long id) {
        proposals.removeIf(each -> each.id() == id);
    }

    SchedulingView view(
            String scheduler,
            @Nullable String trial,
            @Nullable String shadow,
            SchedulerCondition condition,
            int faultsInARow,
            @Nullable Long planning,
            long asked) {
        return new SchedulingView(
                scheduler,
                trial,
                shadow,
                condition,
                faultsInARow,
                failure,
                planning,
                asked,
                new SchedulingView.Figures(placed, moved, refused, cut, faults, late, degraded),
                shadowFigures,
                rounds.all(),
                comparisons.all(),
                requests.all(),
                proposals.all());
    }
}
