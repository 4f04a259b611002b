package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.files.claim.Claims;
import dev.maintainer.connector.files.claim.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is where in a sink directory: what runs leave there, what replaces it, and what has to be done again. */
public final class SinkDirectory implements AutoCloseable {
    /** Name of the directory of segments. */
    public static final String SEGMENTS = SegmentName.SEGMENTS;

    /** Name of the directory of finished tables. It exists only if it is complete and right. */
    public static final String TABLES = "tables";

    private static final String SYNC_POINT_INTERVAL = "syncpoint-interval";

    /** Name of the directory of snapshots. */
    static final String SNAPSHOTS = "snapshots";

    static final String REDO = "redo";

    private static final String REJECTED = "tables.rejected";
    private static final String METADATA = "metadata";
    private static final String REDO_META = "redo-meta";
    private static final String RESTORED = "restored.json";

    /** Everything that is replaced with the sink. */
    static final List<String> PARTS = List.of(
            TABLES,
            REJECTED,
            RESTORED,
            SNAPSHOTS,
            SYNC_POINT_INTERVAL,
            METADATA,
            Claims.EPOCHS,
            Claims.SUPERSEDED,
            SEGMENTS,
            SegmentCatalog.FILE,
            REDO_META,
            REDO);

    private final Path path;
    private final SinkReplacement replacement;
    /** Null if the directory is only looked at. */
    private final @Nullable SinkClaim claim;

    private final boolean shared;

    /** Whether there were finished tables when it was claimed; those are of an earlier run. */
    private final boolean hadTables;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private SinkDirectory(Path path, @Nullable SinkClaim claim, boolean shared) {
        this.path = path;
        this.shared = shared;
        this.replacement = new SinkReplacement(path);
        this.claim = claim;
        this.hadTables = Files.isDirectory(path.resolve(TABLES));
    }

    /** The directory as it is. */
    public static SinkDirectory of(Path path) {
        return new SinkDirectory(path, null, false);
    }

    /**
     * Makes the directory a sink for a log, for this process alone until it is closed. A directory with other content, of
     * another log, in use, or inside of another sink is refused. What is in it stays as it is, but for a replacement that a crash has interrupted: it
     * is completed.
     *
     * @param digest which log
     */
    public static SinkDirectory claim(Path path, String digest) throws MaintainerException {
        SinkClaim.refuseInside(path);
        SinkDirectory sink = claimPart(path, digest);
        boolean ours = false;
        try {
            sink.refuseForeignTables();
            sink.refuseForeignSnapshots();
            ours = true;
        } finally {
            if (!ours) {
                sink.close();
            }
        }
        return sink;
    }

    /**
     * Makes the directory a sink for a log, which any number of processes may share. A directory with other content, of another
     * log, inside of another sink, or of a run is refused. What is in it stays as it is.
     *
     * @param digest which log
     */
    public static SinkDirectory share(Path path, String digest) throws MaintainerException {
        SinkClaim.refuseInside(path);
        SinkClaim.share(path, digest);
        return new SinkDirectory(path, null, true);
    }

    /** Shares a directory as {@link #share} does, that may be a part of a sink of ours. */
    static SinkDirectory sharePart(Path path, String digest) throws MaintainerException {
        SinkClaim.share(path, digest);
        return new SinkDirectory(path, null, true);
    }

    /** Refuses what {@link #share} would refuse, and changes nothing. */
    static void checkShare(Path path, String digest) throws MaintainerException {
        SinkClaim.refuseInside(path);
        SinkClaim.checkShare(path, digest);
    }

    /** Whether other processes may use it at the same time. */
    boolean isShared() {
        return shared;
    }

    /** Claims a directory as {@link #claim} does, that may be a part of a sink of ours. */
    static SinkDirectory claimPart(Path path, String digest) throws MaintainerException {
        SinkClaim claim = SinkClaim.of(path, digest);
        try {
            new SinkReplacement(path).rollForward();
            return new SinkDirectory(path, claim, false);
        } catch (IOException e) {
            claim.close();
            throw SinkClaim.unavailable("cannot be used", path, e);
        } catch (RuntimeException e) {
            claim.close();
            throw e;
        }
    }

    /**
     * Whether a path is that of a sink, or of something inside of it, where replication has the only say.
     *
     * @param path of something that need not be there, as the sink need not
     */
    public static boolean isInside(Path path, Path sink) {
        return real(path).startsWith(real(sink));
    }

    /** Without links, as far as it is there. */
    static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            Path parent = absolute.getParent();
            return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
        }
    }

    /** Lets other processes use it. */
    @Override
    public void close() {
        if (claim != null) {
            claim.close();
        }
    }

    /** Closes it, and leaves no trace of the claim if it was a new directory and nothing was written to it. */
    public void release() {
        if (claim != null) {
            claim.release();
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Where the cluster keeps its metadata. */
    public Path metadata() {
        return path.resolve(METADATA);
    }

    /** Where the finished tables are, once there are any. */
    public Path tables() {
        return path.resolve(TABLES);
    }

    /** Where the finished tables are at this moment; elsewhere if a crash has interrupted their replacement. */
    Path currentTables() throws MaintainerException {
        return current(TABLES);
    }

    /** Where the snapshots are at this moment, as {@link #currentTables}. */
    Path currentSnapshots() throws MaintainerException {
        return current(SNAPSHOTS);
    }

    private Path current(String part) {
        try {
            return replacement.current(part);
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be read", path, e);
        }
    }

    /** Where tables are that were found to be wrong. */
    public Path rejected() {
        return path.resolve(REJECTED);
    }

    /** Whether a run has come to its end here. */
    public boolean isFinished() {
        return Files.isDirectory(tables());
    }

    /**
     * Claims the directory, inside this one, where the successor of this finished sink is made.
     *
     * @throws MaintainerException if it could not take the place of this one in the end
     */
    public SinkDirectory claimSuccessor(String digest) throws MaintainerException {
        replacement.check();
        return claimPart(replacement.next(), digest);
    }

    /** Puts the successor, which is finished, into the place of this sink. The successor is closed and gone. */
    public void replaceWith(SinkDirectory successor) throws MaintainerException {
        if (!successor.path.equals(replacement.next()) || !successor.isFinished()) {
            throw new IllegalStateException(successor.path + " is no finished successor of " + path);
        }
        try {
            replacement.complete();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "the new sink is complete in " + successor.path + " and cannot take its place: " + e
                            + "; make room for it, and start a run: it goes on with that first",
                    e);
        } finally {
            successor.close();
        }
    }

    /**
     * Whether replication has to begin from the start. Either something was replicated, and nobody knows any more how far and
     * under which epoch: the metadata is gone, because somebody deleted it or a process died while it cleared the directory.
     * Or what was replicated was found to be wrong.
     */
    public boolean mustBegin() throws MaintainerException {
        try {
            boolean written = Files.exists(path.resolve(Claims.EPOCHS)) || Files.exists(path.resolve(SEGMENTS));
            boolean known =
                    Files.exists(metadata()) && !(Files.isDirectory(metadata()) && SinkClaim.isEmpty(metadata()));
            return (written && !known) || Files.exists(rejected());
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be read", path, e);
        }
    }

    /**
     * Removes finished tables of an earlier run, in one step, if there are any.
     *
     * @throws MaintainerException if something else is there, which stays
     */
    void clearTables() throws MaintainerException {
        if (!Files.exists(tables(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!hadTables || !isFinished()) {
            throw foreignTables();
        }
        try {
            Path aside = path.resolve(REJECTED);
            DurableFiles.deleteTree(aside);
            DurableFiles.move(tables(), aside);
            DurableFiles.deleteTree(aside);
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be cleared", path, e);
        }
    }

    private void refuseForeignTables() {
        if (Files.exists(tables(), LinkOption.NOFOLLOW_LINKS) && !FinishedTables.areIn(tables())) {
            throw foreignTables();
        }
    }

    private void refuseForeignSnapshots() {
        Path snapshots = path.resolve(SNAPSHOTS);
        if (Files.exists(snapshots, LinkOption.NOFOLLOW_LINKS) && !Snapshots.areIn(snapshots)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    snapshots + " has something else than the snapshots of a run, and would be replaced with the sink;"
                            + " move that away and run again: what was replicated is kept");
        }
    }

    private MaintainerException foreignTables() {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                tables() + (isFinished() ? "" : " is no directory, and") + " was not made by a run; it stays, and the"
                        + " finished tables have no place. Move it away and run again: what was replicated is kept");
    }

    /** Whether a run has worked here, finished or not. */
    boolean hasWork() {
        return Files.exists(metadata()) || Files.exists(path.resolve(SEGMENTS));
    }

    /** Forgets all that was replicated, so that it can be done from the start. */
    public void clear() throws MaintainerException {
        try {
            // The metadata first: without it, whoever comes after a crash clears again.
            for (String part : List.of(
                    METADATA,
                    REDO,
                    Claims.EPOCHS,
                    Claims.SUPERSEDED,
                    SEGMENTS,
                    SegmentCatalog.FILE,
                    REDO_META,
                    REJECTED,
                    SNAPSHOTS,
                    SYNC_POINT_INTERVAL)) {
                DurableFiles.deleteTree(path.resolve(part));
            }
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be cleared", path, e);
        }
    }

    /**
     * Looks whether what this process works with is still there.
     *
     * @throws MaintainerException if something has removed it
     */
    void inspect() throws MaintainerException {
        if (claim == null) {
            return;
        }
        if (!claim.isInPlace()) {
            throw vanished(path);
        }
        for (String part : List.of(METADATA, Claims.EPOCHS, Claims.SUPERSEDED, SEGMENTS, SegmentCatalog.FILE)) {
            if (Files.exists(path.resolve(part))) {
                seen.add(part);
            } else if (seen.contains(part)) {
                throw vanished(path.resolve(part));
            }
        }
    }

    private static MaintainerException vanished(Path what) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                what
                        + " has vanished or was replaced while a run works with it; what was replicated into it is lost. Find"
                        + " out what removed it, and run again into a new directory");
    }

    /** What processes before this one have claimed is superseded: none of them finds the place of its notes any more. */
    void forgetProcesses() {
        try {
            DurableFiles.deleteTree(path.resolve(Claims.SUPERSEDED));
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be taken over", path, e);
        }
    }

    /** After how many rows there is a sync point in what is replicated here; 0 for none. */
    public long syncPointInterval() throws MaintainerException {
        Path file = path.resolve(SYNC_POINT_INTERVAL);
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException | NumberFormatException e) {
            throw SinkClaim.unavailable("has an unreadable interval of sync points, " + file, path, e);
        }
    }

    /** Keeps {@link #syncPointInterval}, durably. */
    public void writeSyncPointInterval(long rows) throws MaintainerException {
        Path file = path.resolve(SYNC_POINT_INTERVAL);
        try {
            if (rows > 0) {
                DurableFiles.write(file, Long.toString(rows));
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot keep the interval of sync points", path, e);
        }
    }

    /** The promise of a redo log; null if there is none. */
    @Nullable
    RedoPromise readPromise() {
        Path file = path.resolve(REDO_META);
        try {
            return Files.exists(file) ? RedoPromise.parse(Files.readString(file)) : null;
        } catch (IOException | IllegalArgumentException e) {
            throw SinkClaim.unavailable("has an unreadable promise, " + file, path, e);
        }
    }

    void writePromise(RedoPromise promise) {
        try {
            DurableFiles.write(path.resolve(REDO_META), promise.toText());
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot keep its promise", path, e);
        }
    }

    /** Which log it is of, by its digest; null if it is no sink. */
    public @Nullable String digest() throws MaintainerException {
        return SinkClaim.digestOf(path);
    }

    /** Where it came from, if not from a run. */
    Path restored() {
        return path.resolve(RESTORED);
    }
}
