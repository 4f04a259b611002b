package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowSelection;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.SourceFailures;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.TableChecksums;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sums of a table of the source, by the database that has it: one statement, whose snapshot lasts as long as it takes. */
public final class SourceChecksums implements TableChecksums {
    private static final int FETCH_ROWS = 1_000;

    private final ConnectionSource connections;
    private final TableName table;
    private final RowSelection selection;

    /**
     * Reads nothing yet.
     *
     * @param connections to the database
     * @param table what it looks like
     */
    public SourceChecksums(ConnectionSource connections, SourceTable table) {
        this.connections = connections;
        this.table = table.info().name();
        selection = new RowSelection(new RowFormat(table.image()), "only " + Identifiers.quoted(this.table));
    }

    @Override
    public String form() {
        return selection.form();
    }

    @Override
    public SortedMap<Integer, Checksum> compute() throws MaintainerException {
        SortedMap<Integer, Checksum> sums = new TreeMap<>();
        try (Connection connection = SnapshotSession.openUnhurried(connections);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(selection.sums())) {
            while (result.next()) {
                sums.put(result.getInt(1), RowSelection.checksum(result));
            }
            return sums;
        } catch (SQLException e) {
            throw SourceFailures.unavailable("table " + table + " of the source cannot be summed up", e);
        }
    }

    @Override
    public RowCursor rows(SortedSet<Integer> buckets) throws MaintainerException {
        try {
            Connection connection = SnapshotSession.openUnhurried(connections);
            boolean opened = false;
            try {
                Statement statement = connection.createStatement();
                statement.setFetchSize(FETCH_ROWS);
                RowCursor rows = new Rows(connection, statement.executeQuery(selection.ofBuckets(buckets)));
                opened = true;
                return rows;
            } finally {
                if (!opened) {
                    SnapshotSession.close(connection);
                }
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private MaintainerException unreadable(SQLException e) {
        return SourceFailures.unavailable("table " + table + " of the source cannot be read", e);
    }

    private final class Rows implements RowCursor {
        private final Connection connection;
        private final ResultSet result;

        private Rows(Connection connection, ResultSet result) {
            this.connection = connection;
            this.result = result;
        }

        @Override
        public @Nullable Row next() {
            try {
                if (!result.next()) {
                    return null;
                }
                RowValues values = selection.values(result);
                RowFormat format = selection.format();
                return new Row(format.key(values), format.row(values), null);
            } catch (SQLException e) {
                throw unreadable(e);
            }
        }

        @Override
        public void close() {
            SnapshotSession.close(connection);
        }
    }
}
