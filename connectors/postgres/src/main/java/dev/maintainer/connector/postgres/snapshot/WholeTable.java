package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.SourceFailures;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.RowCursor;
import dev.maintainer.replication.state.StateBuilder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All rows of a table as they are at the moment, for comparisons. */
public final class WholeTable {
    private static final int ROWS = 10_000;
    private static final long BYTES = 8L << 20;

    private WholeTable() {}

    /**
     * Reads them. What is written meanwhile may be among them or not.
     *
     * @param connections to the database
     * @param table what it looks like
     * @return a cursor before the first, to be closed
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if they cannot be read
     */
    public static RowCursor read(ConnectionSource connections, SourceTable table) throws MaintainerException {
        StateBuilder rows = new StateBuilder();
        boolean complete = false;
        try (TableCopies copies = new TableCopies(connections, 1, "comparison")) {
            if (table.image().key().isEmpty()) {
                copies.call(connection -> {
                    SnapshotCursor.numbered(connection, table, rows);
                    return true;
                });
                RowCursor cursor = rows.finish();
                complete = true;
                return cursor;
            }
            TableReads reads = new TableReads(table);
            TableSpan whole = TableSpan.whole(table.info().table());
            TableReads.@Nullable Chunk chunk = null;
            while (chunk == null || !chunk.isLast()) {
                List<String> after = chunk == null ? null : chunk.lastKey();
                chunk = copies.call(connection -> reads.chunk(connection, whole, after, 1, ROWS, BYTES));
                for (RowEvent row : chunk.rows()) {
                    rows.add(row);
                }
            }
            RowCursor cursor = rows.finish();
            complete = true;
            return cursor;
        } catch (SQLException e) {
            throw SourceFailures.unavailable("table " + table.info().name() + " of the source cannot be read", e);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "rows of the source cannot be set aside: " + e + "; make room", e);
        } finally {
            if (!complete) {
                rows.close();
            }
        }
    }
}
