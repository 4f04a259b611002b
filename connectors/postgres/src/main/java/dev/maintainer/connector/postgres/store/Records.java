package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file: a length, a CRC-32C of the content, and the content, of which the first byte says what it is. Grows
 * as records are put into it. Used by one thread.
 */
final class Records {
    /** Rows of 2 have values of columns; those of 1 were texts. */
    private static final int VERSION = 2;

    private static final byte HEADER = 0;
    private static final byte DEFINITION = 1;
    private static final byte BLOCK = 2;
    private static final byte COMMIT = 3;

    /** Length and checksum. */
    static final int HEAD = 2 * Integer.BYTES;

    private static final int FIRST_SIZE = 1 << 16;

    /** What a record says. */
    sealed interface Body {}

    /**
     * The first of a file.
     *
     * @param afterTs everything that was committed up to here is in the files before
     */
    record Header(String origin, long afterTs) implements Body {}

    /**
     * A definition that rows of blocks behind it have.
     *
     * @param number counted from 0 in each file
     */
    record Definition(int number, String text) implements Body {}

    /**
     * Rows of a table.
     *
     * @param definitions the numbers of their definitions
     * @param bytes has the rows, from {@code from} on
     */
    @SuppressWarnings("ArrayRecordComponent")
    record BlockBody(
            TableId table,
            int count,
            long firstTs,
            long lastTs,
            List<Integer> definitions,
            byte[] bytes,
            int from,
            int length)
            implements Body {
        @Override
        public String toString() {
            return count + " rows of table " + table + " of " + firstTs + " to " + lastTs;
        }
    }

    /**
     * All blocks before it that no other one has made valid are.
     *
     * @param ts the last transaction of which they have rows was committed then
     * @param wallMillis when that was, by the clock of the source
     */
    record Commit(long ts, long wallMillis) implements Body {}

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;
    private int begun;

    /** How many bytes there are. */
    int length() {
        return length;
    }

    /** The records, up to {@link #length}. */
    byte[] bytes() {
        return bytes;
    }

    void clear() {
        length = 0;
        if (bytes.length > FIRST_SIZE) {
            bytes = new byte[FIRST_SIZE];
        }
    }

    void header(String origin, long afterTs) {
        ByteBuffer content = begin(HEADER, Integer.BYTES + Long.BYTES);
        content.putInt(VERSION).putLong(afterTs);
        append(origin.getBytes(StandardCharsets.UTF_8));
        end();
    }

    void definition(int number, String text) {
        begin(DEFINITION, Integer.BYTES).putInt(number);
        append(text.getBytes(StandardCharsets.UTF_8));
        end();
    }

    /** The rows of a block, with the numbers that their definitions have in the file. */
    void block(TableId table, PendingRows.Block block, int[] definitions) {
        ByteBuffer content = begin(BLOCK, 3 * Long.BYTES + 2 * Integer.BYTES + Integer.BYTES * definitions.length);
        content.putLong(table.value())
                .putInt(block.count())
                .putLong(block.firstTs())
                .putLong(block.lastTs())
                .putInt(definitions.length);
        for (int number : definitions) {
            content.putInt(number);
        }
        append(block.bytes());
        end();
    }

    void commit(long ts, long wallMillis) {
        begin(COMMIT, 2 * Long.BYTES).putLong(ts).putLong(wallMillis);
        end();
    }

    private ByteBuffer begin(byte kind, int fields) {
        begun = length;
        ensure(HEAD + 1 + fields);
        ByteBuffer content = ByteBuffer.wrap(bytes, length + HEAD, 1 + fields);
        content.put(kind);
        length += HEAD + 1 + fields;
        return content;
    }

    private void append(byte[] more) {
        ensure(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void ensure(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length)));
        }
    }

    private void end() {
        int from = begun + HEAD;
        ByteBuffer.wrap(bytes, begun, HEAD).putInt(length - from).putInt(crc(bytes, from, length - from));
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /**
     * Reads the next record as it is.
     *
     * @param longest what is longer is no record
     * @return null if there is none that is whole
     */
    static byte @Nullable [] next(InputStream in, long longest) throws IOException {
        byte[] head = in.readNBytes(HEAD);
        if (head.length < HEAD) {
            return null;
        }
        int content = ByteBuffer.wrap(head).getInt();
        if (content < 1 || content > longest - HEAD) {
            return null;
        }
        byte[] record = Arrays.copyOf(head, HEAD + content);
        int read = in.readNBytes(record, HEAD, content);
        return read == content && isWhole(record) ? record : null;
    }

    private static boolean isWhole(byte[] record) {
        return ByteBuffer.wrap(record).getInt(Integer.BYTES) == crc(record, HEAD, record.length - HEAD);
    }

    /**
     * What a record says.
     *
     * @throws IOException if it is damaged
     */
    static Body parse(byte[] record) throws IOException {
        if (record.length <= HEAD || !isWhole(record)) {
            throw new IOException("a record is damaged");
        }
        ByteBuffer content = ByteBuffer.wrap(record, HEAD, record.length - HEAD);
        try {
            byte kind = content.get();
            return switch (kind) {
                case HEADER -> header(content);
                case DEFINITION -> new Definition(content.getInt(), text(content));
                case BLOCK -> block(content, record);
                case COMMIT -> new Commit(content.getLong(), content.getLong());
                default -> throw new IOException("a record is of no known kind");
            };
        } catch (BufferUnderflowException e) {
            throw new EOFException("a record is too short");
        }
    }

    private static Header header(ByteBuffer content) throws IOException {
        int version = content.getInt();
        if (version != VERSION) {
            throw new IOException("it has form " + version + ", and this release reads form " + VERSION);
        }
        long afterTs = content.getLong();
        return new Header(text(content), afterTs);
    }

    private static BlockBody block(ByteBuffer content, byte[] record) throws IOException {
        TableId table = new TableId(content.getLong());
        int count = content.getInt();
        long firstTs = content.getLong();
        long lastTs = content.getLong();
        int numbers = content.getInt();
        if (count < 1 || numbers < 0 || numbers > content.remaining() / Integer.BYTES) {
            throw new IOException("a block of " + count + " rows with " + numbers + " definitions");
        }
        List<Integer> definitions = new ArrayList<>(numbers);
        for (int i = 0; i < numbers; i++) {
            definitions.add(content.getInt());
        }
        return new BlockBody(
                table, count, firstTs, lastTs, definitions, record, content.position(), content.remaining());
    }

    private static String text(ByteBuffer content) {
        return StandardCharsets.UTF_8.decode(content).toString();
    }
}
