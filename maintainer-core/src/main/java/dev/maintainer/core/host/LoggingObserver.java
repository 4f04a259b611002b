package dev.maintainer.core.host;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes one line per transition and per plan, never per message or refusal, and passes everything on. */
final class LoggingObserver implements MaintainerObserver {
    private static final Logger LOG = LoggerFactory.getLogger("dev.maintainer.lifecycle");
    /** Of the changes of a scheduler that comes and goes; of further ones every power of two. */
    private static final long ALL_LOGGED = 16;

    private final MaintainerObserver next;
    private long suppressed;
    private final TreeMap<ChangefeedId, Long> schedulerChanges = new TreeMap<>();

    LoggingObserver(MaintainerObserver next) {
        this.next = next;
    }

    @Override
    public void phaseChanged(ChangefeedId changefeed, MaintainerEpoch epoch, PhaseChange change) {
        LOG.info(
                "{} epoch {}: {} -> {}, checkpoint {}",
                changefeed,
                epoch,
                change.from(),
                change.to(),
                change.checkpointTs());
        next.phaseChanged(changefeed, epoch, change);
    }

    @Override
    public void quiesced(
            ChangefeedId changefeed, MaintainerEpoch epoch, int inFlight, long checkpointTs, long nowMillis) {
        LOG.info("{} epoch {}: quiesced with {} operators in flight", changefeed, epoch, inFlight);
        next.quiesced(changefeed, epoch, inFlight, checkpointTs, nowMillis);
    }

    @Override
    public void commandSent(ChangefeedId changefeed, MaintainerEpoch epoch, SentCommand sent) {
        next.commandSent(changefeed, epoch, sent);
    }

    @Override
    public void commandSuppressed(
            ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {
        if (suppressed++ == 0) {
            LOG.error(
                    "{} epoch {}: the gate stopped a {} in {}; this is a bug, please report it. Further ones are only"
                            + " counted.",
                    changefeed,
                    epoch,
                    command.kind(),
                    phase);
        }
        next.commandSuppressed(changefeed, epoch, phase, command);
    }

    @Override
    public void planned(
            ChangefeedId changefeed, MaintainerEpoch epoch, long round, int admitted, int refused, String reason) {
        LOG.info(
                "{} epoch {}: plan {}: {} admitted, {} refused; {}",
                changefeed,
                epoch,
                round,
                admitted,
                refused,
                reason);
        next.planned(changefeed, epoch, round, admitted, refused, reason);
    }

    @Override
    public void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerChange change) {
        long count = schedulerChanges.merge(changefeed, 1L, Long::sum);
        if (count <= ALL_LOGGED || Long.bitCount(count) == 1) {
            LOG.atLevel(change.condition() == SchedulerCondition.HEALTHY ? Level.INFO : Level.WARN)
                    .log(
                            "{} epoch {}: scheduler '{}' is {}: {}",
                            changefeed,
                            epoch,
                            change.scheduler(),
                            change.condition(),
                            change.why());
        }
        next.schedulerChanged(changefeed, epoch, change);
    }

    @Override
    public void shadowCompared(ChangefeedId changefeed, MaintainerEpoch epoch, ShadowAnswer answer) {
        next.shadowCompared(changefeed, epoch, answer);
    }

    @Override
    public void barrierAdvanced(
            ChangefeedId changefeed, MaintainerEpoch epoch, BlockEvent event, BarrierPhase phase, long ageMillis) {
        if (phase == BarrierPhase.REFUSED) {
            LOG.warn(
                    "changefeed {} stands still before {} ({}), which is refused; 'ctl barriers' says why",
                    changefeed,
                    event.key(),
                    OpenBarrier.shown(event.statement()));
        }
        next.barrierAdvanced(changefeed, epoch, event, phase, ageMillis);
    }

    @Override
    public void finalStatus(ChangefeedId changefeed, MaintainerEpoch epoch, FinalStatus word, long nowMillis) {
        next.finalStatus(changefeed, epoch, word, nowMillis);
    }

    @Override
    public void published(MaintainerView view) {
        next.published(view);
    }

    @Override
    public void measured(MaintainerFigures figures) {
        next.measured(figures);
    }
}
