package dev.maintainer.simulator.world;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import java.util.function.Function;

/** Tells what one host does to the checks of the changefeeds that it does it for. */
final class ConductChecks implements MaintainerObserver {
    private final Function<ChangefeedId, MaintainerObserver> checks;

    /** Tells the observer of a changefeed, which it asks for by the name of a pipeline. */
    ConductChecks(Function<ChangefeedId, MaintainerObserver> checks) {
        this.checks = checks;
    }

    @Override
    public void phaseChanged(ChangefeedId changefeed, MaintainerEpoch epoch, PhaseChange change) {
        checks.apply(changefeed).phaseChanged(changefeed, epoch, change);
    }

    @Override
    public void quiesced(
            ChangefeedId changefeed, MaintainerEpoch epoch, int inFlight, long checkpointTs, long nowMillis) {
        checks.apply(changefeed).quiesced(changefeed, epoch, inFlight, checkpointTs, nowMillis);
    }

    @Override
    public void barrierAdvanced(
            ChangefeedId changefeed, MaintainerEpoch epoch, BlockEvent event, BarrierPhase phase, long ageMillis) {
        checks.apply(changefeed).barrierAdvanced(changefeed, epoch, event, phase, ageMillis);
    }

    @Override
    public void finalStatus(ChangefeedId changefeed, MaintainerEpoch epoch, FinalStatus word, long nowMillis) {
        checks.apply(changefeed).finalStatus(changefeed, epoch, word, nowMillis);
    }

    @Override
    public void commandSent(ChangefeedId changefeed, MaintainerEpoch epoch, SentCommand sent) {
        checks.apply(changefeed).commandSent(changefeed, epoch, sent);
    }

    @Override
    public void commandSuppressed(
            ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {
        checks.apply(changefeed).commandSuppressed(changefeed, epoch, phase, command);
    }

    @Override
    public void planned(
            ChangefeedId changefeed, MaintainerEpoch epoch, long round, int admitted, int refused, String reason) {
        checks.apply(changefeed).planned(changefeed, epoch, round, admitted, refused, reason);
    }

    @Override
    public void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerChange change) {
        checks.apply(changefeed).schedulerChanged(changefeed, epoch, change);
    }

    @Override
    public void published(MaintainerView view) {
        checks.apply(view.changefeed()).published(view);
    }
}
