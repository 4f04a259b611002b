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
 * Bytes that are set aside and read again by position: in memory as long as they are few, then in a file in the
 * temporary directory ({@code java.io.tmpdir}) that is unlinked where the system allows it, so that nothing is left
 * when the process ends. Thread-safe; interrupting a thread while it reads does not affect others.
 */
public final class Spool implements AutoCloseable {
    private final long inMemory;
    private final Map<Long, byte[]> parts = new HashMap<>();
    private @Nullable RandomAccessFile file;
    private @Nullable Path named;
    private long length;
    private boolean closed;

    /**
     * An empty spool.
     *
     * @param inMemory how many bytes are kept in memory before there is a file
     */
    public Spool(long inMemory) {
        this.inMemory = inMemory;
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
        RandomAccessFile open = file;
        if (open == null && length + bytes.length > inMemory) {
            open = spill();
        }
        long at = length;
        if (open == null) {
            parts.put(at, bytes);
        } else {
            open.seek(at);
            open.write(bytes);
        }
        length += bytes.length;
        return at;
    }

    private RandomAccessFile spill() throws IOException {
        Path path = Files.createTempFile("maintainer-", ".spool");
        RandomAccessFile made = new RandomAccessFile(path.toFile(), "rw");
        file = made;
        try {
            Files.delete(path);
        } catch (IOException e) {
            // Some systems keep the name of a file that is open.
            named = path;
            path.toFile().deleteOnExit();
        }
        for (Map.Entry<Long, byte[]> part : new TreeMap<>(parts).entrySet()) {
            made.seek(part.getKey());
            made.write(part.getValue());
        }
        parts.clear();
        return made;
    }

    /**
     * Reads bytes that were appended.
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
        RandomAccessFile open = file;
        if (open == null || closed) {
            throw new IOException("it is closed");
        }
        byte[] bytes = new byte[count];
        open.seek(at);
        open.readFully(bytes);
        return bytes;
    }

    /** Lets go of all of them. */
    @Override
    public synchronized void close() {
        closed = true;
        parts.clear();
        try {
            if (file != null) {
                file.close();
            }
            if (named != null) {
                Files.deleteIfExists(named);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
