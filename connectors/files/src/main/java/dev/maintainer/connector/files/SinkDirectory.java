package dev.maintainer.connector.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is where in a sink directory, and whose it is. A marker file says that the directory is a sink, and of which log;
 * a lock on it says that a process uses it.
 */
public final class SinkDirectory implements AutoCloseable {
    /** Name of the directory of segments. */
    public static final String SEGMENTS = "segments";

    /** Name of the directory of finished tables. It exists only if it is complete and right. */
    public static final String TABLES = "tables";

    static final String REDO = "redo";

    private static final String MARKER = ".maintainer-sink";
    private static final String REJECTED = "tables.rejected";
    private static final String EPOCHS = "epochs";
    private static final String METADATA = "metadata";
    private static final String REDO_META = "redo-meta";
    private static final String RESTORED = "restored.json";

    /** Everything that is replaced with the sink. */
    static final List<String> PARTS =
            List.of(TABLES, REJECTED, RESTORED, METADATA, EPOCHS, SEGMENTS, SegmentCatalog.FILE, REDO_META, REDO);

    private static final int MARKER_LIMIT = 4096;

    private final Path path;
    private final SinkReplacement replacement;
    /** Holds the lock; null if the directory was not claimed. */
    private final @Nullable FileChannel marker;

    private final @Nullable Object markerKey;
    /** Directories that the claim has made, the outermost first. */
    private final List<Path> made;

    private final boolean fresh;
    /** Whether there were finished tables when it was claimed; those are of an earlier run. */
    private final boolean hadTables;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private SinkDirectory(
            Path path, @Nullable FileChannel marker, @Nullable Object markerKey, List<Path> made, boolean fresh) {
        this.path = path;
        this.replacement = new SinkReplacement(path);
        this.marker = marker;
        this.markerKey = markerKey;
        this.made = made;
        this.fresh = fresh;
        this.hadTables = Files.isDirectory(path.resolve(TABLES));
    }

    /**
     * A promise of a redo log.
     *
     * @param meta what is promised
     * @param catalog where it is written what each segment had then
     */
    record Promise(RedoMeta meta, Extent catalog) {}

    /** The directory as it is. */
    public static SinkDirectory of(Path path) {
        return new SinkDirectory(path, null, null, List.of(), false);
    }

    /**
     * Makes the directory a sink for a log, for this process alone until it is closed. A directory with other content, of
     * another log, in use, or inside of another sink is refused. What is in it stays as it is, but for a replacement that a crash has interrupted: it
     * is completed.
     *
     * @param digest which log
     */
    public static SinkDirectory claim(Path path, String digest) throws MaintainerException {
        try {
            refuseInside(path.toAbsolutePath(), path);
            refuseInside(path.toAbsolutePath().normalize(), path);
        } catch (IOException e) {
            throw unavailable("cannot be used", path, e);
        }
        SinkDirectory sink = claimPart(path, digest);
        boolean ours = false;
        try {
            sink.refuseForeignTables();
            ours = true;
        } finally {
            if (!ours) {
                sink.close();
            }
        }
        return sink;
    }

    /** A sink owns all that is inside of it, and replaces and removes it. */
    private static void refuseInside(Path absolute, Path sink) throws IOException {
        Path there = Files.exists(absolute) ? absolute.toRealPath().getParent() : absolute;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        there = there == null ? null : there.toRealPath();
        while (there != null) {
            if (Files.exists(there.resolve(MARKER), LinkOption.NOFOLLOW_LINKS)) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        "sink " + sink + " is inside of another sink, " + there + ", which would remove it; name a"
                                + " directory outside of that");
            }
            there = there.getParent();
        }
    }

    /** Claims a directory as {@link #claim} does, that may be a part of a sink of ours. */
    static SinkDirectory claimPart(Path path, String digest) throws MaintainerException {
        List<Path> made = new ArrayList<>();
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE, "sink " + path + " is not a directory; name another one");
            }
            makeDirectories(path.toAbsolutePath(), made);
            Path marker = path.resolve(MARKER);
            if (!Files.exists(marker) && !isEmpty(path)) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        "sink directory " + path + " is not empty and not one of ours; name an empty one");
            }
            FileChannel channel = FileChannel.open(
                    marker, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            try {
                lock(channel, path);
                boolean fresh = checkMarker(channel, digest, path);
                SinkDirectory sink = new SinkDirectory(path, channel, keyOf(marker), List.copyOf(made), fresh);
                sink.replacement.rollForward();
                return new SinkDirectory(path, channel, sink.markerKey, sink.made, fresh);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unavailable("cannot be used", path, e);
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
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            Path parent = absolute.getParent();
            return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
        }
    }

    private static void makeDirectories(Path path, List<Path> made) throws IOException {
        Path parent = path.getParent();
        if (!Files.isDirectory(path)) {
            if (parent != null) {
                makeDirectories(parent, made);
            }
            Files.createDirectory(path);
            made.add(path);
        }
    }

    /** Lets other processes use it. */
    @Override
    public void close() {
        if (marker != null) {
            try {
                marker.close();
            } catch (IOException e) {
                throw unavailable("cannot be given back", path, e);
            }
        }
    }

    /** Closes it, and leaves no trace of the claim if it was a new directory and nothing was written to it. */
    public void release() {
        try {
            if (fresh && onlyMarked()) {
                Files.deleteIfExists(path.resolve(MARKER));
                close();
                for (int i = made.size() - 1; i >= 0; i--) {
                    Files.deleteIfExists(made.get(i));
                }
            } else {
                close();
            }
        } catch (IOException e) {
            throw unavailable("cannot be given back", path, e);
        }
    }

    private boolean onlyMarked() throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            for (Path each : content) {
                if (!each.endsWith(MARKER)) {
                    return false;
                }
            }
            return true;
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
    Path currentTables() {
        return replacement.currentTables();
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
            boolean written = Files.exists(path.resolve(EPOCHS)) || Files.exists(path.resolve(SEGMENTS));
            boolean known = Files.exists(metadata()) && !(Files.isDirectory(metadata()) && isEmpty(metadata()));
            return (written && !known) || Files.exists(rejected());
        } catch (IOException e) {
            throw unavailable("cannot be read", path, e);
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
            throw unavailable("cannot be cleared", path, e);
        }
    }

    private void refuseForeignTables() {
        if (Files.exists(tables(), LinkOption.NOFOLLOW_LINKS) && !FinishedTables.areIn(tables())) {
            throw foreignTables();
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
            for (String part : List.of(METADATA, REDO, EPOCHS, SEGMENTS, SegmentCatalog.FILE, REDO_META, REJECTED)) {
                DurableFiles.deleteTree(path.resolve(part));
            }
        } catch (IOException e) {
            throw unavailable("cannot be cleared", path, e);
        }
    }

    /**
     * Looks whether what this process works with is still there.
     *
     * @throws MaintainerException if something has removed it
     */
    void inspect() throws MaintainerException {
        if (marker == null) {
            return;
        }
        if (markerKey != null && !markerKey.equals(keyOf(path.resolve(MARKER)))) {
            throw vanished(path);
        }
        for (String part : List.of(METADATA, EPOCHS, SEGMENTS, SegmentCatalog.FILE)) {
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

    private static @Nullable Object keyOf(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    long readEpoch(ChangefeedId changefeed) {
        Path file = path.resolve(EPOCHS).resolve(FileName.of(changefeed.name(), ""));
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException | NumberFormatException e) {
            throw unavailable("has an unreadable epoch, " + file, path, e);
        }
    }

    void writeEpoch(ChangefeedId changefeed, MaintainerEpoch epoch) {
        Path file = path.resolve(EPOCHS).resolve(FileName.of(changefeed.name(), ""));
        try {
            Files.createDirectories(path.resolve(EPOCHS));
            DurableFiles.write(file, epoch.toString());
        } catch (IOException e) {
            throw unavailable("cannot be fenced", path, e);
        }
    }

    /** The promise of a redo log; null if there is none. */
    @Nullable
    Promise readPromise() {
        Path file = path.resolve(REDO_META);
        try {
            if (!Files.exists(file)) {
                return null;
            }
            String content = Files.readString(file).strip();
            String[] words = content.split(" ", -1);
            if (words.length != 5) {
                throw new IllegalArgumentException("expected five numbers");
            }
            if (!words[4].equals(checksum(content.substring(0, content.lastIndexOf(' '))))) {
                throw new IllegalArgumentException("wrong checksum");
            }
            return new Promise(
                    new RedoMeta(Long.parseLong(words[0]), Long.parseLong(words[1])), Extent.parse(words[2], words[3]));
        } catch (IOException | IllegalArgumentException e) {
            throw unavailable("has an unreadable promise, " + file, path, e);
        }
    }

    void writePromise(Promise promise) {
        String content = promise.meta().checkpointTs() + " " + promise.meta().resolvedTs() + " " + promise.catalog();
        try {
            DurableFiles.write(path.resolve(REDO_META), content + " " + checksum(content));
        } catch (IOException e) {
            throw unavailable("cannot keep its promise", path, e);
        }
    }

    private static String checksum(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(crc.getValue());
    }

    /** Which log it is of; null if it is no sink. */
    @Nullable
    String digest() throws MaintainerException {
        try {
            Path file = path.resolve(MARKER);
            return Files.exists(file) ? digestIn(Files.readString(file), path) : null;
        } catch (IOException e) {
            throw unavailable("cannot be read", path, e);
        }
    }

    /** Where it came from, if not from a run. */
    Path restored() {
        return path.resolve(RESTORED);
    }

    private static void lock(FileChannel marker, Path path) throws IOException {
        FileLock lock;
        try {
            lock = marker.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + path + " is in use by another run; wait until that has ended, or name another directory");
        }
    }

    /**
     * Reads and writes through the channel that holds the lock: closing any other one would give the lock away. Returns
     * whether there was no marker yet.
     */
    private static boolean checkMarker(FileChannel marker, String digest, Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(marker.size(), MARKER_LIMIT)));
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = marker.read(bytes, bytes.position());
        }
        String content = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        if (content.isEmpty()) {
            ObjectNode fresh = JsonNodeFactory.instance.objectNode();
            fresh.put("format", 1);
            fresh.put("changelog", digest);
            DurableFiles.write(marker, fresh.toString());
            DurableFiles.force(path);
            return true;
        }
        if (!digestIn(content, path).equals(digest)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "sink " + path + " holds another change log; name an empty directory");
        }
        return false;
    }

    private static String digestIn(String marker, Path path) {
        try {
            return StrictJson.MAPPER.readTree(marker).path("changelog").asText();
        } catch (JsonProcessingException e) {
            throw unavailable("has a damaged marker file, " + path.resolve(MARKER), path, e);
        }
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            return !content.iterator().hasNext();
        }
    }

    private static MaintainerException unavailable(String what, Path path, Exception cause) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "sink " + path + " " + what + ": " + cause + "; check space and permissions",
                cause);
    }
}
