package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.RowEncoding;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where some rows of one table are, that follow each other. Immutable.
 *
 * @param at where its record begins in the file
 * @param length of the record
 * @param count how many rows; at least 1
 * @param firstTs when the first of them was committed
 * @param lastTs when the last of them was committed
 * @param definitions those of the rows, by the number that the rows have for them
 */
record StoredBlock(
        Segment segment,
        TableId table,
        long at,
        int length,
        int count,
        long firstTs,
        long lastTs,
        List<String> definitions) {
    /**
     * Reads the rows.
     *
     * @throws IOException if they cannot be read, or are damaged
     */
    List<RowEvent> read() throws IOException {
        Records.Body body = Records.parse(segment.read(at, length));
        if (!(body instanceof Records.BlockBody block) || block.count() != count) {
            throw new IOException("there are no rows at " + at + " of " + segment.path());
        }
        List<RowEvent> rows = new ArrayList<>(count);
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(block.bytes(), block.from(), block.length()))) {
            for (int i = 0; i < count; i++) {
                rows.add(RowEncoding.read(in, table, definitions::get));
            }
        }
        return rows;
    }
}
