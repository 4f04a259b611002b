package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

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
     * @param formats how rows of a definition are written
     * @throws IOException if they cannot be read, or are damaged
     */
    List<RowEvent> read(Function<String, RowFormat> formats) throws IOException {
        Records.Body body = Records.parse(segment.read(at, length));
        if (!(body instanceof Records.BlockBody block) || block.count() != count) {
            throw new IOException("there are no rows at " + at + " of " + segment.path());
        }
        List<RowEvent> rows = new ArrayList<>(count);
        IntFunction<RowFormat> own = known(formats);
        EventBytes.Reader in = new EventBytes.Reader(block.bytes(), block.from(), block.length());
        for (int i = 0; i < count; i++) {
            rows.add(EventEncoding.read(in, table, definitions, own));
        }
        return rows;
    }

    /** Asked once for each definition of rows that have columns; others may have anything for one. */
    private IntFunction<RowFormat> known(Function<String, RowFormat> formats) {
        @Nullable RowFormat[] known = new RowFormat[definitions.size()];
        return number -> {
            RowFormat format = known[number];
            if (format == null) {
                format = formats.apply(definitions.get(number));
                known[number] = format;
            }
            return format;
        };
    }
}
