package dev.maintainer.connector.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.connector.files.claim.MountedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the state of one moment from a redo log alone. Of the log of a run only what was promised is read: the promise names the
 * catalog by its checksum, and that names the first bytes of each segment by theirs, so what is lost, cut or changed is found before
 * it becomes a row. Of a log that processes share all is read that counts, up to the moment; what is sealed is compared with its
 * checksum. The log may be written to meanwhile.
 */
public final class RedoRestore {
    private final Path log;
    private final String digest;
    private final RedoMeta promised;
    /** What the promise covers, or more. */
    private final Supplier<List<SegmentPart>> parts;

    private RedoRestore(Path log, String digest, RedoMeta promised, Supplier<List<SegmentPart>> parts) {
        this.log = log;
        this.digest = digest;
        this.promised = promised;
        this.parts = parts;
    }

    /**
     * Reads what a redo log promises.
     *
     * @param log the directory of the log, {@code redo} in that of its sink
     * @throws MaintainerException if it is not a redo log, has promised nothing yet, or is damaged
     */
    public static RedoRestore from(Path log) throws MaintainerException {
        SinkDirectory directory = SinkDirectory.of(log);
        String digest = directory.digest();
        if (digest != null && SinkClaim.isShared(log)) {
            return shared(log, digest);
        }
        RedoPromise promise = digest == null ? null : directory.readPromise();
        if (digest == null || promise == null) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, missing(log, digest));
        }
        SinkClaim.refuseFormer(log);
        SegmentCatalog catalog = SegmentCatalog.promised(log, promise.catalog());
        return new RedoRestore(log, digest, promise.meta(), () -> catalog.parts(SegmentCatalog.Segment::promised));
    }

    /** What counts is asked after the promise, so it is all that was promised, and perhaps what came later. */
    private static RedoRestore shared(Path log, String digest) {
        SinkClaim.refuseFormer(log);
        RedoMeta promised = RedoCheck.promiseOf(log);
        if (promised == null) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, missing(log, digest));
        }
        return new RedoRestore(log, digest, promised, () -> SharedSegments.of(log, MountedFiles.readable(log)));
    }

    private static String missing(Path log, @Nullable String digest) {
        Path inside = RedoLog.of(log);
        if (Files.isDirectory(inside)) {
            return log + " is a sink, and its redo log is " + inside + "; name that";
        }
        return digest == null
                ? log + " is not a redo log; name the directory 'redo' of a sink that was replicated with --redo"
                : log + " has promised nothing yet, or is a sink without a redo log";
    }

    /**
     * The log of a run that has not come to its end, and will take the place of this log and of the sink beside it; empty if
     * there is none. Nothing of that run is in this log.
     */
    public Optional<Path> successor() {
        Path home = log.toAbsolutePath().normalize().getParent();
        if (home == null || !RedoLog.of(home).equals(log.toAbsolutePath().normalize())) {
            return Optional.empty();
        }
        Path next = RedoLog.of(new SinkReplacement(home).next());
        return SinkDirectory.of(next).digest() == null ? Optional.empty() : Optional.of(next);
    }

    /** The last moment that can be restored; a TSO. */
    public long promisedTs() {
        return promised.resolvedTs();
    }

    /**
     * Restores the state of a moment: what was committed at it is in, what was committed later is not. A sink that is
     * finished stays as it is until the new one is complete. What a restore that was killed has left is done anew.
     *
     * @param ts the moment; a TSO, from 1 to {@link #promisedTs}
     * @param sink a new or empty directory, or a finished sink of the same change log, which is replaced
     * @return what was restored
     * @throws MaintainerException if the moment or the directory cannot be used, or the log is damaged; then the sink is as
     *     it was
     */
    public FinishedTables restore(long ts, Path sink) throws MaintainerException {
        if (ts < 1 || ts > promisedTs()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the moment " + ts + " cannot be restored: redo log " + log + " is complete up to " + promisedTs()
                            + ", and moments begin at 1");
        }
        refuseOverlap(sink);
        try (SinkDirectory home = SinkDirectory.claim(sink, digest)) {
            boolean restored = false;
            try {
                if (home.hasWork() && !home.isFinished()) {
                    throw unfinished(home);
                }
                write(ts, home);
                restored = true;
            } finally {
                if (!restored) {
                    home.release();
                }
            }
            return FinishedTables.of(home);
        }
    }

    private void write(long ts, SinkDirectory home) {
        if (!home.isFinished()) {
            make(ts, home);
            return;
        }
        if (Files.isDirectory(RedoLog.of(home.path()))) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + home.path()
                            + " has a redo log of its own, which would go with it; name another directory, or"
                            + " remove " + RedoLog.of(home.path()));
        }
        try (SinkDirectory next = home.claimSuccessor(digest)) {
            boolean made = false;
            try {
                if (next.hasWork()) {
                    throw unfinished(next);
                }
                make(ts, next);
                made = true;
            } finally {
                if (!made) {
                    next.release();
                }
            }
            home.replaceWith(next);
        }
    }

    private void make(long ts, SinkDirectory into) {
        StagedTables staged = StagedTables.write(into, new SegmentState(parts.get(), ts));
        try {
            DurableFiles.write(
                    into.restored(),
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("redo", log.toAbsolutePath().toString())
                            .put("at", ts)
                            .put("rows", staged.rows())
                            .toString());
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "cannot write " + into.restored() + ": " + e + "; check space and permissions",
                    e);
        }
        staged.publish();
    }

    private void refuseOverlap(Path sink) {
        Path from = log.toAbsolutePath().normalize();
        Path to = sink.toAbsolutePath().normalize();
        if (from.startsWith(to) || to.startsWith(from)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + sink + " and redo log " + log + " are inside each other; name another directory");
        }
    }

    private static MaintainerException unfinished(SinkDirectory sink) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                sink.path() + " has the work of a run that has not come to its end; let that end, remove it, or name"
                        + " another directory");
    }
}
