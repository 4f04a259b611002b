package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowSelection;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.replication.TableChecksums;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Sums of a table with columns, by the database that has it. */
final class SinkChecksums implements TableChecksums {
    private final Connections pool;
    private final TableName table;
    private final RowSelection selection;

    SinkChecksums(Connections pool, TableName table, RowSelection selection) {
        this.pool = pool;
        this.table = table;
        this.selection = selection;
    }

    @Override
    public String form() {
        return selection.form();
    }

    @Override
    public SortedMap<Integer, Checksum> compute() throws MaintainerException {
        SortedMap<Integer, Checksum> sums = new TreeMap<>();
        try (Connection connection = pool.take();
                Statement statement = TableCursor.unhurried(connection)) {
            try (ResultSet result = statement.executeQuery(selection.sums())) {
                while (result.next()) {
                    sums.put(result.getInt(1), RowSelection.checksum(result));
                }
            }
            connection.rollback();
            return sums;
        } catch (SQLException e) {
            throw Failures.of("table " + table + " cannot be summed up", e);
        }
    }

    @Override
    public RowCursor rows(SortedSet<Integer> buckets) throws MaintainerException {
        return TableCursor.open(pool, table, selection, buckets);
    }
}
