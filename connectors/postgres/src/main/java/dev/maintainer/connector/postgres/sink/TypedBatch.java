package dev.maintainer.connector.postgres.sink;

import com.google.common.collect.Maps;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.ColumnContent;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowKey;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a batch amounts to for a table with columns: one effect for each key. Pure.
 *
 * <p>It relies on what a dispatcher does: from each opening on, all rows of the span come in commit order, beginning no later
 * than what is known to be complete. So of a row whose commit is more than one position above that, nothing is in the table; of
 * one right above it, something may be, if its transaction was written in parts.
 */
final class TypedBatch {
    /** What becomes of a row. */
    enum Effect {
        /** It goes. */
        DELETE,
        /** It is as it says; columns that it does not tell have their defaults if it is new. */
        WRITE,
        /** Columns that it does not tell stay as they are. */
        CHANGE
    }

    /**
     * What a batch does with one key.
     *
     * @param last the last change of it
     * @param key of the row
     * @param effect what becomes of the row
     * @param values those that are told; of a row that goes those of the key
     * @param isAnew whether there was another row of the key before, which goes
     * @param isNew whether it is written, and there was no row of the key before, by what the source says: whoever has written
     *     into the table beside us may have made one
     * @param events how many changes it is made of
     */
    record Row(RowEvent last, RowKey key, Effect effect, RowValues values, boolean isAnew, boolean isNew, int events) {
        /** The same with other values. */
        Row with(RowValues others) {
            return new Row(last, key, effect, others, isAnew, isNew, events);
        }
    }

    private final RowFormat format;
    /** Whether rows may be in the table already. */
    private final boolean mayRepeat;

    private final Map<RowKey, Row> rows;
    private int applied;
    private int again;

    private TypedBatch(RowFormat format, boolean mayRepeat, int rows) {
        this.format = format;
        this.mayRepeat = mayRepeat;
        this.rows = Maps.newLinkedHashMapWithExpectedSize(rows);
    }

    /**
     * A batch without what is known to be complete.
     *
     * @throws MaintainerException with {@code BAD_INPUT} if a row does not fit the format, {@code SINK_REJECTED} if it has
     *     another key than its change, {@code ROW_MISSING} if it was deleted and then changed
     */
    static TypedBatch of(RowFormat format, TableForm.Batch batch) {
        TypedBatch folded = new TypedBatch(
                format, batch.firstTs() <= batch.inheritedTs(), batch.rows().size());
        for (RowEvent event : batch.rows()) {
            if (folded.mayRepeat && event.commitTs() <= batch.progress().floor(event.position())) {
                folded.again++;
            } else {
                folded.applied++;
                folded.add(event);
            }
        }
        return folded;
    }

    private void add(RowEvent event) {
        RowValues values = event.op() == RowEvent.Op.D ? format.keyValues(event) : values(event);
        RowKey key = format.rowKey(values);
        Row before = rows.get(key);
        rows.put(key, folded(before, event, key, values));
    }

    private Row folded(@Nullable Row before, RowEvent event, RowKey key, RowValues values) {
        int events = before == null ? 1 : before.events() + 1;
        boolean isGone = before != null && (before.effect() == Effect.DELETE || before.isAnew());
        if (event.op() == RowEvent.Op.D) {
            return new Row(event, key, Effect.DELETE, values, false, false, events);
        }
        boolean isNew = before == null ? event.op() == RowEvent.Op.I && !mayRepeat : before.isNew();
        if (event.op() == RowEvent.Op.I || values.isComplete()) {
            return new Row(event, key, Effect.WRITE, values, isGone, isNew, events);
        }
        if (before == null) {
            return new Row(event, key, Effect.CHANGE, values, false, false, events);
        }
        if (before.effect() == Effect.DELETE) {
            throw missing(1, event.table().toString());
        }
        RowValues filled = values.filledFrom(before.values());
        Effect effect = filled.isComplete() ? Effect.WRITE : before.effect();
        return new Row(event, key, effect, filled, before.isAnew(), isNew, events);
    }

    private RowValues values(RowEvent event) {
        RowValues values = format.values(event);
        // The key of an event that tells values is one of these.
        if (!(event.content() instanceof ColumnContent) && !format.key(values).equals(event.key())) {
            throw new MaintainerException(
                    ErrorCode.SINK_REJECTED,
                    "a row of table " + event.table() + " at " + event.commitTs()
                            + " has another key than its change says; the source is broken, create the changefeed anew");
        }
        return values;
    }

    static MaintainerException missing(int rows, String table) {
        return new MaintainerException(
                ErrorCode.ROW_MISSING,
                rows + " rows of table " + table + " are not in the database, and what is told of them is not all:"
                        + " large values that were not changed are left out; look who has deleted them, and set the"
                        + " table up anew");
    }

    /** Keys of which something may be in the table already. */
    List<Row> doubtful(TableForm.Batch batch) {
        if (batch.firstTs() > batch.inheritedTs()) {
            return List.of();
        }
        return rows.values().stream()
                .filter(row -> row.last().commitTs()
                        == batch.progress().floor(row.last().position()) + 1)
                .toList();
    }

    /** Leaves out what is there already, of some keys whose rows are known. */
    void leaveOut(List<Row> looked, Map<RowKey, RowValues> there) {
        for (Row row : looked) {
            if (isDone(row, there.get(row.key()))) {
                rows.remove(row.key());
                applied -= row.events();
                again += row.events();
            }
        }
    }

    private boolean isDone(Row row, @Nullable RowValues there) {
        if (there == null) {
            // What changed it may have been followed by its deletion in a part that was written.
            return row.effect() != Effect.WRITE;
        }
        return row.effect() != Effect.DELETE && row.values().isPartOf(there);
    }

    /** What is left of it, in the order in which the keys came. */
    List<Row> rows(Effect effect) {
        List<Row> found = new ArrayList<>(rows.size());
        for (Row row : rows.values()) {
            if (row.effect() == effect) {
                found.add(row);
            }
        }
        return found;
    }

    /** Keys whose rows have to go before others are written. */
    List<Row> going() {
        List<Row> going = new ArrayList<>(rows(Effect.DELETE));
        rows.values().stream()
                .filter(row -> row.isAnew() && !row.values().isComplete())
                .forEach(going::add);
        return going;
    }

    int applied() {
        return applied;
    }

    int again() {
        return again;
    }
}
