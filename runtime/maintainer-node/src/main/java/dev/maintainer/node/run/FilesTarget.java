package dev.maintainer.node.run;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.connector.files.StagedTables;
import dev.maintainer.replication.PacedSource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory, with a redo log if that is wanted. A finished sink stays until there is another one to take its place; tables
 * that are not what the source says never become those of the sink.
 */
final class FilesTarget implements RunTarget {
    /** Where the sink has to be in the end. */
    private final SinkDirectory home;
    /** Where it is written: inside of home if that is finished. */
    private final SinkDirectory directory;

    private final FileSink sink;
    private final @Nullable RedoLog redo;
    private final EarlierChoices earlier;
    private final long syncPointInterval;
    private boolean replaced;

    private FilesTarget(
            SinkDirectory home,
            SinkDirectory directory,
            FileSink sink,
            @Nullable RedoLog redo,
            EarlierChoices earlier,
            long syncPointInterval) {
        this.syncPointInterval = syncPointInterval;
        this.home = home;
        this.directory = directory;
        this.sink = sink;
        this.redo = redo;
        this.earlier = earlier;
    }

    /**
     * Claims a directory.
     *
     * @throws MaintainerException if it cannot be used; then it is as it was
     */
    static FilesTarget claim(Path path, TargetClaim claim) throws MaintainerException {
        ChangefeedId changefeed = claim.changefeed();
        RunOptions options = claim.options();
        SinkDirectory home = SinkDirectory.claim(path, claim.source());
        SinkDirectory working = home;
        RedoLog claimed = null;
        try {
            EarlierChoices.refuseToLoseRedo(home, options);
            working = home.isFinished() ? home.claimSuccessor(claim.source()) : home;
            if (working.mustBegin()) {
                working.clear();
            }
            EarlierChoices earlier = EarlierChoices.of(working, working != home, changefeed);
            earlier.refuse(options, claim.schedulers(), claim.canBeAsked());
            claimed = options.redo() ? RedoLog.claim(working.path(), claim.source(), changefeed) : null;
            return new FilesTarget(
                    home,
                    working,
                    new FileSink(working, changefeed, claimed, earlier.checkpointTs()),
                    claimed,
                    earlier,
                    options.syncPointInterval());
        } catch (RuntimeException e) {
            release(claimed, working, home);
            throw e;
        }
    }

    private static void release(@Nullable RedoLog claimed, SinkDirectory working, SinkDirectory home) {
        if (claimed != null) {
            claimed.release();
        }
        if (working != home) {
            working.release();
        }
        home.release();
    }

    @Override
    public FileSink sink() {
        return sink;
    }

    @Override
    public @Nullable RedoLog redo() {
        return redo;
    }

    @Override
    public Path metadata() {
        return directory.metadata();
    }

    @Override
    public EarlierChoices earlier() {
        return earlier;
    }

    @Override
    public long formerEpoch() {
        return sink.epoch();
    }

    @Override
    public void begin() throws MaintainerException {
        directory.writeSyncPointInterval(syncPointInterval);
    }

    @Override
    public void inspect() throws MaintainerException {
        MaintainerException failure = sink.failure() != null || redo == null
                ? sink.failure()
                : redo.rows().failure();
        if (failure != null) {
            throw failure;
        }
        sink.inspect();
        if (redo != null) {
            redo.rows().inspect();
        }
    }

    @Override
    public Settlement settle(PacedSource source) {
        leave();
        StagedTables staged = sink.stage();
        StateDifference difference = difference(source, staged.tables());
        RedoReport logged = redoReport(source);
        settle(staged, difference);
        if (home != directory && difference.isNone() && (logged == null || logged.isGood())) {
            if (redo != null) {
                redo.close();
            }
            home.replaceWith(directory);
            replaced = true;
        }
        return new Settlement(true, staged.tables().names().size(), staged.rows(), difference, logged);
    }

    /** The last write was made: what processes leave for each other is not part of what is finished. */
    private void leave() {
        sink.leave();
        if (redo != null) {
            redo.rows().leave();
        }
    }

    private static StateDifference difference(PacedSource source, FinishedTables tables) {
        return StateDifference.between(source.finalTables(), source::finalRows, tables.names(), tables::cursor, false);
    }

    private static void settle(StagedTables staged, StateDifference difference) {
        if (difference.isNone()) {
            staged.publish();
        } else {
            staged.reject();
        }
    }

    private @Nullable RedoReport redoReport(PacedSource source) {
        RedoLog kept = redo;
        if (kept == null) {
            return null;
        }
        StagedTables staged = kept.rows().stage();
        StateDifference difference = difference(source, staged.tables());
        settle(staged, difference);
        RedoMeta meta = kept.meta();
        return new RedoReport(
                RedoLog.of(difference.isNone() ? home.path() : directory.path()),
                staged.rows(),
                kept.rows().rowsApplied(),
                kept.rows().rowsAppliedAgain(),
                meta == null ? 0 : meta.checkpointTs(),
                meta == null ? 0 : meta.resolvedTs(),
                source.endTs(),
                sink.rowsAheadOfRedo(),
                difference);
    }

    /** Elsewhere than asked for if it could not take the place of a finished one. */
    Path path() {
        return replaced || home == directory ? home.path() : directory.path();
    }

    @Override
    public String shown() {
        return path().toString();
    }

    @Override
    public Optional<String> leftBehind() {
        return home == directory || replaced
                ? Optional.empty()
                : Optional.of("the finished sink " + home.path() + " is as it was; what this run has done is in "
                        + directory.path() + ", and the next run goes on with it");
    }

    @Override
    public void release() {
        leave();
        release(redo, directory, home);
    }

    @Override
    public void close() {
        leave();
        if (redo != null) {
            redo.close();
        }
        directory.close();
        home.close();
    }
}
