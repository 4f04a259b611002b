package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.file.Spool;
import dev.maintainer.replication.history.BlockHistory;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole change log. Tables and DDLs are in memory; rows are set aside by table, and read again on request, so memory
 * does not grow with them. Immutable, thread-safe. Ids depend on the log alone, so all nodes agree on them: a table's
 * id is the ordinal of its creation, a schema's the ordinal of its first appearance, both from 1.
 */
public final class ChangeLog implements AutoCloseable {
    private final String digest;
    private final @Nullable String digestOfFirstLine;
    private final long resolvedTs;
    private final List<LoggedTable> tables;
    private final List<DdlEvent> ddls;
    private final BlockHistory blocks;
    private final CommitTimes commitTimes;
    private final long rowEvents;
    private final Spool spool;
    private final LoggedState endState;

    ChangeLog(
            String digest,
            @Nullable String digestOfFirstLine,
            long resolvedTs,
            List<LoggedTable> tables,
            List<DdlEvent> ddls,
            SyncPoints syncPoints,
            CommitTimes commitTimes,
            long rowEvents,
            Spool spool) {
        this.digest = digest;
        this.digestOfFirstLine = digestOfFirstLine;
        this.resolvedTs = resolvedTs;
        this.tables = List.copyOf(tables);
        this.ddls = List.copyOf(ddls);
        syncPoints.publish(commitTimes.last());
        this.blocks = BlockHistory.finished(this.ddls, syncPoints.events());
        this.commitTimes = commitTimes;
        this.rowEvents = rowEvents;
        this.spool = spool;
        this.endState = stateAt(commitTimes.last());
    }

    /** SHA-256 of the uncompressed log, in hexadecimal: which log this is. */
    public String digest() {
        return digest;
    }

    /**
     * What may identify this log as a source: it was replicated when it was finished, or while it was written.
     *
     * @param name what identified it while it was written; null if its first line did
     */
    public List<String> identities(@Nullable String name) {
        List<String> identities = new ArrayList<>(List.of(digest));
        if (digestOfFirstLine != null) {
            identities.add(TailedSource.identity(digestOfFirstLine));
        }
        if (name != null) {
            identities.add(TailedSource.identityByName(name));
        }
        return identities;
    }

    /** How far the log says of itself that it is complete, which is as far as it is replicated while it is written; a TSO, or 0. */
    public long resolvedTs() {
        return resolvedTs;
    }

    /** Number of events, DDLs included; at least 1. */
    public int size() {
        return commitTimes.size();
    }

    /** Commit time of the event at a position, a TSO; in a log of more than 100,000 events perhaps of one a little later. */
    public long commitTsAt(int position) {
        return commitTimes.at(position);
    }

    /** How many events were committed at or before {@code ts}; in a log of more than 100,000 events perhaps a few fewer. */
    public int positionAfter(long ts) {
        return commitTimes.positionAfter(ts);
    }

    /** A TSO before every event; at least 1. */
    public long startTs() {
        return commitTimes.first() - 1;
    }

    /** Commit time of the last event; a TSO. */
    public long endTs() {
        return commitTimes.last();
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

    BlockHistory blocks() {
        return blocks;
    }

    /** The tables that exist at {@code ts}, by id. */
    public SchemaSnapshot tablesAt(long ts) {
        return new SchemaSnapshot(
                ts,
                tables.stream()
                        .filter(table -> table.existsAt(ts))
                        .map(table -> table.infoAt(ts))
                        .toList());
    }

    /**
     * How many row events there are to write, those of dropped tables included: without those that are followed by another
     * one of the same key in the same transaction.
     */
    public long rowEvents() {
        return rowEvents;
    }

    /** The state of a moment, with what was committed at it; a TSO. */
    public LoggedState stateAt(long ts) {
        return new LoggedState(tables, ts);
    }

    /** The state in which the log ends. */
    public LoggedState endState() {
        return endState;
    }

    /** The state in which a small log ends, in memory: for each live table its rows as JSON, in byte order of the keys. */
    public SortedMap<TableName, SortedMap<String, String>> finalState() {
        SortedMap<TableName, SortedMap<String, String>> state = new TreeMap<>();
        for (TableName name : endState.names()) {
            SortedMap<String, String> rows = new TreeMap<>(Utf8Order.INSTANCE);
            try (RowCursor cursor = endState.rows(name)) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    rows.put(row.key(), row.json());
                }
            }
            state.put(name, Collections.unmodifiableSortedMap(rows));
        }
        return state;
    }

    /** Lets go of what was set aside; nobody may read rows any more. */
    @Override
    public void close() {
        spool.close();
    }
}
