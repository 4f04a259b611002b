package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowSelection;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.TableChecksums;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a changefeed has written to a database. Changes nothing in it. */
public final class PostgresContents implements SinkContents {
    private final Connections pool;
    private final String source;
    private final Targets targets;
    private final SortedMap<TableName, TargetTable> tables;

    private PostgresContents(
            Connections pool, String source, Targets targets, SortedMap<TableName, TargetTable> tables) {
        this.pool = pool;
        this.source = source;
        this.targets = targets;
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
    public static PostgresContents open(Connections pool, ChangefeedId changefeed) throws MaintainerException {
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

    private static PostgresContents read(Connection connection, Connections pool, ChangefeedId changefeed)
            throws SQLException {
        String source = SinkTables.exist(connection) ? new Ownership(changefeed).source(connection) : null;
        if (source == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "changefeed " + changefeed + " has written nothing to this database; name the one that has, as in"
                            + " maintainer_sink.owner");
        }
        SinkTables.refuseLayout(connection);
        SortedMap<TableName, TargetTable> tables = new TreeMap<>();
        Targets targets = new Targets(changefeed.toString());
        targets.present(connection).forEach(target -> tables.put(target.name(), target));
        return new PostgresContents(pool, source, targets, tables);
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public SortedSet<TableName> tables() {
        return new TreeSet<>(tables.keySet());
    }

    @Override
    public RowCursor rows(TableName table) throws MaintainerException {
        TargetTable target = tables.get(table);
        return target == null ? RowCursor.empty() : TableCursor.open(pool, targets, target);
    }

    @Override
    public String definition(TableName table) throws MaintainerException {
        TargetTable target = tables.get(table);
        if (target == null) {
            return "";
        }
        return new Transactions(pool, "the sink").repeat("cannot say what " + table + " looks like", connection -> {
            String definition = targets.definition(connection, target.table());
            return definition == null ? "" : definition;
        });
    }

    /** Of tables with columns and a key: the others have nothing by which rows are dealt out, or a position in each of them. */
    @Override
    public Optional<TableChecksums> checksums(TableName table) throws MaintainerException {
        String definition = definition(table);
        if (definition.isEmpty()) {
            return Optional.empty();
        }
        RowFormat format = RowFormat.parse(definition);
        return format.hasKey()
                ? Optional.of(new SinkChecksums(pool, table, new RowSelection(format, Identifiers.quoted(table))))
                : Optional.empty();
    }

    @Override
    public void close() {
        pool.close();
    }
}
