package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.source.TransactionDdls.Described;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;

/** Sees from the log that tables have changed, of a source that does not note its DDLs. Thread-safe. */
final class Detection {
    /** From a change on the log describes a table otherwise than before. */
    private record Point(long table, int place, Relation relation) {}

    private final DetectedNotes notes;
    private final SourceDatabase database;
    private final String publication;

    Detection(DetectedNotes notes, SourceDatabase database, String publication) {
        this.notes = notes;
        this.database = database;
        this.publication = publication;
    }

    /** Whether the log describes a table as it is known. */
    static boolean isKnown(NotedDdl known, Relation relation) {
        return new ToldTable(known, relation).isKnown();
    }

    /**
     * Adds what a transaction tells of tables by describing them.
     *
     * @param commitTs where it was committed
     * @param done what it has done
     * @param replicated what was noted last of the table of a number, before the transaction; empty if it is not replicated
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if a table has changed in a way that cannot be followed, {@code
     *     SOURCE_UNAVAILABLE} if that cannot be noted now
     */
    void complete(long commitTs, TransactionDdls done, LongFunction<Optional<NotedDdl>> replicated) {
        List<Point> points = new ArrayList<>();
        done.described()
                .forEach((table, described) -> replicated.apply(table).ifPresent(known -> {
                    for (int i = 0; i < described.size(); i++) {
                        Described each = described.get(i);
                        if (i > 0 || !isKnown(known, each.relation())) {
                            points.add(new Point(table, each.place(), each.relation()));
                        }
                    }
                }));
        if (points.isEmpty()) {
            return;
        }
        Map<Long, Deque<NotedDdl>> noted = new HashMap<>();
        for (NotedDdl each : notes.detected(commitTs, () -> look(points, replicated))) {
            noted.computeIfAbsent(each.table(), any -> new ArrayDeque<>()).addLast(each);
        }
        for (Point point : points) {
            NotedDdl each =
                    noted.getOrDefault(point.table(), new ArrayDeque<>()).pollFirst();
            if (each != null) {
                done.addSeen(point.place(), each);
            }
        }
    }

    private List<NotedDdl> look(List<Point> points, LongFunction<Optional<NotedDdl>> replicated) {
        Set<Long> numbers = new TreeSet<>();
        points.forEach(point -> numbers.add(point.table()));
        Map<Long, NotedDdl> present = new HashMap<>();
        database.call("what tables look like cannot be read", connection -> {
                    useCatalog(connection);
                    return FoundTables.byNumber(connection, publication, numbers);
                })
                .forEach(table -> present.put(table.table(), table));
        List<NotedDdl> seen = new ArrayList<>();
        Map<Long, NotedDdl> latest = new HashMap<>();
        for (Point point : points) {
            NotedDdl known = latest.containsKey(point.table())
                    ? latest.get(point.table())
                    : replicated.apply(point.table()).orElseThrow();
            if (known.image() == null) {
                // It is gone, whatever it looked like later.
                continue;
            }
            NotedDdl note =
                    new ToldTable(known, point.relation()).note(Optional.ofNullable(present.get(point.table())));
            latest.put(point.table(), note);
            seen.add(note);
        }
        return seen;
    }

    /** Names are written with their schemas, and each statement sees what was committed before it. */
    static void useCatalog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set search_path = pg_catalog; set default_transaction_isolation = 'read committed'");
        }
    }
}
