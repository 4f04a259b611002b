package dev.maintainer.connector.postgres.world;

import com.google.common.primitives.ImmutableLongArray;
import dev.maintainer.connector.postgres.wal.OldTuple;
import dev.maintainer.connector.postgres.wal.RandomMessages;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.UnchangedValues;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.connector.postgres.world.SourceModel.Change;
import dev.maintainer.connector.postgres.world.SourceModel.Note;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whoever changes rows and tables of the source. */
final class SourceUsers {
    private final SourceModel server;
    private final Chance chance;
    /** Rises with each transaction, or with each change, and is what rows say that it has changed. */
    private long version;

    private boolean countsChanges;
    private boolean changesKeys;

    SourceUsers(SourceModel server, Chance chance) {
        this.server = server;
        this.chance = chance;
    }

    /** From now on rows say which change of its transaction was the last one. */
    void countChanges() {
        countsChanges = true;
    }

    /** A transaction that changes rows. */
    void commitRows() {
        List<Change> changes = new ArrayList<>();
        version++;
        int count = chance.oneIn(6) ? 8 : 1 + chance.below(4);
        for (int i = 0; i < count; i++) {
            change(chance.of(List.copyOf(server.tables.values())), changes);
        }
        server.commit(changes);
    }

    /** A transaction with one DDL, and rows before and behind it. */
    void commitDdl() {
        List<Change> changes = new ArrayList<>();
        version++;
        SourceTableModel table = chance.of(List.copyOf(server.tables.values()));
        for (int i = chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(server.tables.values())), changes);
        }
        // A column that comes before a table without a key was copied ends the changefeed.
        switch (table.keyed ? chance.below(5) : chance.of(List.of(0, 3))) {
            case 0 -> truncate(table, changes);
            case 1 -> {
                table.add("c" + table.nextColumnNumber(), "text");
                noteIn(changes, server.note(table, "table", "ALTER TABLE", ""));
            }
            case 2 -> {
                if (table.dropLast()) {
                    noteIn(changes, server.note(table, "table", "ALTER TABLE", ""));
                }
            }
            case 3 -> {
                // All rows get another value, and the log has none of it.
                table.rows.values().forEach(row -> row.put(3, "rewritten " + version));
                table.rows.values().forEach(row -> row.put(2, Long.toString(version)));
                table.shape++;
                noteIn(changes, server.note(table, "rewritten", "ALTER TABLE", "4"));
            }
            default -> {
                if (server.tables.size() < 4) {
                    SourceTableModel made = server.create(true);
                    noteIn(changes, server.notes.lastEntry().getValue());
                    change(made, changes);
                } else {
                    truncate(table, changes);
                }
            }
        }
        for (int i = chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(server.tables.values())), changes);
        }
        server.commit(changes);
    }

    /** The same, of which nobody notes anything, and only what can be followed then. */
    void commitUnnotedDdl(boolean mayDrop) {
        List<Change> changes = new ArrayList<>();
        version++;
        SourceTableModel table = chance.of(List.copyOf(server.tables.values()));
        // A column that comes before a table without a key was copied ends the changefeed.
        int what = table.keyed ? chance.below(7) : chance.of(List.of(0, 6));
        // What is told of a column before it is dropped in the same transaction may never have been told before.
        for (int i = what == 4 || what == 5 ? 0 : chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(server.tables.values())), changes);
        }
        String name = "c" + table.nextColumnNumber();
        switch (what) {
            case 0 -> truncate(table, changes);
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
                if (server.tables.size() < 4) {
                    change(server.create(true), changes);
                }
            }
        }
        for (int i = chance.below(3); i > 0; i--) {
            change(chance.of(List.copyOf(server.tables.values())), changes);
        }
        server.commit(changes);
    }

    private static void truncate(SourceTableModel table, List<Change> changes) {
        table.rows.clear();
        changes.add(
                new Change(table.copy(), new WalMessage.Truncate(0, ImmutableLongArray.of(table.oid), false, false)));
    }

    private static void noteIn(List<Change> changes, Note note) {
        @Nullable
        String[] values =
                SourceModel.NOTE_COLUMNS.stream().map(note.columns()::get).toArray(String[]::new);
        changes.add(new Change(null, new WalMessage.Insert(0, SourceModel.DDL_LOG, RandomMessages.tuple(values))));
    }

    /** From now on rows get other keys now and then. */
    void changeKeys() {
        changesKeys = true;
    }

    private void change(SourceTableModel table, List<Change> changes) {
        if (countsChanges) {
            version++;
        }
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
        } else if (changesKeys && chance.oneIn(4)) {
            long next = 1L + chance.below(18);
            if (table.rows.containsKey(next)) {
                return;
            }
            table.rows.remove(key);
            before.put(1, Long.toString(next));
            before.put(2, Long.toString(version));
            table.rows.put(next, before);
            OldTuple old = new OldTuple(OldTuple.Part.IDENTITY, keyOf(table, key));
            message = new WalMessage.Update(0, table.oid, old, tuple(table, before, false));
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

    private static Tuple tuple(SourceTableModel table, Map<Integer, String> row, boolean keepsLarge) {
        @Nullable String[] values = table.values(row).toArray(String[]::new);
        return keepsLarge ? UnchangedValues.tuple(2, values) : RandomMessages.tuple(values);
    }

    private static Tuple keyOf(SourceTableModel table, long key) {
        @Nullable String[] values = new @Nullable String[table.columns.size()];
        values[0] = Long.toString(key);
        return RandomMessages.tuple(values);
    }
}
