package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.KeyRange;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of one table as the log would tell them, whatever it is called meanwhile: what a row has is that of the columns with
 * the same numbers. Thread-safe.
 */
final class TableReads {
    /** Taken from the server at once, of rows of which it is not known how large they are, and of others. */
    private static final int FIRST_FETCH_ROWS = 500;

    private static final int MOST_FETCH_ROWS = 2_000;
    /** A chunk comes in so many parts, or more: the driver keeps a whole one. */
    private static final int FETCHES = 8;

    private static final String NO_TABLE = "42P01";

    /**
     * Some rows, in the order of the database.
     *
     * @param rows those of them that are in the span
     * @param lastKey the key of the last one, in the span or not; null if there was none
     * @param read how many there were
     * @param bytes of their values
     * @param isLast whether there are no more
     * @param isOrdered whether the database orders rows as spans do: all before the last row were read
     */
    record Chunk(
            List<RowEvent> rows,
            @Nullable List<String> lastKey,
            int read,
            long bytes,
            boolean isLast,
            boolean isOrdered) {
        /** Of a table whose rows will go. */
        static final Chunk NOTHING = new Chunk(List.of(), null, 0, 0, true, true);
    }

    private final SourceTable table;
    private final RowFormat format;
    private volatile @Nullable PresentStatements latest;

    TableReads(SourceTable table) {
        this.table = table;
        this.format = new RowFormat(table.image());
    }

    RowFormat format() {
        return format;
    }

    /** How it is read now; empty if it is gone, or its rows will be others than those that it had. */
    private Optional<PresentStatements> present(Connection connection) throws SQLException {
        Optional<PresentTable> present = PresentTable.of(connection, table);
        if (present.isEmpty()) {
            return Optional.empty();
        }
        PresentStatements known = latest;
        if (known == null || !known.table().equals(present.get())) {
            known = PresentStatements.of(table, present.get());
            latest = known;
        }
        return Optional.of(known);
    }

    /**
     * Reads rows of a span in the order of the key of its table. The server leaves out what is outside if its order allows that.
     *
     * @param connection in a transaction, with text as the log has it
     * @param span what is outside is left out
     * @param afterKey of the last row before, which was one of the span if the server knows that; null for the first rows
     * @param commitTs what the events have
     * @param mostRows how many at most
     * @param enoughBytes it ends when it has so many
     * @throws SQLException also if the table has changed at this moment; then it is read again
     * @throws dev.maintainer.api.error.MaintainerException with {@code SCHEMA_DRIFT} if it has changed in a way that does not allow
     *     to read it as it was
     */
    Chunk chunk(
            Connection connection,
            TableSpan span,
            @Nullable List<String> afterKey,
            long commitTs,
            int mostRows,
            long enoughBytes)
            throws SQLException {
        Optional<PresentStatements> present = present(connection);
        if (present.isEmpty()) {
            return Chunk.NOTHING;
        }
        PresentStatements statements = present.get();
        KeyRange range = statements.range(span);
        try (PreparedStatement statement = connection.prepareStatement(statements.chunk(range, afterKey != null))) {
            int parameter = 1;
            for (String value : afterKey == null ? range.lower() : afterKey) {
                statement.setString(parameter++, value);
            }
            for (String value : range.upper()) {
                statement.setString(parameter++, value);
            }
            statement.setInt(parameter, mostRows);
            statement.setFetchSize(fetchRows(mostRows));
            List<RowEvent> rows = new ArrayList<>();
            RowValues last = null;
            int read = 0;
            long bytes = 0;
            try (ResultSet result = statement.executeQuery()) {
                while (bytes < enoughBytes && result.next()) {
                    requireSame(result, statements);
                    last = statements.values(result);
                    bytes += last.size();
                    read++;
                    rows.add(statements.mapping().row(commitTs, last));
                }
            }
            return new Chunk(
                    within(span, rows, range.isOrdered()),
                    last == null ? null : keyOf(last),
                    read,
                    bytes,
                    bytes < enoughBytes && read < mostRows,
                    range.isOrdered());
        }
    }

    private static int fetchRows(int mostRows) {
        return mostRows <= FIRST_FETCH_ROWS
                ? mostRows
                : Math.max(FIRST_FETCH_ROWS, Math.min(MOST_FETCH_ROWS, mostRows / FETCHES));
    }

    /** Of rows that come in the order of spans only those at the ends may be outside. */
    private static List<RowEvent> within(TableSpan span, List<RowEvent> rows, boolean isOrdered) {
        if (span.isWhole()) {
            return rows;
        }
        if (!isOrdered) {
            return rows.stream().filter(row -> row.isWithin(span)).toList();
        }
        int from = 0;
        while (from < rows.size() && !rows.get(from).isWithin(span)) {
            from++;
        }
        int to = rows.size();
        while (to > from && !rows.get(to - 1).isWithin(span)) {
            to--;
        }
        return rows.subList(from, to);
    }

    /** Two tables may have exchanged their names since it was looked up. */
    private void requireSame(ResultSet result, PresentStatements statements) throws SQLException {
        if (!statements.isOf(result, table)) {
            throw new SQLException(
                    "another table has the name of " + table.info().name() + " now", NO_TABLE);
        }
    }

    private List<String> keyOf(RowValues values) {
        List<String> key = new ArrayList<>(format.keyColumns());
        for (int i = 0; i < format.keyColumns(); i++) {
            key.add(String.valueOf(values.text(format.keyPlace(i))));
        }
        return key;
    }

    /** A row as it is now; empty if there is none. */
    Optional<RowValues> row(Connection connection, RowValues key) throws SQLException {
        Optional<PresentStatements> present = present(connection);
        if (present.isEmpty()) {
            return Optional.empty();
        }
        PresentStatements statements = present.get();
        try (PreparedStatement statement = connection.prepareStatement(statements.one())) {
            for (int i = 0; i < format.keyColumns(); i++) {
                statement.setString(i + 1, key.text(format.keyPlace(i)));
            }
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                requireSame(result, statements);
                return Optional.of(statements.values(result));
            }
        }
    }
}
