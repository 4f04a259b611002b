package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import dev.maintainer.connector.postgres.catalog.ColumnContent;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.event.RowEvent.Op;
import dev.maintainer.replication.file.RowEncoding;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Events of one table as bytes, one behind the other. Values of columns are written as the server has told them, so that nobody
 * makes texts of them on the way; whatever is told by texts is written as {@link RowEncoding} does.
 */
final class EventEncoding {
    /** What an event begins with. */
    private static final int TEXTS = 0;

    private static final int INSERT = 1;
    private static final int UPDATE = 2;
    private static final int DELETE = 3;
    private static final int PART = 4;

    /** So that neither null nor what is not told needs a length below zero. */
    private static final int LENGTH_OFFSET = 2;

    private EventEncoding() {}

    /**
     * Writes an event.
     *
     * @param numbers gives a definition its number, at least 0
     */
    static void write(EventBytes out, RowEvent event, ToIntFunction<String> numbers) throws IOException {
        String definition = event.definition();
        if (definition == null
                || event.number() > Integer.MAX_VALUE
                || !(event.content() instanceof ColumnContent content)
                || !content.format().definition().equals(definition)) {
            out.write(TEXTS);
            RowEncoding.write(new DataOutputStream(out), event, numbers);
            return;
        }
        out.write(
                switch (event.op()) {
                    case I -> INSERT;
                    case U -> UPDATE;
                    case D -> DELETE;
                    case P -> PART;
                });
        out.int64(event.commitTs());
        out.number((int) event.number());
        out.number(numbers.applyAsInt(definition));
        RowValues values = content.values();
        for (int column = 0; column < values.columns(); column++) {
            int length = values.length(column);
            out.number(length + LENGTH_OFFSET);
            if (length > 0) {
                out.write(values.bytes(), values.start(column), length);
            }
        }
    }

    /**
     * Reads the next event, which keeps the bytes.
     *
     * @param table the table of all events
     * @param definitions what a number means
     * @param formats how rows of each of them are written; asked for rows that have columns
     * @throws IOException if there is none
     */
    static RowEvent read(EventBytes.Reader in, TableId table, List<String> definitions, IntFunction<RowFormat> formats)
            throws IOException {
        int kind = in.uint8();
        if (kind == TEXTS) {
            return texts(in, table, definitions);
        }
        Op op = switch (kind) {
            case INSERT -> Op.I;
            case UPDATE -> Op.U;
            case DELETE -> Op.D;
            case PART -> Op.P;
            default -> throw new DamagedException("no event begins with " + kind);
        };
        long commitTs = in.int64();
        int number = in.number();
        int known = in.number();
        if (known >= definitions.size()) {
            throw new DamagedException("a row has definition " + known + ", which its block has not");
        }
        String definition = definitions.get(known);
        RowFormat format = formats.apply(known);
        int[] places = new int[2 * format.sent().size()];
        for (int i = 0; i < places.length; i += 2) {
            int length = in.number() - LENGTH_OFFSET;
            places[i] = in.at();
            places[i + 1] = length;
            if (length > 0) {
                in.skip(length);
            } else if (length < Tuple.UNCHANGED_LENGTH) {
                throw new DamagedException("a value has length " + length);
            }
        }
        RowValues values = RowValues.of(in.bytes(), places);
        ColumnContent content =
                op == Op.P ? ColumnContent.part(format, values) : new ColumnContent(format, values, op != Op.D);
        return new RowEvent(commitTs, number, table, op, content, definition);
    }

    private static RowEvent texts(EventBytes.Reader in, TableId table, List<String> definitions) throws IOException {
        ByteArrayInputStream rest = new ByteArrayInputStream(in.bytes(), in.at(), in.left());
        RowEvent event = RowEncoding.read(new DataInputStream(rest), table, definitions::get);
        in.skip(in.left() - rest.available());
        return event;
    }
}
