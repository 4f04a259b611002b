package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.RowCursor;
import dev.maintainer.replication.state.StateBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The state of a change log at one moment, replayed table by table. Immutable, thread-safe; of use while the log is open. */
public final class LoggedState {
    private final SortedMap<TableName, LoggedTable> live = new TreeMap<>();
    private final long ts;

    LoggedState(List<LoggedTable> tables, long ts) {
        this.ts = ts;
        for (LoggedTable table : tables) {
            if (table.existsAt(ts)) {
                live.put(table.infoAt(ts).name(), table);
            }
        }
    }

    /** The tables that exist. */
    public SortedSet<TableName> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(live.keySet()));
    }

    /** The rows of a table in byte order of their keys; none if it does not exist. To be closed. */
    public RowCursor rows(TableName name) {
        LoggedTable table = live.get(name);
        if (table == null) {
            return RowCursor.empty();
        }
        StateBuilder state = new StateBuilder();
        try {
            table.rows().forEach(0, ts, row -> add(state, row));
            return state.finish();
        } catch (IOException e) {
            state.close();
            throw new UncheckedIOException(e);
        }
    }

    private static void add(StateBuilder state, RowEvent row) {
        try {
            state.add(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
