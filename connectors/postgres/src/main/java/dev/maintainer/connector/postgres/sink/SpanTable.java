package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of one span are written into its table: in which form they are, which the rows say themselves, and what has shown to be
 * of use. Used by one thread at a time.
 */
final class SpanTable {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String NOT_SUPPORTED = "0A000";

    /** Where rows come again, as behind a copy, most batches have some: each attempt that is in vain costs as much as a batch. */
    private static final int UPSERTS_AFTER_COLLISION = 100;

    private final TableSpan span;
    /** What the rows look like that were written last. */
    private @Nullable String knownDefinition;

    private @Nullable RowFormat known;
    /** So many batches are not written by {@link WriteMode#INSERT}, since rows have come that were there. */
    private int upsertsLeft;
    /** Whether many rows are inserted by {@code COPY}. */
    private boolean copies = true;

    /**
     * What a batch amounts to once it is committed.
     *
     * @param batch what was given to be written
     * @param lastTs the last position in it
     * @param progress what is complete then
     * @param keyless which rows of a table without a key are there then
     */
    record Effect(
            List<RowEvent> batch,
            TableForm.Written rows,
            long lastTs,
            SpanProgress progress,
            KeylessProgress keyless) {}

    SpanTable(TableSpan span) {
        this.span = span;
    }

    /** How the next batch is written at first. */
    WriteMode mode() {
        return upsertsLeft > 0 ? WriteMode.UPSERT : WriteMode.INSERT;
    }

    /**
     * How a batch is written that could not be.
     *
     * @param mode how it was written
     * @return null if what is wrong is not how
     */
    @Nullable
    WriteMode modeAfter(WriteMode mode, SQLException failure) {
        if (copies && NOT_SUPPORTED.equals(failure.getSQLState())) {
            // Not with row-level security.
            copies = false;
            return mode;
        }
        WriteMode next = mode.next();
        if (next == null || !UNIQUE_VIOLATION.equals(failure.getSQLState())) {
            return null;
        }
        upsertsLeft = UPSERTS_AFTER_COLLISION;
        return next;
    }

    /** A batch was committed. */
    void committed() {
        upsertsLeft = Math.max(0, upsertsLeft - 1);
    }

    /** Writes what of a batch is new, in the transaction of the connection. */
    Effect write(
            Connection connection, TargetTable target, TableForm.Batch batch, KeylessProgress keyless, WriteMode mode)
            throws SQLException {
        if (isKeyless(target, batch)) {
            return writeKeyless(connection, target, batch, keyless);
        }
        TableForm.Written written = target.typed()
                ? writeTyped(connection, target, batch, mode)
                : new JsonTable(target.name()).write(connection, batch);
        return new Effect(
                batch.rows(), written, batch.lastTs(), batch.progress().completeTo(written.completeTs()), keyless);
    }

    private boolean isKeyless(TargetTable target, TableForm.Batch batch) {
        return target.typed()
                && !format(target, batch.rows().get(0).definition()).hasKey();
    }

    private Effect writeKeyless(
            Connection connection, TargetTable target, TableForm.Batch batch, KeylessProgress keyless)
            throws SQLException {
        KeylessBatch folded = KeylessBatch.of(keyless, batch.rows(), definition -> format(target, definition));
        new KeylessTable(target.name(), copies).write(connection, folded);
        SpanProgress before = folded.begins() ? SpanProgress.none(span) : batch.progress();
        // Of the last transaction more may come.
        long completeTs = Math.max(batch.lastTs() - 1, folded.completeTs());
        TableForm.Written written = new TableForm.Written(folded.applied(), folded.again(), List.of(), completeTs);
        return new Effect(batch.rows(), written, batch.lastTs(), before.completeTo(completeTs), folded.progress());
    }

    /** Rows that were committed before a DDL may come together with later ones, if they come again. */
    private TableForm.Written writeTyped(
            Connection connection, TargetTable target, TableForm.Batch batch, WriteMode mode) throws SQLException {
        List<RowEvent> rows = batch.rows();
        int applied = 0;
        int again = 0;
        for (int from = 0, to; from < rows.size(); from = to) {
            String definition = rows.get(from).definition();
            for (to = from + 1;
                    to < rows.size() && Objects.equals(definition, rows.get(to).definition());
                    to++) {
                // The next one has it, too.
            }
            TypedTable table = new TypedTable(target.name(), format(target, definition), mode, copies);
            TableForm.Written written = table.write(connection, batch.of(rows.subList(from, to)));
            applied += written.applied();
            again += written.again();
        }
        // Of the last transaction more may come.
        return new TableForm.Written(applied, again, List.of(), batch.lastTs() - 1);
    }

    private RowFormat format(TargetTable target, @Nullable String definition) {
        RowFormat format = known;
        if (format == null || !Objects.equals(definition, knownDefinition)) {
            if (definition == null || !TableImage.isImage(definition)) {
                throw new MaintainerException(
                        ErrorCode.SINK_REJECTED,
                        "rows of table " + target.name()
                                + " came that do not say which columns they have; the source is"
                                + " broken, create the changefeed anew");
            }
            format = RowFormat.parse(definition);
            known = format;
            knownDefinition = definition;
        }
        return format;
    }
}
