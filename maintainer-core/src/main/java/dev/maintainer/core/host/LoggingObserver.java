package dev.maintainer.core.host;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one line per transition and per plan, never per message or refusal, and passes everything on. */
final class LoggingObserver implements MaintainerObserver {
    private static final Logger LOG = LoggerFactory.getLogger("dev.maintainer.lifecycle");

    private final MaintainerObserver next;
    private long suppressed;

    LoggingObserver(MaintainerObserver next) {
        this.next = next;
    }

    @Override
    public void phaseChanged(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            LifecyclePhase from,
            LifecyclePhase to,
            long checkpointTs,
            long nowMillis) {
        LOG.info("{} epoch {}: {} -> {}, checkpoint {}", changefeed, epoch, from, to, checkpointTs);
        next.phaseChanged(changefeed, epoch, from, to, checkpointTs, nowMillis);
    }

    @Override
    public void quiesced(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            HandoffManifest manifest,
            long checkpointTs,
            long nowMillis) {
        LOG.info(
                "{} epoch {}: quiesced with {} operators in flight",
                changefeed,
                epoch,
                manifest.frozen().size());
        next.quiesced(changefeed, epoch, manifest, checkpointTs, nowMillis);
    }

    @Override
    public void commandSent(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            LifecyclePhase phase,
            boolean quiesced,
            WorkerCommand command,
            NodeId to) {
        next.commandSent(changefeed, epoch, phase, quiesced, command, to);
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
    public void finalWord(ChangefeedId changefeed, MaintainerEpoch epoch, long checkpointTs, long nowMillis) {
        next.finalWord(changefeed, epoch, checkpointTs, nowMillis);
    }

    @Override
    public void published(MaintainerView view) {
        next.published(view);
    }
}
