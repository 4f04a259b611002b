package dev.maintainer.connector.changelog;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a log that is still written can be read from without what came before: the lines of its DDLs, and marks, positions at
 * which everything before is resolved. It is a cache: one that is lost, damaged, or does not fit the log is made anew while the
 * log is read from its beginning. Used by one thread.
 *
 * <p>The file has records of a length, a CRC-32 and content; whatever follows the first that is damaged does not count. It is
 * written under another name at first and takes the place of the former one then, so whoever still writes that writes to nobody.
 */
final class LogIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogIndex.class);

    private static final int VERSION = 1;
    private static final byte HEADER = 0;
    private static final byte DDL = 1;
    private static final byte MARK = 2;
    private static final int LONGEST_RECORD = 1 << 26;

    /**
     * A DDL of the log.
     *
     * @param number of the line, from 1
     * @param text the line
     */
    record Line(long number, String text) {}

    /**
     * A position behind a line that says what is resolved, where nothing else has been read.
     *
     * @param position in bytes
     * @param line the number of that line, from 1
     * @param text that line
     * @param resolvedTs what it says; a TSO
     * @param rowsToSyncPoint after how many more rows there is a sync point; 0 if there are none
     */
    record Mark(long position, long line, String text, long resolvedTs, long rowsToSyncPoint) {}

    /**
     * Where to begin.
     *
     * @param ddls all that come before
     * @param mark the position
     */
    record Start(List<Line> ddls, Mark mark) {}

    private final Path file;
    private @Nullable FileChannel channel;
    private final List<Line> unwritten = new ArrayList<>();
    private @Nullable Start start;

    private LogIndex(Path file, @Nullable FileChannel channel, @Nullable Start start) {
        this.file = file;
        this.channel = channel;
        this.start = start;
    }

    /**
     * Looks for the last mark at or before a position, and goes on from there.
     *
     * @param file of the index; need not exist
     * @param log identifies the log
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     * @param historyAfter what was committed up to here is not needed; a TSO
     */
    static LogIndex open(Path file, String log, long syncPointInterval, long historyAfter) {
        Start start = null;
        try {
            start = read(file, log, syncPointInterval, historyAfter);
        } catch (NoSuchFileException e) {
            // The log is read for the first time here.
        } catch (IOException e) {
            LOG.warn("{} cannot be read, so the log is read from its beginning: {}", file, e.toString());
        }
        return begin(file, log, syncPointInterval, start);
    }

    private static LogIndex begin(Path file, String log, long syncPointInterval, @Nullable Start start) {
        Path next = null;
        FileChannel written = null;
        try {
            next = Files.createTempFile(
                    Files.createDirectories(file.toAbsolutePath().getParent()), "next", ".index");
            written = FileChannel.open(next, StandardOpenOption.WRITE);
            LogIndex index = new LogIndex(file, written, start);
            index.write(header(log, syncPointInterval));
            if (start != null) {
                for (Line each : start.ddls()) {
                    index.write(encoded(each));
                }
                index.write(encoded(start.mark()));
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return index;
        } catch (IOException e) {
            LogIndex index = new LogIndex(file, written, start);
            index.giveUp(e);
            remove(next);
            return index;
        }
    }

    private static void remove(@Nullable Path unfinished) {
        try {
            if (unfinished != null) {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be removed", unfinished, e);
        }
    }

    /** Where to begin; null if that is the beginning of the log. Not kept: there may be many DDLs. */
    @Nullable
    Start takeStart() {
        Start taken = start;
        start = null;
        return taken;
    }

    /** The log cannot be read from there: it is another one, though it begins alike. */
    static LogIndex without(Path file, String log, long syncPointInterval) {
        return begin(file, log, syncPointInterval, null);
    }

    /** A DDL that was read; known from the next mark on. */
    void add(Line ddl) {
        if (channel != null) {
            unwritten.add(ddl);
        }
    }

    /** Everything before this position is read. */
    void add(Mark mark) {
        if (channel == null) {
            return;
        }
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Line each : unwritten) {
                all.write(encoded(each));
            }
            all.write(encoded(mark));
            write(all.toByteArray());
            unwritten.clear();
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void giveUp(IOException cause) {
        LOG.warn(
                "{} cannot be written, so the next start reads the log from an earlier position: {}",
                file,
                cause.toString());
        close();
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        unwritten.clear();
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("closing {} has failed", file, e);
            }
        }
    }

    private void write(byte[] bytes) throws IOException {
        FileChannel open = channel;
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (open != null && left.hasRemaining()) {
            open.write(left);
        }
    }

    // ---- the format ------------------------------------------------------------------------------------------------

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] record(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.write(new DataOutputStream(bytes));
        byte[] payload = bytes.toByteArray();
        return ByteBuffer.allocate(2 * Integer.BYTES + payload.length)
                .putInt(payload.length)
                .putInt(crc(payload))
                .put(payload)
                .array();
    }

    private static int crc(byte[] payload) {
        CRC32 crc = new CRC32();
        crc.update(payload);
        return (int) crc.getValue();
    }

    private static byte[] header(String log, long syncPointInterval) throws IOException {
        return record(out -> {
            out.writeByte(HEADER);
            out.writeInt(VERSION);
            text(out, log);
            out.writeLong(syncPointInterval);
        });
    }

    private static byte[] encoded(Line ddl) throws IOException {
        return record(out -> {
            out.writeByte(DDL);
            out.writeLong(ddl.number());
            text(out, ddl.text());
        });
    }

    private static byte[] encoded(Mark mark) throws IOException {
        return record(out -> {
            out.writeByte(MARK);
            out.writeLong(mark.position());
            out.writeLong(mark.line());
            text(out, mark.text());
            out.writeLong(mark.resolvedTs());
            out.writeLong(mark.rowsToSyncPoint());
        });
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + length + " bytes in a record that has " + in.available() + " more");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** The next record that is whole; null if there is none. */
    private static @Nullable DataInputStream next(DataInputStream in) throws IOException {
        byte[] head = in.readNBytes(2 * Integer.BYTES);
        if (head.length < 2 * Integer.BYTES) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        int length = fields.getInt();
        if (length < 1 || length > LONGEST_RECORD) {
            return null;
        }
        byte[] payload = in.readNBytes(length);
        return payload.length == length && crc(payload) == fields.getInt()
                ? new DataInputStream(new ByteArrayInputStream(payload))
                : null;
    }

    private static @Nullable Start read(Path file, String log, long syncPointInterval, long historyAfter)
            throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            DataInputStream header = next(in);
            if (header == null
                    || header.readByte() != HEADER
                    || header.readInt() != VERSION
                    || !text(header).equals(log)
                    || header.readLong() != syncPointInterval) {
                return null;
            }
            List<Line> ddls = new ArrayList<>();
            Mark last = null;
            int before = 0;
            for (DataInputStream record = next(in); record != null; record = next(in)) {
                switch (record.readByte()) {
                    case DDL -> ddls.add(new Line(record.readLong(), text(record)));
                    case MARK -> {
                        Mark mark = new Mark(
                                record.readLong(),
                                record.readLong(),
                                text(record),
                                record.readLong(),
                                record.readLong());
                        if (mark.resolvedTs() > historyAfter) {
                            return start(ddls.subList(0, before), last);
                        }
                        last = mark;
                        before = ddls.size();
                    }
                    default -> throw new IOException("a record of an unknown kind");
                }
            }
            return start(ddls.subList(0, before), last);
        }
    }

    private static @Nullable Start start(List<Line> ddls, @Nullable Mark mark) {
        return mark == null ? null : new Start(List.copyOf(ddls), mark);
    }
}
