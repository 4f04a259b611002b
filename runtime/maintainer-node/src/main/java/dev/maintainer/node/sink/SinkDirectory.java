package dev.maintainer.node.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.node.changelog.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is where in a sink directory, and whose it is. A marker file says that the directory is a sink, and of which log;
 * a lock on it says that a process uses it.
 */
public final class SinkDirectory implements AutoCloseable {
    /** Name of the directory of segments. */
    public static final String SEGMENTS = "segments";

    /** Name of the directory of finished tables. It exists only if it is complete. */
    public static final String TABLES = "tables";

    private static final String MARKER = ".maintainer-sink";
    private static final String OUTDATED = ".tables.outdated";
    private static final String EPOCHS = "epochs";
    private static final String METADATA = "metadata";
    private static final String REDO_META = "redo-meta";
    private static final int MARKER_LIMIT = 4096;

    private final Path path;
    /** Holds the lock; null if the directory was not claimed. */
    private final @Nullable FileChannel marker;

    private SinkDirectory(Path path, @Nullable FileChannel marker) {
        this.path = path;
        this.marker = marker;
    }

    /** The directory as it is. */
    public static SinkDirectory of(Path path) {
        return new SinkDirectory(path, null);
    }

    /**
     * Makes the directory a sink for a log, for this process alone until it is closed. A directory with other content,
     * of another log, or in use is refused. Finished tables are taken away, because they are about to become outdated.
     *
     * @param digest which log
     */
    public static SinkDirectory claim(Path path, String digest) throws MaintainerException {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE, "sink " + path + " is not a directory; name another one");
            }
            Files.createDirectories(path);
            Path marker = path.resolve(MARKER);
            if (!Files.exists(marker) && !isEmpty(path)) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        "sink directory " + path + " is not empty and not one of ours; name an empty one");
            }
            FileChannel channel = FileChannel.open(
                    marker, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            SinkDirectory sink = new SinkDirectory(path, channel);
            try {
                lock(channel, path);
                checkMarker(channel, digest, path);
                sink.removeTables();
                return sink;
            } catch (IOException | RuntimeException e) {
                sink.close();
                throw e;
            }
        } catch (IOException e) {
            throw unavailable("cannot be used", path, e);
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

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Where the cluster keeps its metadata. */
    public Path metadata() {
        return path.resolve(METADATA);
    }

    /** Where the finished tables are, if it is complete. */
    public Path tables() {
        return path.resolve(TABLES);
    }

    /**
     * Whether something was replicated, and nobody knows any more how far and under which epoch: the metadata is gone,
     * because somebody deleted it or a process died while it cleared the directory.
     */
    public boolean hasLostMetadata() throws MaintainerException {
        try {
            boolean written = Files.exists(path.resolve(EPOCHS)) || Files.exists(path.resolve(SEGMENTS));
            return written && (!Files.exists(metadata()) || (Files.isDirectory(metadata()) && isEmpty(metadata())));
        } catch (IOException e) {
            throw unavailable("cannot be read", path, e);
        }
    }

    /** In one step, so that a crash leaves all of them or none. */
    private void removeTables() throws IOException {
        Path outdated = path.resolve(OUTDATED);
        deleteTree(outdated);
        if (Files.exists(tables())) {
            Files.move(tables(), outdated, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(outdated);
        }
    }

    /** Forgets all that was replicated, so that it can be done from the start. */
    public void clear() throws MaintainerException {
        try {
            removeTables();
            for (String part : List.of(METADATA, EPOCHS, SEGMENTS, REDO_META)) {
                deleteTree(path.resolve(part));
            }
        } catch (IOException e) {
            throw unavailable("cannot be cleared", path, e);
        }
    }

    long readEpoch(ChangefeedId changefeed) {
        Path file = path.resolve(EPOCHS).resolve(changefeed.name());
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException | NumberFormatException e) {
            throw unavailable("has an unreadable epoch, " + file, path, e);
        }
    }

    void writeEpoch(ChangefeedId changefeed, MaintainerEpoch epoch) {
        Path file = path.resolve(EPOCHS).resolve(changefeed.name());
        try {
            Files.createDirectories(path.resolve(EPOCHS));
            writeDurably(file, epoch.toString());
        } catch (IOException e) {
            throw unavailable("cannot be fenced", path, e);
        }
    }

    /** The promise of a redo log; null if there is none. */
    @Nullable
    RedoMeta readRedoMeta() {
        Path file = path.resolve(REDO_META);
        try {
            if (!Files.exists(file)) {
                return null;
            }
            String content = Files.readString(file).strip();
            int blank = content.indexOf(' ');
            if (blank < 0) {
                throw new IllegalArgumentException("expected two numbers");
            }
            return new RedoMeta(
                    Long.parseLong(content.substring(0, blank)), Long.parseLong(content.substring(blank + 1)));
        } catch (IOException | IllegalArgumentException e) {
            throw unavailable("has an unreadable promise, " + file, path, e);
        }
    }

    void writeRedoMeta(RedoMeta meta) {
        try {
            writeDurably(path.resolve(REDO_META), meta.checkpointTs() + " " + meta.resolvedTs());
        } catch (IOException e) {
            throw unavailable("cannot keep its promise", path, e);
        }
    }

    static void writeDurably(Path file, String content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, content);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        FileSink.force(file.getParent());
    }

    /** Deletes a file, or a directory with everything in it; nothing if it is not there. */
    public static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : paths) {
            Files.delete(each);
        }
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

    /** Reads and writes through the channel that holds the lock: closing any other one would give the lock away. */
    private static void checkMarker(FileChannel marker, String digest, Path path) throws IOException {
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
            writeFully(marker, fresh.toString());
            FileSink.force(path);
            return;
        }
        String known;
        try {
            known = StrictJson.MAPPER.readTree(content).path("changelog").asText();
        } catch (JsonProcessingException e) {
            throw unavailable("has a damaged marker file, " + path.resolve(MARKER), path, e);
        }
        if (!known.equals(digest)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "sink " + path + " holds another change log; name an empty directory");
        }
    }

    private static void writeFully(FileChannel channel, String content) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(content + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
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
