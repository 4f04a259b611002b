package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.cluster.embedded.FileMetadataStore;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.SinkDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What people chose for the changefeed of a sink in an earlier run: its scheduler, a pause, a redo log, sync points. They are durable, and
 * options of a later run may say something else. Which of the two counts is told, or the run is refused; it is never decided
 * silently.
 */
final class EarlierChoices {
    private final Path sink;
    private final boolean replaces;
    private final boolean begun;
    private final long syncPointInterval;
    private final @Nullable ChangefeedMetadata chosen;

    private EarlierChoices(
            Path sink, boolean replaces, boolean begun, long syncPointInterval, @Nullable ChangefeedMetadata chosen) {
        this.begun = begun;
        this.syncPointInterval = syncPointInterval;
        this.sink = sink;
        this.replaces = replaces;
        this.chosen = chosen;
    }

    /** Nothing was chosen before. */
    static EarlierChoices none(Path sink) {
        return new EarlierChoices(sink, false, false, 0, null);
    }

    /**
     * Reads them.
     *
     * @param replaces whether the sink is to take the place of a finished one, so that it may be removed
     * @throws MaintainerException if the metadata cannot be read
     */
    static EarlierChoices of(SinkDirectory sink, boolean replaces, ChangefeedId changefeed) {
        if (!Files.exists(sink.metadata())) {
            return new EarlierChoices(sink.path(), replaces, false, 0, null);
        }
        FileMetadataStore store = new FileMetadataStore(sink.metadata());
        store.check();
        return new EarlierChoices(
                sink.path(),
                replaces,
                true,
                sink.syncPointInterval(),
                store.read(changefeed).map(Versioned::metadata).orElse(null));
    }

    /**
     * Refuses a run that would replace a finished sink and its redo log by a sink without one. Somebody has wanted the log,
     * perhaps to restore from it.
     *
     * @throws MaintainerException if it would
     */
    static void refuseToLoseRedo(SinkDirectory finished, RunOptions options) {
        Path log = RedoLog.of(finished.path());
        if (finished.isFinished() && !options.redo() && Files.isDirectory(log)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + finished.path()
                            + " was made with a redo log, which would go with it; go on with --redo, or" + " remove "
                            + log);
        }
    }

    /** The durable checkpoint; a TSO, 0 if there is none. */
    long checkpointTs() {
        return chosen == null ? 0 : chosen.checkpointTs();
    }

    /** Whether the changefeed stands still because somebody paused it. */
    boolean isPaused() {
        return chosen != null && chosen.state() == DesiredState.PAUSE;
    }

    /**
     * Refuses a run that could not do what was chosen.
     *
     * @param known names of the schedulers of this run
     * @param canBeAsked whether the run has an admin interface, so that somebody can resume
     */
    void refuse(RunOptions options, SortedSet<String> known, boolean canBeAsked) {
        // A run that ended before its changefeed was stored has left nothing but files.
        boolean redo = chosen == null ? Files.isDirectory(RedoLog.of(sink)) : chosen.redo();
        if (begun && redo != options.redo()) {
            throw refusal("was begun " + (redo ? "with" : "without") + " a redo log; go on "
                    + (redo ? "with" : "without") + " --redo, or " + otherwise());
        }
        // The sink may be beyond a sync point that was none then, and could not write what it held there.
        if (begun && syncPointInterval != options.syncPointInterval()) {
            throw refusal("was begun "
                    + (syncPointInterval == 0
                            ? "without sync points"
                            : "with a sync point every " + syncPointInterval + " rows")
                    + "; go on "
                    + (syncPointInterval == 0
                            ? "without --syncpoint-interval"
                            : "with --syncpoint-interval " + syncPointInterval)
                    + ", or " + otherwise());
        }
        if (chosen == null) {
            return;
        }
        if (chosen.redo() && !Files.isDirectory(RedoLog.of(sink))) {
            throw refusal("was begun with a redo log, and " + RedoLog.of(sink) + " is gone, so the log could not be"
                    + " complete; put it back, or " + otherwise());
        }
        if (!chosen.scheduler().isEmpty() && !known.contains(chosen.scheduler())) {
            throw refusal("has a changefeed for which 'ctl scheduler set' chose the scheduler '" + chosen.scheduler()
                    + "', which is not there; give its plug-in with --plugins, or " + otherwise());
        }
        if (isPaused() && !options.resume() && !canBeAsked) {
            throw refusal("has a changefeed that was paused, so this run would wait for ever; let it go on with"
                    + " --resume, or open the admin interface with --hold or --admin-dir and use 'ctl resume'");
        }
    }

    /** What counts, where options say something else. */
    List<String> notes(RunOptions options) {
        List<String> notes = new ArrayList<>();
        if (chosen != null
                && !chosen.scheduler().isEmpty()
                && !chosen.scheduler().equals(options.planning().scheduler())) {
            notes.add(
                    "scheduler '" + chosen.scheduler() + "' plans, as it was chosen with 'ctl scheduler set', and not '"
                            + options.planning().scheduler() + "'; 'ctl scheduler set' chooses another");
        }
        if (isPaused()) {
            notes.add(
                    options.resume()
                            ? "the changefeed was paused earlier; it goes on, as --resume says"
                            : "the changefeed was paused earlier and stands still; 'ctl resume' lets it go on");
        }
        return notes;
    }

    private String otherwise() {
        return replaces ? "remove " + sink : "name an empty directory";
    }

    private MaintainerException refusal(String why) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, "sink " + sink + " " + why);
    }
}
