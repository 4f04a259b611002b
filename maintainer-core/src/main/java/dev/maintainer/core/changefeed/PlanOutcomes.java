package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.scheduling.host.SchedulerHost;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import org.jspecify.annotations.Nullable;

/** Tells the observer, in the name of the maintainer, and the error board what becomes of plans. */
final class PlanOutcomes implements SchedulerHost.Outcome {
    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final MaintainerObserver observer;
    private final ErrorBoard errors;

    PlanOutcomes(ChangefeedId changefeed, MaintainerEpoch epoch, MaintainerObserver observer, ErrorBoard errors) {
        this.changefeed = changefeed;
        this.epoch = epoch;
        this.observer = observer;
        this.errors = errors;
    }

    @Override
    public void health(ErrorCode code, @Nullable String message) {
        errors.own(code, message);
    }

    @Override
    public void planned(long round, int admitted, int refused, String reason) {
        observer.planned(changefeed, epoch, round, admitted, refused, reason);
    }

    @Override
    public void schedulerChanged(String scheduler, SchedulerCondition condition, String why) {
        observer.schedulerChanged(changefeed, epoch, new MaintainerObserver.SchedulerChange(scheduler, condition, why));
    }

    @Override
    public void shadowCompared(ShadowAnswer answer) {
        observer.shadowCompared(changefeed, epoch, answer);
    }
}
