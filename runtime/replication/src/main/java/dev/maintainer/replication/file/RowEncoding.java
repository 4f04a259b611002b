package dev.maintainer.replication.file;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table as bytes, one behind the other. What is the same for many of them is left out: the table, and the text of
 * definitions, of which each row has a number that means something to whoever reads it.
 *
 * @since 0.1.0
 */
public final class RowEncoding {
    private static final int NONE = -1;

    private RowEncoding() {}

    /**
     * Writes a row.
     *
     * @param out where it goes
     * @param row the row
     * @param numbers gives a definition its number, at least 0
     * @throws IOException if {@code out} does
     */
    public static void write(DataOutputStream out, RowEvent row, ToIntFunction<String> numbers) throws IOException {
        out.writeLong(row.commitTs());
        out.writeLong(row.number());
        out.writeByte(code(row.op()));
        text(out, row.key());
        SpanBound order = row.order();
        bytes(out, order == null ? null : order.bytes());
        text(out, row.row());
        String definition = row.definition();
        out.writeInt(definition == null ? NONE : numbers.applyAsInt(definition));
    }

    /**
     * Reads the next row.
     *
     * @param in the bytes
     * @param table the table of all rows
     * @param definitions what a number means
     * @return the row
     * @throws IOException if there is none
     */
    public static RowEvent read(DataInputStream in, TableId table, IntFunction<String> definitions) throws IOException {
        long commitTs = in.readLong();
        long number = in.readLong();
        RowEvent.Op op = op(in.readByte());
        byte[] key = bytes(in);
        byte[] order = bytes(in);
        byte[] row = bytes(in);
        int definition = in.readInt();
        if (key == null) {
            throw new IOException("a row without a key");
        }
        return new RowEvent(
                        commitTs,
                        table,
                        op,
                        new String(key, StandardCharsets.UTF_8),
                        order == null ? null : SpanBound.before(order),
                        row == null ? null : new String(row, StandardCharsets.UTF_8),
                        definition == NONE ? null : definitions.apply(definition))
                .numbered(number);
    }

    private static void text(DataOutputStream out, @Nullable String text) throws IOException {
        bytes(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? NONE : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte @Nullable [] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length == NONE) {
            return null;
        }
        if (length < 0 || length > in.available()) {
            // Nothing is allocated for bytes that may not be there.
            return in.readNBytes(length);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static int code(RowEvent.Op op) {
        return switch (op) {
            case I -> 0;
            case U -> 1;
            case D -> 2;
            case P -> 3;
        };
    }

    private static RowEvent.Op op(int code) throws IOException {
        return switch (code) {
            case 0 -> RowEvent.Op.I;
            case 1 -> RowEvent.Op.U;
            case 2 -> RowEvent.Op.D;
            case 3 -> RowEvent.Op.P;
            default -> throw new IOException("no change of a row has code " + code);
        };
    }
}
