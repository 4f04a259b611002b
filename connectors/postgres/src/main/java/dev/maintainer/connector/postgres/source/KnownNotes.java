package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.source.DdlNotes.Known;
import dev.maintainer.connector.postgres.source.DdlNotes.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;

/** Notes with positions, gathered by transaction. Used by one thread. */
final class KnownNotes {
    private static final String TRUNCATIONS = """
            select table_oid, commit_ts from maintainer.truncation where commit_ts > ? and commit_ts <= ?""";

    private final long startTs;
    private final List<NotedDdl> before = new ArrayList<>();
    private final TreeMap<Long, Transaction> since = new TreeMap<>();

    KnownNotes(long startTs) {
        this.startTs = startTs;
    }

    /** A note; those of one transaction in their order. */
    void add(long commitTs, NotedDdl noted) {
        if (commitTs <= startTs) {
            before.add(noted);
        } else {
            at(commitTs).notes().add(noted);
        }
    }

    private Transaction at(long commitTs) {
        return since.computeIfAbsent(commitTs, any -> new Transaction(commitTs, new ArrayList<>(), new HashSet<>()));
    }

    /** Which tables were emptied up to a position. */
    void addTruncations(Connection connection, long upToTs) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TRUNCATIONS)) {
            statement.setLong(1, startTs);
            statement.setLong(2, upToTs);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    at(result.getLong(2)).truncated().add(result.getLong(1));
                }
            }
        }
    }

    Known known() {
        return new Known(before, List.copyOf(since.values()));
    }
}
