package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a sink at each of its sync points: {@code snapshots/COMMIT_TS/tables}, laid out as the finished tables are.
 * Whoever finds one finds all of it. A table to which nothing was written between two of them is the same file in both, where the
 * file system can do that: each of them can be removed, and none is to be changed. Thread-safe.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** Begins the name of a directory beside them, where one is written before it counts. */
    static final String STAGED = ".snapshot.tmp-";

    private final Path sink;
    private final Path directory;
    private final AtomicLong attempt = new AtomicLong();
    /** The latest one that was ever written, as far as is known; 0 without any. */
    private long latestTs;
    /** Those of the latest one that this process has written. */
    private SharedTables latest = SharedTables.NONE;

    /** One that does not count yet: where it is, and its tables. */
    record Staged(Path place, SharedTables tables) {}

    /** Begins the names of what this object writes before it counts. */
    private final String staged;

    /** Whether other processes write some, too. */
    private final boolean shared;

    private Snapshots(Path sink, Path directory, String process, boolean shared) {
        this.shared = shared;
        this.sink = sink;
        this.directory = directory;
        this.staged = STAGED + process + "-";
    }

    /**
     * Those that a sink has at this moment, finished or not. One that is being written to may get more.
     *
     * @throws MaintainerException if they cannot be listed
     */
    public static Snapshots of(SinkDirectory sink) throws MaintainerException {
        return new Snapshots(sink.path(), sink.currentSnapshots(), "", true);
    }

    /**
     * For a process that writes to a sink. If that is the only one, what one before it has not brought to an end is removed.
     *
     * @param process names it among all that do
     */
    static Snapshots open(SinkDirectory sink, String process) throws MaintainerException {
        Snapshots snapshots =
                new Snapshots(sink.path(), sink.path().resolve(SinkDirectory.SNAPSHOTS), process, sink.isShared());
        snapshots.lookAgain();
        if (sink.isShared()) {
            return snapshots;
        }
        try (DirectoryStream<Path> interrupted = Files.newDirectoryStream(sink.path(), STAGED + "*")) {
            for (Path each : interrupted) {
                DurableFiles.deleteTree(each);
            }
        } catch (IOException e) {
            throw snapshots.unwritable(e);
        }
        return snapshots;
    }

    private synchronized void lookAgain() {
        NavigableSet<Long> there = times();
        latestTs = Math.max(latestTs, there.isEmpty() ? 0 : there.last());
    }

    /** Whether a directory has nothing but snapshots: somebody else may have made one of that name. */
    static boolean areIn(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.allMatch(child -> timeOf(child) > 0);
        } catch (IOException e) {
            return false;
        }
    }

    /** Their commit times, which are TSOs, ascending. */
    public NavigableSet<Long> times() throws MaintainerException {
        NavigableSet<Long> times = new TreeSet<>();
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(directory)) {
                children.map(Snapshots::timeOf).filter(ts -> ts > 0).forEach(times::add);
            } catch (IOException e) {
                throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot list " + directory + ": " + e, e);
            }
        }
        return Collections.unmodifiableNavigableSet(times);
    }

    /**
     * The tables of one.
     *
     * @param ts one of {@link #times}
     * @throws MaintainerException if it is not there, or is damaged
     */
    public FinishedTables tables(long ts) throws MaintainerException {
        Path tables = placeOf(ts).resolve(SinkDirectory.TABLES);
        if (!Files.isDirectory(tables)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    placeOf(ts) + " has no " + SinkDirectory.TABLES + "; something else has changed it");
        }
        try {
            return FinishedTables.in(tables);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + tables + ": " + e, e);
        }
    }

    private Path placeOf(long ts) {
        return directory.resolve(Long.toString(ts));
    }

    /** The time in the name of one; 0 of what is none. */
    private static long timeOf(Path child) {
        String name = String.valueOf(child.getFileName());
        try {
            long ts = Long.parseLong(name);
            return ts > 0 && name.equals(Long.toString(ts)) && Files.isDirectory(child) ? ts : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * Whether the sync point at {@code ts}, or a later one, was written. What the sink holds now is then no more what it
     * held at {@code ts}, even if somebody has taken that snapshot away.
     */
    synchronized boolean isPast(long ts) {
        if (shared) {
            lookAgain();
        }
        return ts <= latestTs;
    }

    /**
     * Writes a state, durably, where it does not count yet.
     *
     * @return to be {@link #publish published}, and {@link #discard discarded} in any case
     */
    Staged stage(SegmentState state) throws MaintainerException {
        Path place = sink.resolve(staged + attempt.incrementAndGet());
        SharedTables earlier = latest();
        boolean complete = false;
        try {
            DurableFiles.deleteTree(place);
            SharedTables tables = StagedTables.write(place.resolve(SinkDirectory.TABLES), state, earlier);
            DurableFiles.force(place);
            complete = true;
            return new Staged(place, tables);
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            if (!complete) {
                remove(place);
            }
        }
    }

    private synchronized SharedTables latest() {
        return latest;
    }

    /** Lets a staged state be the snapshot of {@code ts}, in one step, unless there is one. */
    synchronized void publish(Staged complete, long ts) throws MaintainerException {
        if (isPast(ts)) {
            return;
        }
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                DurableFiles.force(directory.getParent());
            }
            DurableFiles.move(complete.place(), placeOf(ts));
        } catch (IOException e) {
            if (Files.isDirectory(placeOf(ts))) {
                // Another process has the same, and was faster.
                latestTs = ts;
                return;
            }
            throw unwritable(e);
        }
        latestTs = ts;
        latest = complete.tables().movedTo(placeOf(ts).resolve(SinkDirectory.TABLES));
    }

    /** Removes what was staged and does not count; nothing if it was published. */
    void discard(Staged staged) {
        remove(staged.place());
    }

    private static void remove(Path place) {
        try {
            DurableFiles.deleteTree(place);
        } catch (IOException e) {
            LOG.warn("{} is of no use and could not be removed: {}", place, e.toString());
        }
    }

    private MaintainerException unwritable(IOException cause) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "cannot write a snapshot to " + directory + ": " + cause + "; check space and permissions",
                cause);
    }
}
