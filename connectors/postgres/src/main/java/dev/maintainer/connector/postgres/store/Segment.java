package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One file of a store. Written by one thread, and read by many; interrupting a thread while it reads does not affect others,
 * which is why there is no channel.
 */
final class Segment implements AutoCloseable {
    private static final String SUFFIX = ".rows";

    private final long number;
    private final Path path;
    private final RandomAccessFile file;
    private final long afterTs;
    private final Map<String, Integer> definitions = new HashMap<>();
    private final Set<TableId> tables = new HashSet<>();
    private long length;
    private long lastTs;
    private volatile boolean dropped;

    /**
     * A file that is there.
     *
     * @param length how much of it counts
     * @param afterTs everything that was committed up to here is in the files before
     */
    Segment(long number, Path path, RandomAccessFile file, long length, long afterTs) {
        this.number = number;
        this.path = path;
        this.file = file;
        this.length = length;
        this.afterTs = afterTs;
        this.lastTs = afterTs;
    }

    /** Makes a file. */
    static Segment create(Path directory, long number, String origin, long afterTs) throws IOException {
        Path path = directory.resolve(number + SUFFIX);
        Files.deleteIfExists(path);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        Segment made = new Segment(number, path, file, 0, afterTs);
        try {
            Records header = new Records();
            header.header(origin, afterTs);
            made.append(header);
            return made;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The number of a file by its name; -1 if it is none of a store. */
    static long numberOf(Path path) {
        String name = String.valueOf(path.getFileName());
        String digits = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
    }

    long number() {
        return number;
    }

    Path path() {
        return path;
    }

    long afterTs() {
        return afterTs;
    }

    /** When the last transaction was committed of which it has something; where it begins if it has nothing. */
    long lastTs() {
        return lastTs;
    }

    void committed(long ts) {
        lastTs = ts;
    }

    /** The tables of which it may have rows. */
    Set<TableId> tables() {
        return tables;
    }

    /** Nobody needs it any more; it may be gone soon. */
    void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }

    /** The numbers of definitions. */
    Map<String, Integer> definitions() {
        return definitions;
    }

    long length() {
        return length;
    }

    /** Appends records; if that fails the file is as it was. */
    void append(Records records) throws IOException {
        boolean whole = false;
        try {
            synchronized (file) {
                file.seek(length);
                file.write(records.bytes(), 0, records.length());
            }
            whole = true;
        } finally {
            if (!whole) {
                cut(length);
            }
        }
        length += records.length();
    }

    /** Takes back what was written behind a position. */
    void cut(long to) throws IOException {
        synchronized (file) {
            file.setLength(to);
        }
        length = to;
        definitions.clear();
    }

    /** Makes everything durable that was written. */
    void force() throws IOException {
        file.getFD().sync();
    }

    byte[] read(long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        synchronized (file) {
            if (at + count > file.length()) {
                throw new EOFException(path + " ends before " + (at + count));
            }
            file.seek(at);
            file.readFully(bytes);
        }
        return bytes;
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
