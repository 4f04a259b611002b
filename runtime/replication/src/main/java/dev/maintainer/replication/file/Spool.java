package dev.maintainer.replication.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are set aside and read again by position: in memory as long as they are few, then in segments, files in the
 * temporary directory ({@code java.io.tmpdir}) that are unlinked where the system allows it, so that nothing is left when the
 * process ends. A segment of which everything was let go is given back. Thread-safe; interrupting a thread while it reads does
 * not affect others.
 */
public final class Spool implements AutoCloseable {
    private static final long SEGMENT = 64 << 20;

    private final long inMemory;
    private final long segmentLength;
    private final Map<Long, byte[]> parts = new HashMap<>();
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private long memory;
    private long length;
    private boolean closed;

    /**
     * An empty spool.
     *
     * @param inMemory how many bytes are kept in memory before there is a file
     */
    public Spool(long inMemory) {
        this(inMemory, SEGMENT);
    }

    /** With segments that are full when they have {@code segmentLength} bytes or more. */
    Spool(long inMemory, long segmentLength) {
        this.inMemory = inMemory;
        this.segmentLength = segmentLength;
    }

    /** Some of the bytes, in a file. */
    private static final class Segment {
        private final long begin;
        private final RandomAccessFile file;
        private final @Nullable Path named;
        private long length;
        private long live;

        Segment(long begin) throws IOException {
            this.begin = begin;
            Path path = Files.createTempFile("maintainer-", ".spool");
            this.file = new RandomAccessFile(path.toFile(), "rw");
            Path left = null;
            try {
                Files.delete(path);
            } catch (IOException e) {
                // Some systems keep the name of a file that is open.
                left = path;
                path.toFile().deleteOnExit();
            }
            this.named = left;
        }

        void append(byte[] bytes) throws IOException {
            file.seek(length);
            file.write(bytes);
            length += bytes.length;
            live += bytes.length;
        }

        void close() throws IOException {
            file.close();
            if (named != null) {
                Files.deleteIfExists(named);
            }
        }
    }

    /**
     * Appends bytes.
     *
     * @param bytes belong to the spool from now on
     * @return where they are
     * @throws IOException if there is no space for them
     */
    public synchronized long append(byte[] bytes) throws IOException {
        if (closed) {
            throw new IOException("it is closed");
        }
        long at = length;
        if (segments.isEmpty() && memory + bytes.length <= inMemory) {
            parts.put(at, bytes);
            memory += bytes.length;
        } else {
            writable().append(bytes);
        }
        length += bytes.length;
        return at;
    }

    private Segment writable() throws IOException {
        Map.Entry<Long, Segment> last = segments.lastEntry();
        if (last != null && last.getValue().length < segmentLength) {
            return last.getValue();
        }
        Segment made = new Segment(length);
        segments.put(length, made);
        if (last != null) {
            giveBackUnused(last.getValue());
        }
        return made;
    }

    /**
     * Reads bytes that were appended, and were not let go.
     *
     * @param at what {@link #append} has said
     * @param count how many they were
     * @return the bytes, not to be changed
     * @throws IOException if they cannot be read
     */
    public synchronized byte[] read(long at, int count) throws IOException {
        byte[] part = parts.get(at);
        if (part != null) {
            return part;
        }
        Segment segment = segmentOf(at);
        byte[] bytes = new byte[count];
        segment.file.seek(at - segment.begin);
        segment.file.readFully(bytes);
        return bytes;
    }

    private Segment segmentOf(long at) throws IOException {
        Map.Entry<Long, Segment> found = segments.floorEntry(at);
        if (closed || found == null || at >= found.getKey() + found.getValue().length) {
            throw new IOException(closed ? "it is closed" : "what was at " + at + " was let go");
        }
        return found.getValue();
    }

    /**
     * Lets go of bytes, which are not read again.
     *
     * @param at what {@link #append} has said
     * @param count how many they were
     * @throws UncheckedIOException if a file cannot be given back
     */
    public synchronized void release(long at, int count) {
        byte[] part = parts.remove(at);
        if (part != null) {
            memory -= part.length;
            return;
        }
        Map.Entry<Long, Segment> found = segments.floorEntry(at);
        if (closed || found == null) {
            return;
        }
        Segment segment = found.getValue();
        segment.live -= count;
        if (segment != segments.lastEntry().getValue()) {
            giveBackUnused(segment);
        }
    }

    /** One that is not written any more. */
    private void giveBackUnused(Segment segment) {
        if (segment.live == 0) {
            segments.remove(segment.begin);
            close(segment);
        }
    }

    /** {@return how many bytes are in files} */
    synchronized long onDisk() {
        return segments.values().stream().mapToLong(each -> each.length).sum();
    }

    private static void close(Segment segment) {
        try {
            segment.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets go of all of them. */
    @Override
    public synchronized void close() {
        closed = true;
        parts.clear();
        segments.values().forEach(Spool::close);
        segments.clear();
    }
}
