package dev.maintainer.node.changelog;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.port.SchemaSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A whole change log in memory. Immutable. Ids depend on the log alone, so all nodes agree on them: a table's id is the
 * ordinal of its creation, a schema's the ordinal of its first appearance, both from 1.
 */
public final class ChangeLog {
    private final String digest;
    private final List<LoggedTable> tables;
    private final List<DdlEvent> ddls;
    private final long[] commitTs;
    private final long superseded;

    ChangeLog(String digest, List<LoggedTable> tables, List<DdlEvent> ddls, long[] commitTs, long superseded) {
        this.superseded = superseded;
        this.digest = digest;
        this.tables = List.copyOf(tables);
        this.ddls = List.copyOf(ddls);
        this.commitTs = commitTs;
    }

    /** SHA-256 of the uncompressed log, in hexadecimal: which log this is. */
    public String digest() {
        return digest;
    }

    /** Number of events, DDLs included; at least 1. */
    public int size() {
        return commitTs.length;
    }

    /** Commit time of the event at a position; a TSO. */
    public long commitTsAt(int position) {
        return commitTs[position];
    }

    /** How many events were committed at or before {@code ts}. */
    public int positionAfter(long ts) {
        int low = 0;
        int high = commitTs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (commitTs[middle] <= ts) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A TSO before every event; at least 1. */
    public long startTs() {
        return commitTs[0] - 1;
    }

    /** Commit time of the last event; a TSO. */
    public long endTs() {
        return commitTs[commitTs.length - 1];
    }

    /** All tables that ever were, by id. */
    public List<LoggedTable> tables() {
        return tables;
    }

    /** A table by its id. */
    public Optional<LoggedTable> table(TableId table) {
        long index = table.value() - 1;
        return index >= 0 && index < tables.size() ? Optional.of(tables.get((int) index)) : Optional.empty();
    }

    /** All DDLs in commit order. */
    public List<DdlEvent> ddls() {
        return ddls;
    }

    /** The tables that exist at {@code ts}, by id. */
    public SchemaSnapshot tablesAt(long ts) {
        return new SchemaSnapshot(
                ts,
                tables.stream()
                        .filter(table -> table.existsAt(ts))
                        .map(LoggedTable::info)
                        .toList());
    }

    /**
     * How many row events there are to write, those of dropped tables included: without those that are followed by another
     * one of the same key in the same transaction.
     */
    public long rowEvents() {
        return size() - ddls.size() - superseded;
    }

    /** The state in which the log ends: for each live table its rows as JSON, in byte order of the keys. */
    public SortedMap<TableName, SortedMap<String, String>> finalState() {
        SortedMap<TableName, SortedMap<String, String>> state = new TreeMap<>();
        for (LoggedTable table : tables) {
            if (table.existsAt(endTs())) {
                SortedMap<String, String> rows = new TreeMap<>(Utf8Order.INSTANCE);
                for (RowEvent event : table.events()) {
                    if (event.row() == null) {
                        rows.remove(event.key());
                    } else {
                        rows.put(event.key(), event.row());
                    }
                }
                state.put(table.name(), Collections.unmodifiableSortedMap(rows));
            }
        }
        return state;
    }

    /** Positions that divide the log into {@code count + 1} parts of about one size: where to do something. */
    public List<Integer> evenlySpread(int count) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            positions.add((int) ((long) size() * i / (count + 1)));
        }
        return positions;
    }
}
