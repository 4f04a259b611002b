package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.scheduling.host.SchedulerHost;
import dev.maintainer.operator.OperatorController;

/** Takes a maintainer from phase to phase: what has to happen with each step, in which order, and who is told. */
final class LifecycleTransitions {
    private final Assignment assignment;
    private final MaintainerObserver observer;
    private final LifecycleState lifecycle;
    private final OperatorController operators;
    private final SchedulerHost scheduling;
    private final Removal removal;
    private final CheckpointProgress checkpoint;

    LifecycleTransitions(
            Assignment assignment,
            MaintainerObserver observer,
            LifecycleState lifecycle,
            OperatorController operators,
            SchedulerHost scheduling,
            Removal removal,
            CheckpointProgress checkpoint) {
        this.assignment = assignment;
        this.observer = observer;
        this.lifecycle = lifecycle;
        this.operators = operators;
        this.scheduling = scheduling;
        this.removal = removal;
        this.checkpoint = checkpoint;
    }

    /** The state is rebuilt. */
    void bootstrapped(long nowMillis) {
        advance(LifecyclePhase.Event.BOOTSTRAPPED, nowMillis);
    }

    /** Begins a removal, or adds to the one that runs. */
    Disposition remove(RemovalMode mode, long nowMillis) {
        switch (lifecycle.phase()) {
            case CLOSED -> {
                return Disposition.DUPLICATE;
            }
            case REMOVING -> {
                boolean more = lifecycle.strengthen(mode);
                removal.sendCloses(nowMillis);
                return more ? Disposition.APPLIED : Disposition.DUPLICATE;
            }
            case BOOTSTRAPPING, RUNNING -> {
                begin(mode, nowMillis);
                return Disposition.APPLIED;
            }
        }
        throw new IllegalStateException("unknown phase " + lifecycle.phase());
    }

    private void begin(RemovalMode mode, long nowMillis) {
        LifecyclePhase before = lifecycle.phase();
        lifecycle.begin(mode);
        changed(before, nowMillis);
        scheduling.close();
        removal.begin(nowMillis);
        observer.quiesced(
                assignment.changefeed(), assignment.epoch(), operators.frozen(), checkpoint.committedTs(), nowMillis);
    }

    /** Somebody newer owns the changefeed: this one ends where it stands. */
    void fence(long nowMillis) {
        if (lifecycle.phase() != LifecyclePhase.CLOSED) {
            operators.quiesce(QuiesceAllowlist.NONE);
            scheduling.close();
            advance(LifecyclePhase.Event.FENCED, nowMillis);
        }
    }

    /** The manifest is written at ticks, and by whatever comes when nothing else is left to do. */
    void closeIfComplete(boolean tick, long nowMillis) {
        boolean complete = removal.isComplete();
        boolean written = (tick || complete) && removal.writeManifest();
        if (complete && written) {
            advance(LifecyclePhase.Event.CLOSE_CONFIRMED, nowMillis);
        }
    }

    private void advance(LifecyclePhase.Event event, long nowMillis) {
        LifecyclePhase before = lifecycle.phase();
        if (lifecycle.on(event)) {
            changed(before, nowMillis);
        }
    }

    private void changed(LifecyclePhase before, long nowMillis) {
        long checkpointTs = checkpoint.committedTs();
        observer.phaseChanged(
                assignment.changefeed(),
                assignment.epoch(),
                new MaintainerObserver.PhaseChange(before, lifecycle.phase(), checkpointTs, nowMillis));
        if (lifecycle.phase() == LifecyclePhase.CLOSED) {
            observer.finalStatus(
                    assignment.changefeed(),
                    assignment.epoch(),
                    new FinalStatus(checkpointTs, operators.manifest()),
                    nowMillis);
        }
    }
}
