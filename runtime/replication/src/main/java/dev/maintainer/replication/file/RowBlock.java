package dev.maintainer.replication.file;

import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
            RowEncoding.write(out, row, definition -> numberOf(definition, definitions));
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
                rows.add(RowEncoding.read(in, table, definitions::get));
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
}
