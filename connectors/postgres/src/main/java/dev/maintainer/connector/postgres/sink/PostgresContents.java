package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.sql.ConnectionPool;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a changefeed has written to a database. Changes nothing in it. */
public final class PostgresContents implements SinkContents {
    private final ConnectionPool pool;
    private final String source;
    private final SortedSet<TableName> tables;

    private PostgresContents(ConnectionPool pool, String source, SortedSet<TableName> tables) {
        this.pool = pool;
        this.source = source;
        this.tables = tables;
    }

    /**
     * Looks what there is.
     *
     * @param pool where it gets connections; closed with the contents, or if this fails
     * @param changefeed whose rows are read
     * @return what there is
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if there is nothing of the changefeed, or the database cannot be
     *     read
     */
    public static PostgresContents open(ConnectionPool pool, ChangefeedId changefeed) throws MaintainerException {
        boolean opened = false;
        try {
            PostgresContents contents = new Transactions(pool, "changefeed " + changefeed)
                    .repeat("cannot be read", connection -> read(connection, pool, changefeed));
            opened = true;
            return contents;
        } finally {
            if (!opened) {
                pool.close();
            }
        }
    }

    private static PostgresContents read(Connection connection, ConnectionPool pool, ChangefeedId changefeed)
            throws SQLException {
        String source = SinkTables.exist(connection) ? new Ownership(changefeed).source(connection) : null;
        if (source == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "changefeed " + changefeed + " has written nothing to this database; name the one that has, as in"
                            + " maintainer_sink.owner");
        }
        SinkTables.refuseLayout(connection);
        SortedSet<TableName> tables = new TreeSet<>();
        new Targets(changefeed.toString()).present(connection).forEach(target -> tables.add(target.name()));
        return new PostgresContents(pool, source, tables);
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public SortedSet<TableName> tables() {
        return new TreeSet<>(tables);
    }

    @Override
    public RowCursor rows(TableName table) throws MaintainerException {
        return tables.contains(table) ? TableCursor.open(pool, table) : RowCursor.empty();
    }

    @Override
    public void close() {
        pool.close();
    }
}
