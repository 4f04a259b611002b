package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a source itself keeps of its DDLs, and where they were committed, so that whoever begins anywhere knows the same. Each call
 * connects anew. Thread-safe.
 */
interface DdlNotes {
    /**
     * What a transaction has done.
     *
     * @param notes in their order
     * @param truncated the numbers of tables that it has emptied
     */
    record Transaction(long commitTs, List<NotedDdl> notes, Set<Long> truncated) {}

    /**
     * What is known.
     *
     * @param before notes from before a changefeed began, in their order
     * @param since later transactions, in their order
     */
    record Known(List<NotedDdl> before, List<Transaction> since) {}

    /** {@return the name of the table, in the schema of ours, whose rows are notes} */
    String log();

    /** Whether rows of a relation are notes, or such as go. */
    default boolean isLog(Relation relation) {
        return relation.namespace().equals(CatalogQueries.OWN_SCHEMA)
                && relation.name().equals(log());
    }

    /**
     * A note that comes in the log.
     *
     * @param columns the texts of its columns by name; without those that are null
     * @return empty if it is about another changefeed, or counts somewhere else
     */
    Optional<NotedDdl> noted(Map<String, String> columns);

    /** Reads what was committed up to {@code upToTs}; what is later than {@code startTs} comes by transaction. */
    Known read(long startTs, long upToTs);

    /**
     * Writes down where a transaction was committed.
     *
     * @param entries the numbers of the notes that it has
     * @param truncated the numbers of tables that it has emptied
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if that is not possible now
     */
    default void write(long commitTs, Collection<Long> entries, Collection<Long> truncated) {
        if (entries.isEmpty() && truncated.isEmpty()) {
            return;
        }
        int unused = database().call("where a DDL was committed cannot be noted", connection -> {
            makeDurable(connection);
            return place(connection, commitTs, entries)
                    + insert(connection, "maintainer.truncation (table_oid, commit_ts)", commitTs, truncated);
        });
    }

    /** {@return where the notes are} */
    SourceDatabase database();

    /** Writes down where notes were committed; returns how many are new. */
    int place(Connection connection, long commitTs, Collection<Long> entries) throws SQLException;

    /** What is read behind a note counts as soon as it is on the disk of a node; a server that forgets the note has lost it. */
    static void makeDurable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select set_config('synchronous_commit', 'on', false)"
                    + " where current_setting('synchronous_commit') = 'off'");
        }
    }

    /** Writes numbers with a position. */
    static int insert(Connection connection, String into, long commitTs, Collection<Long> numbers) throws SQLException {
        if (numbers.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement("insert into " + into
                + " select numbers.number, ? from unnest(?) as numbers (number) on conflict do nothing")) {
            statement.setLong(1, commitTs);
            statement.setArray(2, connection.createArrayOf("bigint", numbers.toArray(Long[]::new)));
            return statement.executeUpdate();
        }
    }
}
