package dev.maintainer.replication.file;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table that are set aside together. Immutable.
 *
 * @param at where they are in their spool
 * @param bytes how long they are there
 * @param count how many there are; at least 1
 * @param firstTs when the first of them was committed
 * @param lastTs when the last of them was committed
 * @param definitions those of its rows, each once. They stay in memory: there are few of them, and all blocks share them
 */
public record RowBlock(
        TableId table, long at, int bytes, int count, long firstTs, long lastTs, List<String> definitions) {
    private static final int NONE = -1;

    /**
     * Puts rows aside.
     *
     * @param rows of one table; at least one
     * @throws IOException if there is no space for them
     */
    public static RowBlock write(Spool spool, List<RowEvent> rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
        DataOutputStream out = new DataOutputStream(bytes);
        Map<String, Integer> definitions = new LinkedHashMap<>();
        for (RowEvent row : rows) {
            out.writeLong(row.commitTs());
            out.writeByte(code(row.op()));
            text(out, row.key());
            SpanBound order = row.order();
            bytes(out, order == null ? null : order.bytes());
            text(out, row.row());
            String definition = row.definition();
            out.writeInt(definition == null ? NONE : numberOf(definition, definitions));
        }
        byte[] encoded = bytes.toByteArray();
        RowEvent first = rows.get(0);
        return new RowBlock(
                first.table(),
                spool.append(encoded),
                encoded.length,
                rows.size(),
                first.commitTs(),
                rows.get(rows.size() - 1).commitTs(),
                List.copyOf(definitions.keySet()));
    }

    private static int numberOf(String definition, Map<String, Integer> definitions) {
        return definitions.computeIfAbsent(definition, any -> definitions.size());
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

    /**
     * Reads them again.
     *
     * @param spool where they were put
     * @throws UncheckedIOException if they cannot be read
     */
    public List<RowEvent> read(Spool spool) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(spool.read(at, bytes)))) {
            List<RowEvent> rows = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                long commitTs = in.readLong();
                RowEvent.Op op = op(in.readByte());
                byte[] key = bytes(in);
                byte[] order = bytes(in);
                byte[] row = bytes(in);
                int definition = in.readInt();
                if (key == null) {
                    throw new IOException("a row without a key");
                }
                rows.add(new RowEvent(
                        commitTs,
                        table,
                        op,
                        new String(key, StandardCharsets.UTF_8),
                        order == null ? null : SpanBound.before(order),
                        row == null ? null : new String(row, StandardCharsets.UTF_8),
                        definition == NONE ? null : definitions.get(definition)));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException("what was put aside cannot be read again", e);
        }
    }

    /**
     * Lets go of them; they are not read again.
     *
     * @param spool where they were put
     */
    public void release(Spool spool) {
        spool.release(at, bytes);
    }

    private static int code(RowEvent.Op op) {
        return switch (op) {
            case I -> 0;
            case U -> 1;
            case D -> 2;
        };
    }

    private static RowEvent.Op op(int code) throws IOException {
        return switch (code) {
            case 0 -> RowEvent.Op.I;
            case 1 -> RowEvent.Op.U;
            case 2 -> RowEvent.Op.D;
            default -> throw new IOException("no change of a row has code " + code);
        };
    }

    private static byte @Nullable [] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length == NONE ? null : in.readNBytes(length);
    }
}
