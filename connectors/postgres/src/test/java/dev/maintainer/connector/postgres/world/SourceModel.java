package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.wal.OldTuple;
import dev.maintainer.connector.postgres.wal.RandomMessages;
import dev.maintainer.connector.postgres.wal.WalMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The server of the source: tables, a log with positions, the notes of DDLs, and one slot. What is committed is in the log, and in the
 * tables, at once.
 */
final class SourceModel {
    static final long DDL_LOG = 50;
    static final long DETECTED = 51;
    static final long SYNC_POINT = 52;
    static final List<String> NOTE_COLUMNS = List.of(
            "id",
            "kind",
            "tag",
            "object_oid",
            "schema_oid",
            "schema_name",
            "object_name",
            "relation_kind",
            "persistence",
            "partition_of",
            "added_values",
            "detail",
            "image");
    private static final int BIGINT = 20;
    static final int TEXT = 25;

    /** A transaction in the log. */
    record Transaction(long xid, long firstLsn, long commitLsn, long endLsn, List<Change> changes) {}

    /** Something in a transaction, with the table that it is about as it looked then; null for a note. */
    record Change(@Nullable SourceTableModel shape, WalMessage.InTransaction message) {}

    /** A note of a DDL. */
    record Note(long id, Map<String, String> columns) {}

    private final Chance chance;
    final SourceUsers users;
    final Map<Long, SourceTableModel> tables = new TreeMap<>();
    private final List<Transaction> log = new ArrayList<>();
    private final Map<List<Long>, Long> changes = new HashMap<>();
    /** What the tables were like at the end of each transaction. */
    private final TreeMap<Long, Map<String, SortedMap<String, Map<String, String>>>> moments = new TreeMap<>();

    private final TreeMap<Long, Map<Long, SourceTableModel>> backups = new TreeMap<>();
    final TreeMap<Long, Note> notes = new TreeMap<>();
    /** Where notes were committed, as those who read the log have written down. */
    final TreeMap<Long, TreeSet<Long>> places = new TreeMap<>();

    /** Of a source that notes nothing by itself. */
    final DetectedModel detected = new DetectedModel(this);

    /** Where those who read it mark sync points. */
    final SyncPointModel syncPoints;

    final Set<List<Long>> truncations = new HashSet<>();
    final Map<String, Long> windows = new TreeMap<>();
    private long lsn = 10_000;
    private long xid = 700;
    private long nextOid = 1_000;
    private long nextNote = 1;
    int timeline = 1;
    final Map<Integer, Long> timelineEnds = new TreeMap<>();
    boolean hasSlot = true;
    long confirmedTs;
    long startTs;
    /** Nobody has read later rows of tables. */
    long seenTs;

    SourceModel(Chance chance, int tableCount, boolean hasKeyless) {
        this.chance = chance;
        this.users = new SourceUsers(this, chance);
        this.syncPoints = new SyncPointModel(this, chance);
        for (int i = 0; i < tableCount; i++) {
            create(true);
        }
        if (hasKeyless) {
            create(false);
        }
    }

    /** Where the changefeed begins: anywhere behind a record, as a slot that is made does. */
    void beginHere() {
        lsn += 8 * chance.between(1, 9);
        confirmedTs = lsn;
        // What is noted of the start may be within the next record of a commit.
        startTs = lsn;
        remember(lsn);
    }

    SourceTableModel create(boolean keyed) {
        SourceTableModel table = new SourceTableModel(nextOid, "t" + nextOid, keyed);
        nextOid++;
        tables.put(table.oid, table);
        note(table, "table", "CREATE TABLE", "");
        return table;
    }

    Note note(SourceTableModel table, String kind, String tag, String detail) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", Long.toString(nextNote));
        columns.put("kind", kind);
        columns.put("tag", tag);
        columns.put("object_oid", Long.toString(table.oid));
        columns.put("schema_oid", Long.toString(SourceTableModel.SCHEMA));
        columns.put("schema_name", "shop");
        columns.put("object_name", table.name);
        columns.put("relation_kind", "r");
        columns.put("persistence", "p");
        columns.put("detail", detail);
        columns.put("image", table.image());
        Note note = new Note(nextNote++, columns);
        notes.put(note.id(), note);
        return note;
    }

    /** What was noted before the changefeed was there has a position, too. */
    void placeNotes() {
        notes.keySet()
                .forEach(
                        id -> places.computeIfAbsent(id, any -> new TreeSet<>()).add(startTs));
    }

    List<Transaction> log() {
        return log;
    }

    long walEnd() {
        return lsn;
    }

    /** The tables as they were when everything up to a position was committed. */
    Map<String, SortedMap<String, Map<String, String>>> contentsAt(long ts) {
        return moments.floorEntry(ts).getValue();
    }

    Map<String, SortedMap<String, Map<String, String>>> contents() {
        Map<String, SortedMap<String, Map<String, String>>> contents = new TreeMap<>();
        tables.values().forEach(table -> contents.put("\"shop\".\"" + table.name + "\"", table.contents()));
        return contents;
    }

    /** Of a changed key the former row goes, and another one comes. */
    private static long rowsOf(WalMessage.InTransaction message) {
        return message instanceof WalMessage.Update update
                        && update.old() != null
                        && update.old().part() == OldTuple.Part.IDENTITY
                ? 2
                : 1;
    }

    private void remember(long ts) {
        moments.put(ts, contents());
        Map<Long, SourceTableModel> backup = new TreeMap<>();
        tables.forEach((oid, table) -> backup.put(oid, table.copy()));
        backups.put(ts, backup);
    }

    /** Somebody who reads has noted something. */
    void commitDetected(List<List<@Nullable String>> rows) {
        List<Change> changes = new ArrayList<>();
        for (List<@Nullable String> row : rows) {
            changes.add(new Change(
                    null, new WalMessage.Insert(0, DETECTED, RandomMessages.tuple(row.toArray(String[]::new)))));
        }
        commit(changes);
    }

    /** The number of the type of a column. */
    static int typeOid(SourceTableModel.Column column) {
        return column.type().equals("text") ? TEXT : BIGINT;
    }

    /** Whether a number of the source is that of a table without a key. */
    boolean isKeyless(long oid) {
        SourceTableModel table = tables.get(oid);
        return table != null && !table.keyed;
    }

    /** A table as a snapshot sees it. */
    record Seen(SourceTableModel table, String snapshot) {}

    /** What was committed last may be in the log already, and not be seen yet. */
    Seen look(SourceTableModel table) {
        Transaction last = log.isEmpty() ? null : log.get(log.size() - 1);
        Map.Entry<Long, Map<Long, SourceTableModel>> before = last == null ? null : backups.lowerEntry(last.endLsn());
        if (last == null
                || before == null
                || last.endLsn() <= startTs
                || before.getValue().get(table.oid) == null
                || last.changes().stream().anyMatch(SourceModel::isDdl)
                || !chance.oneIn(2)) {
            return new Seen(table, xid + ":" + xid + ":");
        }
        return new Seen(
                before.getValue().get(table.oid),
                chance.oneIn(2) ? last.xid() + ":" + last.xid() + ":" : last.xid() + ":" + xid + ":" + last.xid());
    }

    private static boolean isDdl(Change change) {
        return change.shape() == null || change.message() instanceof WalMessage.Truncate;
    }

    void commit(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        long first = lsn;
        lsn += 40L * changes.size() + 8L * chance.below(4);
        long commitLsn = lsn;
        lsn += 8 * chance.between(4, 8);
        for (Change change : changes) {
            if (change.shape() != null) {
                this.changes.merge(List.of(change.shape().oid, lsn), rowsOf(change.message()), Long::sum);
            }
        }
        log.add(new Transaction(xid++, first, commitLsn, lsn, changes));
        remember(lsn);
    }

    /** Something that is no transaction, such as a message or a checkpoint. */
    long mark() {
        lsn += 8 * chance.between(1, 12);
        return lsn;
    }

    // ---- what happens to the server

    /** A standby that has everything up to a position is promoted; its slot is as far as it was. */
    void promote(long upTo) {
        log.stream()
                .filter(transaction -> transaction.endLsn() > upTo)
                .flatMap(transaction -> transaction.changes().stream())
                .forEach(this::forgetNote);
        log.removeIf(transaction -> transaction.endLsn() > upTo);
        moments.tailMap(upTo, false).clear();
        backups.tailMap(upTo, false).clear();
        tables.clear();
        backups.lastEntry().getValue().forEach((oid, table) -> tables.put(oid, table.copy()));
        places.values().forEach(all -> all.tailSet(upTo, false).clear());
        truncations.removeIf(entry -> entry.get(1) > upTo);
        syncPoints.forget();
        timelineEnds.put(timeline, upTo);
        timeline++;
        lsn = Math.max(upTo, 0);
        confirmedTs = Math.min(confirmedTs, lsn);
        mark();
        moments.put(lsn, contents());
    }

    private void forgetNote(Change change) {
        if (change.shape() == null
                && change.message() instanceof WalMessage.Insert insert
                && insert.relation() == DETECTED) {
            detected.forget(Arrays.asList(insert.row().text(0)));
        } else if (change.shape() == null
                && change.message() instanceof WalMessage.Insert insert
                && insert.relation() == DDL_LOG) {
            notes.remove(Long.parseLong(String.valueOf(insert.row().text(0))));
        }
    }

    /** How many changes of a table a transaction has, or had before a promotion. */
    long changesOf(long oid, long commitTs) {
        return changes.getOrDefault(List.of(oid, commitTs), 0L);
    }

    /** Whether a stream from a position would leave out something that was committed behind another one. */
    boolean lacks(long behindTs, long from) {
        return log.stream().anyMatch(transaction -> transaction.endLsn() > behindTs && transaction.commitLsn() < from);
    }

    long lastCommitTs() {
        return log.isEmpty() ? startTs : log.get(log.size() - 1).endLsn();
    }

    void dropSlot() {
        hasSlot = false;
    }

    void makeSlotAnew() {
        hasSlot = true;
        confirmedTs = mark();
    }
}
