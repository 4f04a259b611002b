package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.wal.OldTuple;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.event.RowEvent.Op;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the log of a source tells of rows of a table into events. Immutable; thread-safe.
 *
 * <p>A row has the columns of the image, in whatever shape it was told: columns are the same if they have the same number. What
 * the shape has and the image has not is left out; what only the image has is not known.
 */
public final class RowMapping {
    /**
     * Where a change is in the log: the same wherever and however often that is read.
     *
     * @param commitTs when its transaction was committed; a position
     * @param xid the number of the transaction, without its epoch
     * @param number the how manieth change of the transaction it is, from 0
     */
    public record Place(long commitTs, long xid, long number) {}

    private final TableId table;
    private final RowFormat format;
    /** Of each column of the image that is sent, its place in the rows that come; -1 if they do not have it. */
    private final int[] places;
    /** Whether rows come as the image has them. */
    private final boolean isSame;

    private RowMapping(TableId table, RowFormat format, int[] places, int columns) {
        this.table = table;
        this.format = format;
        this.places = places;
        this.isSame = Arrays.equals(places, IntStream.range(0, columns).toArray());
    }

    /**
     * Rows that have the shape of the image.
     *
     * @param table whose rows they are
     * @param image what it looks like
     * @param columns the names of the columns of rows that come, in their order
     * @return the mapping
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if these are other columns than those of the image
     */
    public static RowMapping of(TableId table, TableImage image, List<String> columns) throws MaintainerException {
        return of(table, image, image, columns);
    }

    /** Rows that have the shape of a table as it is. */
    public static RowMapping of(SourceTable table) {
        TableImage image = table.image();
        return of(
                table.info().table(),
                image,
                image.sent().stream().map(ColumnImage::name).toList());
    }

    /**
     * Rows of a transaction that has changed the table after they were written.
     *
     * @param table whose rows they are
     * @param then what it looked like when the rows were written
     * @param image what it looks like when the transaction is committed
     * @param columns the names of the columns of rows that come, in their order
     * @return the mapping
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if these are other columns than the table had
     */
    public static RowMapping of(TableId table, TableImage then, TableImage image, List<String> columns)
            throws MaintainerException {
        List<ColumnImage> told = then.sent();
        if (!told.stream().map(ColumnImage::name).toList().equals(columns)) {
            throw new MaintainerException(
                    ErrorCode.SCHEMA_DRIFT,
                    "rows of table " + table + " came with the columns " + names(columns) + ", and it should have "
                            + names(told.stream().map(ColumnImage::name).toList())
                            + ": a DDL was not noted; look whether the event triggers of maintainer.ddl_log are"
                            + " enabled, and set the table up anew");
        }
        Map<Integer, Integer> byNumber = new HashMap<>();
        told.forEach(column -> byNumber.put(column.number(), byNumber.size()));
        RowFormat format = new RowFormat(image);
        int[] places = format.sent().stream()
                .mapToInt(column -> byNumber.getOrDefault(column.number(), -1))
                .toArray();
        return new RowMapping(table, format, places, columns.size());
    }

    private static String names(List<String> columns) {
        return Printable.line(String.join(", ", columns));
    }

    /** {@return how rows of the table are written} */
    public RowFormat format() {
        return format;
    }

    /** {@return the definition that the events carry} */
    public String definition() {
        return format.definition();
    }

    /**
     * What a change amounts to.
     *
     * @param place where it is in the log
     * @param change a change of the table, with as many columns as were given
     * @return one event; of a changed key a deletion and an insertion
     * @throws MaintainerException with {@code ROW_MISSING} if the key is another one and a value is not told, {@code BAD_INPUT}
     *     if the key is not told, {@code SCHEMA_DRIFT} if the table has none and the former row is not told
     */
    public List<RowEvent> events(Place place, WalMessage.RowChange change) throws MaintainerException {
        if (!format.hasKey()) {
            return List.of(keyless(place, change));
        }
        if (change instanceof WalMessage.Insert insert) {
            return List.of(event(place, Op.I, values(insert.row())));
        } else if (change instanceof WalMessage.Delete delete) {
            return List.of(event(place, Op.D, values(delete.old().values())));
        } else if (change instanceof WalMessage.Update update) {
            return changed(place, update);
        }
        throw new IllegalStateException("a change of a row that is " + change.getClass());
    }

    private RowEvent keyless(Place place, WalMessage.RowChange change) {
        if (change instanceof WalMessage.Insert insert) {
            return keyless(place, Op.I, null, values(insert.row()));
        } else if (change instanceof WalMessage.Delete delete) {
            return keyless(place, Op.D, whole(delete.old()), null);
        } else if (change instanceof WalMessage.Update update) {
            RowValues old = whole(update.old());
            return keyless(place, Op.U, old, values(update.row()).filledFrom(old));
        }
        throw new IllegalStateException("a change of a row that is " + change.getClass());
    }

    private RowValues whole(@Nullable OldTuple old) {
        if (old == null || old.part() != OldTuple.Part.ROW) {
            throw new MaintainerException(
                    ErrorCode.SCHEMA_DRIFT,
                    "a row of table " + table
                            + ", which has no key, was changed, and the source does not tell which one;"
                            + " set REPLICA IDENTITY FULL for the table, and create the changefeed anew");
        }
        return values(old.values());
    }

    private RowEvent keyless(Place place, Op op, @Nullable RowValues before, @Nullable RowValues row) {
        KeylessKey key = new KeylessKey.Change(place.xid(), place.number(), before == null ? null : format.row(before));
        return new RowEvent(
                place.commitTs(), table, op, key.text(), null, row == null ? null : format.row(row), definition());
    }

    /**
     * What says that all rows of a table without a key go, and are copied anew, or that all have come.
     *
     * @param commitTs a position
     * @param key where the copy begins or ends
     * @return the event
     */
    public RowEvent mark(long commitTs, KeylessKey key) {
        return new RowEvent(commitTs, table, Op.D, key.text(), null, null, definition());
    }

    private List<RowEvent> changed(Place place, WalMessage.Update update) {
        RowValues row = values(update.row());
        OldTuple told = update.old();
        if (told == null) {
            return List.of(event(place, Op.U, row));
        }
        RowValues old = values(told.values());
        row = row.filledFrom(
                switch (told.part()) {
                    case ROW -> old;
                    // Of the others it says that they are null.
                    case IDENTITY -> format.onlyKey(old);
                });
        if (format.rowKey(old).equals(format.rowKey(row))) {
            return List.of(event(place, Op.U, row));
        }
        requireTold(row);
        return List.of(event(place, Op.D, old), event(place, Op.I, row));
    }

    /** A row under another key is another row, which whoever has the former one may not have. */
    private void requireTold(RowValues row) {
        for (int column = 0; column < places.length; column++) {
            if (places[column] >= 0 && !row.isKnown(column)) {
                throw new MaintainerException(
                        ErrorCode.ROW_MISSING,
                        "the key of a row of table " + table + " was changed, and the source does not tell the large"
                                + " value of its column "
                                + Printable.quoted(format.sent().get(column).name())
                                + ", which was not; set REPLICA IDENTITY FULL for the table, and set it up anew");
            }
        }
    }

    /**
     * A row that was read from the table itself.
     *
     * @param commitTs a position
     * @param texts the values of the columns that were given, in their order
     * @return the event
     * @throws MaintainerException with {@code BAD_INPUT} if the key is not told, or there are more or fewer values
     */
    public RowEvent row(long commitTs, List<? extends @Nullable String> texts) throws MaintainerException {
        RowValues.Builder row = new RowValues.Builder(places.length);
        for (int column = 0; column < places.length; column++) {
            if (places[column] >= 0) {
                row.set(column, texts.get(places[column]));
            }
        }
        return row(commitTs, row.build());
    }

    /**
     * A row that was read from the table itself.
     *
     * @param commitTs a position
     * @param row its values, by the places that the image has for them
     * @return the event
     * @throws MaintainerException with {@code BAD_INPUT} if the key is not told
     */
    public RowEvent row(long commitTs, RowValues row) throws MaintainerException {
        return event(commitTs, 0, Op.I, row);
    }

    private RowValues values(Tuple tuple) {
        if (isSame) {
            return RowValues.of(tuple.message(), tuple.places());
        }
        int[] told = tuple.places();
        int[] row = new int[2 * places.length];
        for (int column = 0; column < places.length; column++) {
            int place = places[column];
            row[2 * column] = place < 0 ? 0 : told[2 * place];
            row[2 * column + 1] = place < 0 ? Tuple.UNCHANGED_LENGTH : told[2 * place + 1];
        }
        return RowValues.of(tuple.message(), row);
    }

    private RowEvent event(Place place, Op op, RowValues row) {
        return event(place.commitTs(), place.number(), op, row);
    }

    private RowEvent event(long commitTs, long number, Op op, RowValues row) {
        if (!format.hasKey()) {
            return new RowEvent(
                    commitTs, table, op, new KeylessKey.Copied().text(), null, format.row(row), definition());
        }
        boolean isPart = op == Op.U && !row.isComplete();
        return new RowEvent(
                commitTs,
                number,
                table,
                isPart ? Op.P : op,
                isPart ? format.partialContent(row) : format.content(row, op != Op.D),
                definition());
    }

    @Override
    public String toString() {
        return "RowMapping[" + table + ", places=" + Arrays.toString(places) + "]";
    }
}
