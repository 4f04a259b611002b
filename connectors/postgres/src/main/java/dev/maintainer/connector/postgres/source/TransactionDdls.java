package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.TransactionChange;
import dev.maintainer.connector.postgres.reader.TransactionChange.ChangedRow;
import dev.maintainer.connector.postgres.reader.TransactionChange.TruncatedTables;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a transaction has done to tables, and between which of its changes. */
final class TransactionDdls {
    /** What a table looked like behind a change. */
    private record Placed(int place, NotedDdl noted) {}

    private final List<NotedDdl> notes = new ArrayList<>();
    private final Map<Long, List<Placed>> byTable = new HashMap<>();
    private final Map<Long, Integer> emptied = new HashMap<>();
    private final Set<Long> truncated = new TreeSet<>();
    /** Of tables, what the log has said that they look like. */
    private final Map<Long, List<Described>> described = new LinkedHashMap<>();

    /** What the log says that a table looks like, from a change on. */
    record Described(int place, Relation relation) {}

    private TransactionDdls() {}

    /**
     * Reads through a transaction.
     *
     * @param transaction at its beginning; it is at its end afterwards
     * @param log what is noted of DDLs
     */
    static TransactionDdls of(CommittedTransaction transaction, DdlNotes log) {
        TransactionDdls ddls = new TransactionDdls();
        int place = 0;
        for (TransactionChange change = transaction.next(); change != null; change = transaction.next()) {
            if (change instanceof ChangedRow row) {
                if (log.isLog(row.relation())) {
                    Optional<NotedDdl> noted = noted(row, log);
                    if (noted.isPresent()) {
                        ddls.add(place, noted.get());
                    }
                } else {
                    ddls.describe(place, row.relation());
                }
            } else if (change instanceof TruncatedTables tables) {
                for (Relation relation : tables.relations()) {
                    ddls.truncated.add(relation.oid());
                    ddls.emptied.put(relation.oid(), place);
                }
            }
            place++;
        }
        return ddls;
    }

    private void add(int place, NotedDdl noted) {
        notes.add(noted);
        if (noted.isOfTable()) {
            byTable.computeIfAbsent(noted.table(), any -> new ArrayList<>()).add(new Placed(place, noted));
            if (noted.changesRows()) {
                emptied.put(noted.table(), place);
            }
        }
    }

    private void describe(int place, Relation relation) {
        List<Described> all = described.computeIfAbsent(relation.oid(), any -> new ArrayList<>());
        if (all.isEmpty() || !isAlike(all.get(all.size() - 1).relation(), relation)) {
            all.add(new Described(place, relation));
        }
    }

    private static boolean isAlike(Relation one, Relation other) {
        return one.namespace().equals(other.namespace())
                && one.name().equals(other.name())
                && one.identity() == other.identity()
                && one.columns().equals(other.columns());
    }

    /** What the log has said that tables look like, by their numbers, in the order in which it has. */
    Map<Long, List<Described>> described() {
        return described;
    }

    /** A note that nobody has written in the transaction, of what a table looks like from a change on. */
    void addSeen(int place, NotedDdl noted) {
        add(place - 1, noted);
    }

    private static Optional<NotedDdl> noted(ChangedRow row, DdlNotes log) {
        if (!(row.change() instanceof WalMessage.Insert insert)) {
            return Optional.empty();
        }
        Relation relation = row.relation();
        Map<String, String> columns = new HashMap<>();
        Tuple tuple = insert.row();
        for (int i = 0; i < relation.columns().size(); i++) {
            String text = tuple.text(i);
            if (text != null) {
                columns.put(relation.columns().get(i).name(), text);
            }
        }
        return log.noted(columns);
    }

    /** All that was noted, in its order. */
    List<NotedDdl> notes() {
        return notes;
    }

    /** The numbers of tables that were emptied by a command for that. */
    Set<Long> truncated() {
        return truncated;
    }

    /** The numbers of all tables that are concerned. */
    Set<Long> tables() {
        Set<Long> tables = new TreeSet<>(byTable.keySet());
        tables.addAll(truncated);
        return tables;
    }

    /** Whether a change of a row does not count any more: all rows of the table have changed behind it. */
    boolean isUndone(long table, int place) {
        return place < emptied.getOrDefault(table, -1);
    }

    /**
     * What a table looked like at a change.
     *
     * @param formerly what was noted before the transaction; null if nothing was
     * @return null if nothing is known; of a table that the transaction itself has made, rows may come before the note
     */
    @Nullable
    NotedDdl notedAt(long table, int place, @Nullable NotedDdl formerly) {
        NotedDdl noted = formerly;
        for (Placed each : byTable.getOrDefault(table, List.of())) {
            if (each.noted().image() != null && (each.place() < place || noted == null)) {
                noted = each.noted();
            }
        }
        return noted;
    }
}
