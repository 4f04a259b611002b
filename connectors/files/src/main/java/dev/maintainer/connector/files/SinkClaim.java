package dev.maintainer.connector.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose a sink directory is. A marker file says that the directory is a sink, and of which log; a lock on it says that a
 * process uses it.
 */
final class SinkClaim {
    private static final Logger LOG = LoggerFactory.getLogger(SinkClaim.class);
    private static final String MARKER = ".maintainer-sink";
    private static final int MARKER_LIMIT = 4096;
    /** Of the segments and of what says which of them count. */
    private static final int FORMAT = 2;

    private static final String SHARED = "shared";

    private final Path path;
    /** Holds the lock. */
    private final FileChannel marker;

    private final @Nullable Object markerKey;
    /** Directories that the claim has made, the outermost first. */
    private final List<Path> made;

    private final boolean fresh;

    private SinkClaim(Path path, FileChannel marker, @Nullable Object markerKey, List<Path> made, boolean fresh) {
        this.path = path;
        this.marker = marker;
        this.markerKey = markerKey;
        this.made = made;
        this.fresh = fresh;
    }

    /**
     * Makes the directory a sink of a log, for this process alone until it is closed.
     *
     * @param digest which log
     * @throws MaintainerException if it has other content, is of another log, or is in use
     */
    static SinkClaim of(Path path, String digest) throws MaintainerException {
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
                return new SinkClaim(path, channel, keyOf(marker), List.copyOf(made), fresh);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unavailable("cannot be used", path, e);
        }
    }

    /** Refuses a directory inside of another sink, which owns all that is inside of it, and replaces and removes it. */
    static void refuseInside(Path sink) throws MaintainerException {
        try {
            refuseInside(sink.toAbsolutePath(), sink);
            refuseInside(sink.toAbsolutePath().normalize(), sink);
        } catch (IOException e) {
            throw unavailable("cannot be used", sink, e);
        }
    }

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
    void close() {
        try {
            marker.close();
        } catch (IOException e) {
            throw unavailable("cannot be given back", path, e);
        }
    }

    /** Closes it, and leaves no trace of the claim if the directory was new and nothing was written to it. */
    void release() {
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

    /** Whether the marker is still the file that was claimed. */
    boolean isInPlace() {
        return markerKey == null || markerKey.equals(keyOf(path.resolve(MARKER)));
    }

    private static @Nullable Object keyOf(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Which log it is of; null if it is no sink. */
    static @Nullable String digestOf(Path path) throws MaintainerException {
        try {
            Path file = path.resolve(MARKER);
            return Files.exists(file) ? digestIn(Files.readString(file), path) : null;
        } catch (IOException e) {
            throw unavailable("cannot be read", path, e);
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
            DurableFiles.write(marker, content(digest).toString());
            DurableFiles.force(path);
            return true;
        }
        check(content, digest, path);
        if (parse(content, path).path(SHARED).asBoolean()) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + path
                            + " is shared by the nodes of a cluster, and a run would begin it from the start; name"
                            + " another directory");
        }
        return false;
    }

    private static ObjectNode content(String digest) {
        return JsonNodeFactory.instance.objectNode().put("format", FORMAT).put("changelog", digest);
    }

    /** Refuses a sink that cannot be gone on with. */
    private static void check(String marker, String digest, Path path) {
        refuseFormer(marker, path);
        if (!digestIn(marker, path).equals(digest)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "sink " + path + " holds another change log; name an empty directory");
        }
    }

    private static void refuseFormer(String marker, Path path) {
        long format = parse(marker, path).path("format").asLong();
        if (format != FORMAT) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + path + " has format " + format + ", and this version knows " + FORMAT
                            + "; let the version that wrote it finish or restore it, or name an empty directory");
        }
    }

    /**
     * Makes the directory a sink that any number of processes share.
     *
     * @param digest which log
     * @throws MaintainerException if it has other content, is of another log, or of a run
     */
    static void share(Path path, String digest) throws MaintainerException {
        Path marker = path.resolve(MARKER);
        Path mine = path.resolve(MARKER + "-" + UUID.randomUUID());
        try {
            refuseFile(path);
            Files.createDirectories(path);
            if (!Files.exists(marker)) {
                refuseContent(path);
                try (FileChannel channel =
                        FileChannel.open(mine, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                    DurableFiles.write(
                            channel, content(digest).put(SHARED, true).toString());
                }
                linkMarker(marker, mine);
                DurableFiles.force(path);
            }
            checkShared(marker, digest, path);
        } catch (IOException | UnsupportedOperationException e) {
            throw unavailable("cannot be shared", path, e);
        } finally {
            remove(mine);
        }
    }

    /** Refuses what {@link #share} would refuse, and changes nothing. */
    static void checkShare(Path path, String digest) throws MaintainerException {
        Path marker = path.resolve(MARKER);
        try {
            refuseFile(path);
            if (Files.exists(marker)) {
                checkShared(marker, digest, path);
            } else if (Files.exists(path)) {
                refuseContent(path);
            }
            Path there = path.toAbsolutePath();
            while (there != null && !Files.exists(there)) {
                there = there.getParent();
            }
            if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        "sink " + path + " cannot be written: " + there
                                + (there != null && Files.isDirectory(there)
                                        ? " is read-only, or belongs to others"
                                        : " is not a directory")
                                + "; check permissions, or name another one");
            }
        } catch (IOException e) {
            throw unavailable("cannot be shared", path, e);
        }
    }

    private static void refuseFile(Path path) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "sink " + path + " is not a directory; name another one");
        }
    }

    private static void checkShared(Path marker, String digest, Path path) throws IOException {
        String content = Files.readString(marker);
        if (content.isBlank() || !parse(content, path).path(SHARED).asBoolean()) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + path + " belongs to a run, which is alone with it; name an empty directory");
        }
        check(content, digest, path);
    }

    private static void linkMarker(Path marker, Path mine) throws IOException {
        try {
            Files.createLink(marker, mine);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("another process has made {} just now: {}", marker, e.toString());
        }
    }

    private static void remove(Path file) {
        try {
            if (Files.exists(file)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("{} is of no use any more and could not be removed: {}", file, e.toString());
        }
    }

    private static void refuseContent(Path path) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            for (Path each : content) {
                if (!String.valueOf(each.getFileName()).startsWith(MARKER) && !Files.exists(path.resolve(MARKER))) {
                    throw new MaintainerException(
                            ErrorCode.SINK_UNAVAILABLE,
                            "sink directory " + path + " is not empty and not one of ours; name an empty one");
                }
            }
        }
    }

    /** Whether a sink is shared by the processes of a cluster. */
    static boolean isShared(Path path) throws MaintainerException {
        try {
            return parse(Files.readString(path.resolve(MARKER)), path)
                    .path(SHARED)
                    .asBoolean();
        } catch (IOException e) {
            throw unavailable("cannot be read", path, e);
        }
    }

    /** Refuses to read segments of another format. */
    static void refuseFormer(Path path) throws MaintainerException {
        try {
            refuseFormer(Files.readString(path.resolve(MARKER)), path);
        } catch (IOException e) {
            throw unavailable("cannot be read", path, e);
        }
    }

    private static String digestIn(String marker, Path path) {
        return parse(marker, path).path("changelog").asText();
    }

    private static JsonNode parse(String marker, Path path) {
        try {
            return StrictJson.MAPPER.readTree(marker);
        } catch (JsonProcessingException e) {
            throw unavailable("has a damaged marker file, " + path.resolve(MARKER), path, e);
        }
    }

    static boolean isEmpty(Path path) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            return !content.iterator().hasNext();
        }
    }

    /** A sink that cannot be used for want of space, permissions, or a disk. */
    static MaintainerException unavailable(String what, Path path, Exception cause) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "sink " + path + " " + what + ": "
                        + (cause instanceof IOException e ? FileProblem.ofWriting(path, e) : cause)
                        + "; check space and permissions",
                cause);
    }
}
