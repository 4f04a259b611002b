package dev.maintainer.connector.postgres.world;

import com.google.common.primitives.ImmutableLongArray;
import dev.maintainer.connector.postgres.wal.Framing;
import dev.maintainer.connector.postgres.wal.MessageEncoder;
import dev.maintainer.connector.postgres.wal.OldTuple;
import dev.maintainer.connector.postgres.wal.RandomMessages;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.connector.postgres.wal.UnchangedValues;
import dev.maintainer.connector.postgres.wal.WalMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The server of the source: tables, a log with positions, the notes of DDLs, and one slot. What is committed is in the log, and in the
 * tables, at once. A stream has whole transactions, and large ones in parts with others between.
 */
final class SourceModel {
    private static final long DDL_LOG = 50;
    private static final long DETECTED = 51;
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
    private static final int TEXT = 25;

    /** A transaction in the log. */
    record Transaction(long xid, long firstLsn, long commitLsn, long endLsn, List<Change> changes) {}

    /** Something in a transaction, with the table that it is about as it looked then; null for a note. */
    record Change(@Nullable SourceTableModel shape, WalMessage.InTransaction message) {}

    /** A note of a DDL. */
    record Note(long id, Map<String, String> columns) {}

    private final Chance chance;
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

    final Set<List<Long>> truncations = new HashSet<>();
    final Map<String, Long> windows = new TreeMap<>();
    private long lsn = 10_000;
    private long xid = 700;
    private long version;
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

    private SourceTableModel create(boolean keyed) {
        SourceTableModel table = new SourceTableModel(nextOid, "t" + nextOid, keyed);
        nextOid++;
        tables.put(table.oid, table);
        note(table, "table", "CREATE TABLE", "");
        return table;
    }

    private Note note(SourceTableModel table, String kind, String tag, String detail) {
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

    private void remember(long ts) {
        moments.put(ts, contents());
        Map<Long, SourceTableModel> backup = new TreeMap<>();
        tables.forEach((oid, table) -> backup.put(oid, table.copy()));
        backups.put(ts, backup);
    }

    // ---- what users do

    /** A transaction that changes rows. */
    void commitRows() {
        List<Change> changes = new ArrayList<>();
        version++;
        int count = chance.oneIn(6) ? 8 : 1 + chance.below(4);
        for (int i = 0; i < count; i++) {
            change(chance.of(List.copyOf(tables.values())), changes);
        }
        commit(changes);
    }

    /** A transaction with one DDL, and rows before and behind it. */
    void commitDdl() {
        List<Change> changes = new ArrayList<>();
        version++;
        SourceTableModel table = chance.of(List.copyOf(tables.values()));
        for (int i = chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(tables.values())), changes);
        }
        // A column that comes before a table without a key was copied ends the changefeed.
        switch (table.keyed ? chance.below(5) : chance.of(List.of(0, 3))) {
            case 0 -> {
                table.rows.clear();
                changes.add(new Change(
                        table.copy(), new WalMessage.Truncate(0, ImmutableLongArray.of(table.oid), false, false)));
            }
            case 1 -> {
                table.add("c" + table.nextColumnNumber(), "text");
                noteIn(changes, note(table, "table", "ALTER TABLE", ""));
            }
            case 2 -> {
                if (table.dropLast()) {
                    noteIn(changes, note(table, "table", "ALTER TABLE", ""));
                }
            }
            case 3 -> {
                // All rows get another value, and the log has none of it.
                table.rows.values().forEach(row -> row.put(3, "rewritten " + version));
                table.rows.values().forEach(row -> row.put(2, Long.toString(version)));
                table.shape++;
                noteIn(changes, note(table, "rewritten", "ALTER TABLE", "4"));
            }
            default -> {
                if (tables.size() < 4) {
                    SourceTableModel made = create(true);
                    noteIn(changes, notes.lastEntry().getValue());
                    change(made, changes);
                } else {
                    table.rows.clear();
                    changes.add(new Change(
                            table.copy(), new WalMessage.Truncate(0, ImmutableLongArray.of(table.oid), false, false)));
                }
            }
        }
        for (int i = chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(tables.values())), changes);
        }
        commit(changes);
    }

    /** The same, of which nobody notes anything, and only what can be followed then. */
    void commitUnnotedDdl(boolean mayDrop) {
        List<Change> changes = new ArrayList<>();
        version++;
        SourceTableModel table = chance.of(List.copyOf(tables.values()));
        // A column that comes before a table without a key was copied ends the changefeed.
        int what = table.keyed ? chance.below(7) : chance.of(List.of(0, 6));
        // What is told of a column before it is dropped in the same transaction may never have been told before.
        for (int i = what == 4 || what == 5 ? 0 : chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(tables.values())), changes);
        }
        String name = "c" + table.nextColumnNumber();
        switch (what) {
            case 0 -> {
                table.rows.clear();
                changes.add(new Change(
                        table.copy(), new WalMessage.Truncate(0, ImmutableLongArray.of(table.oid), false, false)));
            }
            case 1 -> table.add(name, "text");
            case 2 -> table.addConstant(name, "constant " + version);
            case 3 -> table.addDrawn(name, "drawn " + version);
            case 4 -> {
                if (mayDrop) {
                    table.dropLast();
                }
            }
            case 5 -> {
                if (mayDrop && table.columns.size() > 3) {
                    String last = table.columns.get(table.columns.size() - 1).name();
                    table.dropLast();
                    table.add(last, "text");
                }
            }
            default -> {
                if (tables.size() < 4) {
                    change(create(true), changes);
                }
            }
        }
        for (int i = chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(tables.values())), changes);
        }
        commit(changes);
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

    private static void noteIn(List<Change> changes, Note note) {
        @Nullable
        String[] values = NOTE_COLUMNS.stream().map(note.columns()::get).toArray(String[]::new);
        changes.add(new Change(null, new WalMessage.Insert(0, DDL_LOG, RandomMessages.tuple(values))));
    }

    private void change(SourceTableModel table, List<Change> changes) {
        if (!table.keyed) {
            changeKeyless(table, changes);
            return;
        }
        long key = 1L + chance.below(18);
        Map<Integer, String> before = table.rows.get(key);
        WalMessage.InTransaction message;
        if (before == null) {
            Map<Integer, String> row = new LinkedHashMap<>();
            for (SourceTableModel.Column column : table.columns) {
                row.put(column.number(), column.name() + " " + version);
            }
            row.put(1, Long.toString(key));
            row.put(2, Long.toString(version));
            table.rows.put(key, row);
            message = new WalMessage.Insert(0, table.oid, tuple(table, row, false));
        } else if (chance.oneIn(3)) {
            table.rows.remove(key);
            message = new WalMessage.Delete(0, table.oid, new OldTuple(OldTuple.Part.IDENTITY, keyOf(table, key)));
        } else {
            boolean keepsLarge = chance.below(3) > 0;
            before.put(2, Long.toString(version));
            if (!keepsLarge) {
                before.put(3, "t " + version);
            }
            message = new WalMessage.Update(0, table.oid, null, tuple(table, before, keepsLarge));
        }
        changes.add(new Change(table.copy(), message));
    }

    private void changeKeyless(SourceTableModel table, List<Change> changes) {
        int kind = table.rows.isEmpty() ? 0 : chance.below(4);
        if (kind < 2) {
            Map<Integer, String> row = new LinkedHashMap<>();
            row.put(1, Long.toString(1L + chance.below(2)));
            row.put(2, Long.toString(chance.below(2)));
            if (chance.oneIn(2)) {
                row.put(3, "equal");
            }
            table.rows.put(table.nextRow(), row);
            changes.add(new Change(table.copy(), new WalMessage.Insert(0, table.oid, tuple(table, row, false))));
            return;
        }
        long which = chance.of(List.copyOf(table.rows.keySet()));
        Map<Integer, String> row = Objects.requireNonNull(table.rows.get(which));
        OldTuple old = new OldTuple(OldTuple.Part.ROW, tuple(table, row, false));
        if (kind == 2) {
            table.rows.remove(which);
            changes.add(new Change(table.copy(), new WalMessage.Delete(0, table.oid, old)));
        } else {
            row.put(2, Long.toString(chance.below(3)));
            changes.add(new Change(
                    table.copy(), new WalMessage.Update(0, table.oid, old, tuple(table, row, chance.oneIn(2)))));
        }
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

    private static dev.maintainer.connector.postgres.wal.Tuple tuple(
            SourceTableModel table, Map<Integer, String> row, boolean keepsLarge) {
        @Nullable String[] values = table.values(row).toArray(String[]::new);
        return keepsLarge ? UnchangedValues.tuple(2, values) : RandomMessages.tuple(values);
    }

    private static dev.maintainer.connector.postgres.wal.Tuple keyOf(SourceTableModel table, long key) {
        @Nullable String[] values = new @Nullable String[table.columns.size()];
        values[0] = Long.toString(key);
        return RandomMessages.tuple(values);
    }

    private void commit(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        long first = lsn;
        lsn += 40L * changes.size() + 8L * chance.below(4);
        long commitLsn = lsn;
        lsn += 8 * chance.between(4, 8);
        for (Change change : changes) {
            if (change.shape() != null) {
                this.changes.merge(List.of(change.shape().oid, lsn), 1L, Long::sum);
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
        } else if (change.shape() == null && change.message() instanceof WalMessage.Insert insert) {
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

    // ---- the stream

    /** Messages that a session of the slot gets. */
    final class Stream {
        private final Set<List<Long>> described = new HashSet<>();
        private final Deque<byte[]> messages = new ArrayDeque<>();
        /** Where the next transaction commits that was not put among the messages. */
        private long sentTo;
        /** What messages say that belong to the transaction that is being sent. */
        private long underWay;

        private Set<List<Long>> inParts = new HashSet<>();

        /** A server that is asked to begin within the record of a commit leaves that transaction out. */
        Stream(long from) {
            sentTo = Math.max(from, confirmedTs);
        }

        byte @Nullable [] poll() {
            if (messages.isEmpty()) {
                fill();
            } else if (chance.oneIn(10)) {
                // The rest of the transaction is on its way.
                return null;
            }
            return messages.poll();
        }

        /** What the last message, or a sign of life of the server, says; of a transaction that is sent as a whole that is its end. */
        long receivedLsn() {
            if (!messages.isEmpty()) {
                return underWay;
            }
            for (Transaction transaction : log) {
                if (transaction.commitLsn() >= sentTo) {
                    // The server has read its log up to some record before the next commit.
                    return chance.between(sentTo, transaction.commitLsn());
                }
            }
            return lsn;
        }

        private void fill() {
            for (Transaction transaction : log) {
                if (transaction.commitLsn() >= sentTo) {
                    if (transaction.changes().size() > 3 && chance.below(2) == 0) {
                        underWay = sentTo;
                        streamed(transaction);
                    } else {
                        underWay = transaction.endLsn();
                        whole(transaction);
                    }
                    sentTo = transaction.endLsn();
                    return;
                }
            }
        }

        private void whole(Transaction transaction) {
            send(new WalMessage.Begin(transaction.commitLsn(), 0, transaction.xid()), Framing.WHOLE);
            transaction.changes().forEach(change -> send(change, 0, Framing.WHOLE));
            send(new WalMessage.Commit(transaction.commitLsn(), transaction.endLsn(), 0), Framing.WHOLE);
        }

        /** In two parts; another one that is rolled back comes between. */
        private void streamed(Transaction transaction) {
            long id = transaction.xid();
            int cut = 1 + chance.below(transaction.changes().size() - 1);
            Set<List<Long>> streamedShapes = new HashSet<>();
            inParts = streamedShapes;
            send(new WalMessage.StreamStart(id, true), Framing.WHOLE);
            transaction.changes().subList(0, cut).forEach(change -> send(change, id, Framing.STREAMED));
            long savepoint = id + 2_000_000;
            boolean rollsBack = chance.below(2) == 0;
            if (rollsBack) {
                send(transaction.changes().get(0), savepoint, Framing.STREAMED);
            }
            send(new WalMessage.StreamStop(), Framing.STREAMED);
            if (rollsBack) {
                send(new WalMessage.StreamAbort(id, savepoint), Framing.WHOLE);
            }
            if (chance.below(2) == 0) {
                long lost = id + 1_000_000;
                send(new WalMessage.StreamStart(lost, true), Framing.WHOLE);
                inParts = new HashSet<>();
                send(transaction.changes().get(0), lost, Framing.STREAMED);
                inParts = streamedShapes;
                send(new WalMessage.StreamStop(), Framing.STREAMED);
                send(new WalMessage.StreamAbort(lost, lost), Framing.WHOLE);
            }
            send(new WalMessage.StreamStart(id, false), Framing.WHOLE);
            transaction
                    .changes()
                    .subList(cut, transaction.changes().size())
                    .forEach(change -> send(change, id, Framing.STREAMED));
            send(new WalMessage.StreamStop(), Framing.STREAMED);
            send(new WalMessage.StreamCommit(id, transaction.commitLsn(), transaction.endLsn(), 0), Framing.WHOLE);
        }

        private void send(Change change, long id, Framing framing) {
            SourceTableModel table = change.shape();
            long oid = table == null ? ((WalMessage.Insert) change.message()).relation() : table.oid;
            List<Long> shape = List.of(oid, table == null ? 0L : (long) table.shape);
            // What a part has described counts for its transaction alone.
            Set<List<Long>> known = framing == Framing.STREAMED ? inParts : described;
            if (known.add(shape)) {
                known.removeIf(other -> other.get(0).equals(shape.get(0)) && !other.equals(shape));
                send(table == null ? relation(oid, id) : relation(table, id), framing);
            }
            send(withXid(change.message(), id), framing);
        }

        private void send(WalMessage message, Framing framing) {
            messages.add(MessageEncoder.encode(message, framing));
        }
    }

    private static WalMessage withXid(WalMessage.InTransaction message, long id) {
        if (message instanceof WalMessage.Insert insert) {
            return new WalMessage.Insert(id, insert.relation(), insert.row());
        } else if (message instanceof WalMessage.Update update) {
            return new WalMessage.Update(id, update.relation(), update.old(), update.row());
        } else if (message instanceof WalMessage.Delete delete) {
            return new WalMessage.Delete(id, delete.relation(), delete.old());
        } else if (message instanceof WalMessage.Truncate truncate) {
            return new WalMessage.Truncate(id, truncate.relations(), truncate.cascade(), truncate.restartIdentity());
        }
        throw new IllegalStateException(message.toString());
    }

    /** A table of notes. */
    private static WalMessage relation(long notes, long id) {
        List<String> columns = notes == DETECTED ? DetectedModel.COLUMNS : NOTE_COLUMNS;
        return new WalMessage.Relation(
                id,
                notes,
                "maintainer",
                notes == DETECTED ? "detected_ddl" : "ddl_log",
                ReplicaIdentity.DEFAULT,
                columns.stream()
                        .map(name -> new RelationColumn(name.equals("id"), name, TEXT, -1))
                        .toList());
    }

    private static WalMessage relation(SourceTableModel table, long id) {
        return new WalMessage.Relation(
                id,
                table.oid,
                "shop",
                table.name,
                table.keyed ? ReplicaIdentity.DEFAULT : ReplicaIdentity.FULL,
                table.columns.stream()
                        .map(column -> new RelationColumn(
                                !table.keyed || column.number() == 1, column.name(), typeOid(column), -1))
                        .toList());
    }
}
