package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.message.WorkerReport.PostBootstrapDone;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.checkpoint.Watermarks;
import org.jspecify.annotations.Nullable;

/** Lets the DDL trigger dispatcher begin, and has it made again when it is lost: without it DDLs are lost. */
final class TriggerStarter {
    private final Trigger trigger;
    private final CommandSender commands;
    private final Watermarks watermarks;
    private final CheckpointCalculator checkpoint;
    private final WriteRelease release;
    private final ErrorBoard errors;
    private final long resendMillis;
    private boolean begun;
    private long askedAt = Long.MIN_VALUE;
    private long madeAt = Long.MIN_VALUE;
    private @Nullable ErrorCode error;

    /** @param resendMillis how long its node may leave a request unanswered */
    TriggerStarter(
            Trigger trigger,
            CommandSender commands,
            Watermarks watermarks,
            CheckpointCalculator checkpoint,
            WriteRelease release,
            ErrorBoard errors,
            long resendMillis) {
        this.trigger = trigger;
        this.commands = commands;
        this.watermarks = watermarks;
        this.checkpoint = checkpoint;
        this.release = release;
        this.errors = errors;
        this.resendMillis = resendMillis;
    }

    /** Lets it begin; repeated until it has. */
    void start(long nowMillis) {
        if (trigger.isLost()) {
            makeAgain(nowMillis);
            return;
        }
        boolean due = askedAt == Long.MIN_VALUE || nowMillis - askedAt >= resendMillis;
        if (!begun && due) {
            askedAt = nowMillis;
            commands.startTrigger();
        }
    }

    /** Repeated until it is there. */
    private void makeAgain(long nowMillis) {
        boolean due = madeAt == Long.MIN_VALUE || nowMillis - madeAt >= resendMillis;
        begun = false;
        askedAt = Long.MIN_VALUE;
        if (due) {
            madeAt = nowMillis;
            if (error == null) {
                failed(
                        ErrorCode.DISPATCHER_FAILED,
                        "the DDL trigger dispatcher has ended by itself; the checkpoint waits until it runs again");
            }
            // All DDLs up to the committed checkpoint are handled; what it repeats beyond is known by its time.
            commands.bootstrap(trigger.node(), checkpoint.committedTs(), false, release.releasedTs());
        }
    }

    private void failed(@Nullable ErrorCode code, @Nullable String message) {
        if (error != null) {
            errors.own(error, null);
        }
        error = code;
        if (code != null) {
            errors.own(code, message);
        }
    }

    /** Its node has answered a bootstrap after the state was rebuilt. */
    void onSnapshot(NodeId from, BootstrapSnapshot snapshot) {
        if (from.equals(trigger.node()) && snapshot.triggerStartTs() > 0 && trigger.isLost()) {
            // The held watermark may be without the trigger: only a newer one counts.
            watermarks.forget(trigger.node());
            trigger.madeAgain();
        }
    }

    Disposition onBegun(NodeId from, PostBootstrapDone done) {
        if (!from.equals(trigger.node()) || !done.trigger().equals(trigger.id())) {
            return Disposition.STALE;
        }
        if (done.error() != null) {
            failed(done.error().code(), done.error().message());
            if (done.error().code() == ErrorCode.TRIGGER_MISMATCH) {
                trigger.markMissing();
            }
            return Disposition.APPLIED;
        }
        failed(null, null);
        Disposition disposition = begun ? Disposition.DUPLICATE : Disposition.APPLIED;
        begun = true;
        return disposition;
    }
}
