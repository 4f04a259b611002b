package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.replication.RecentWork;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.Spool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ChangeLog} event by event and checks the order. An event that breaks it is refused with an {@link
 * IllegalArgumentException}. Not thread-safe.
 */
public final class ChangeLogBuilder {
    /** What stays in memory whatever it is. */
    private static final long SMALL = 4 << 20;

    private static final long MOST_PENDING = 16 << 20;
    private static final long MOST_CACHED = 16 << 20;
    private static final int CACHED_PART = 16;
    /** In bytes. */
    private static final int LONGEST_DEFINITION = 1 << 16;

    private record RowKey(TableId table, String key) {}

    private final List<GrowingTable> tables = new ArrayList<>();
    private final Map<TableName, GrowingTable> live = new TreeMap<>();
    private final Map<String, SchemaId> schemas = new TreeMap<>();
    private final Set<String> liveSchemas = new TreeSet<>();
    private final List<DdlEvent> ddls = new ArrayList<>();
    /** Where in its table the change of a key is that the present transaction has made. */
    private final Map<RowKey, Integer> transaction = new HashMap<>();

    private final CommitTimes commitTimes = new CommitTimes();
    private final SyncPoints syncPoints;
    /** Of a log that is still written. */
    private final @Nullable RecentWork work;

    private final Spool spool = new Spool(SMALL);
    private final BlockCache cache =
            new BlockCache(spool, Math.min(MOST_CACHED, Runtime.getRuntime().maxMemory() / CACHED_PART));
    private final List<GrowingTable> touched = new ArrayList<>();
    private long resolvedTs;
    private long rowEvents;
    /** Of all that was not set aside yet. */
    private long pendingBytes;

    /** An empty log without sync points. */
    public ChangeLogBuilder() {
        this(0);
    }

    /**
     * An empty log.
     *
     * @param syncPointInterval after how many rows there is a sync point, at the end of the transaction in which that many
     *     are reached; 0 for none
     */
    public ChangeLogBuilder(long syncPointInterval) {
        this(syncPointInterval, null);
    }

    /** An empty log, whose rows are counted as they come if {@code work} is not null. */
    ChangeLogBuilder(long syncPointInterval, @Nullable RecentWork work) {
        this.syncPoints = new SyncPoints(syncPointInterval);
        this.work = work;
    }

    /** A table is created, without a definition. */
    public ChangeLogBuilder createTable(long ts, TableName name) {
        return createTable(ts, name, null);
    }

    /** A table is created, whose rows have a definition if that is not null. */
    public ChangeLogBuilder createTable(long ts, TableName name, @Nullable String definition) {
        checkOrder(ts);
        checkFree(name, "drop it before it is created again");
        if (definition != null) {
            checkDefinition(definition);
        }
        GrowingTable table = begin(ts, begin(name.schema()), name);
        table.define(ts, definition);
        return add(DdlEvent.createTable(ts, ddls.size(), table.info(), definition));
    }

    /** A table is removed. */
    public ChangeLogBuilder dropTable(long ts, TableName name) {
        checkOrder(ts);
        GrowingTable table = end(ts, existing(name, "drop of"));
        return add(DdlEvent.dropTable(ts, ddls.size(), table.info(), dropped(List.of(table), ts)));
    }

    /** A table goes, and a new one of its name and definition begins without rows. */
    public ChangeLogBuilder truncateTable(long ts, TableName name) {
        checkOrder(ts);
        GrowingTable table = end(ts, existing(name, "truncation of"));
        GrowingTable next = begin(ts, table.info().schema(), name);
        next.define(ts, table.definition());
        return add(DdlEvent.truncateTable(ts, ddls.size(), table.info(), next.info(), dropped(List.of(table), ts)));
    }

    /** A table has another name, perhaps in another schema, which begins if there is none of that name. */
    public ChangeLogBuilder renameTable(long ts, TableName name, TableName to) {
        checkOrder(ts);
        GrowingTable table = existing(name, "renaming of");
        checkFree(to, name + " cannot have its name");
        TableInfo before = table.info();
        live.remove(name);
        table.rename(ts, begin(to.schema()), to);
        live.put(to, table);
        return add(DdlEvent.renameTable(ts, ddls.size(), before, table.info()));
    }

    /** The rows of a table have another definition, if they are committed later. */
    public ChangeLogBuilder alterTable(long ts, TableName name, String definition) {
        checkOrder(ts);
        GrowingTable table = existing(name, "change of");
        checkDefinition(definition);
        table.define(ts, definition);
        return add(DdlEvent.alterTable(ts, ddls.size(), table.info(), definition));
    }

    /** A schema goes with all its tables. */
    public ChangeLogBuilder dropSchema(long ts, String schemaName) {
        checkOrder(ts);
        SchemaId schema = schemas.get(schemaName);
        if (schema == null || !liveSchemas.remove(schemaName)) {
            throw new IllegalArgumentException(
                    "drop of unknown schema " + schemaName + "; a table of it must be created first");
        }
        List<GrowingTable> gone = live.values().stream()
                .filter(table -> table.info().schema().equals(schema))
                .toList();
        gone.forEach(table -> end(ts, table));
        return add(DdlEvent.dropSchema(ts, ddls.size(), schema, schemaName, dropped(gone, ts)));
    }

    private GrowingTable existing(TableName name, String what) {
        GrowingTable table = live.get(name);
        if (table == null) {
            throw new IllegalArgumentException(what + " unknown table " + name + "; it must be created first");
        }
        return table;
    }

    private void checkFree(TableName name, String hint) {
        if (live.containsKey(name)) {
            throw new IllegalArgumentException("table " + name + " exists already; " + hint);
        }
    }

    private static void checkDefinition(String definition) {
        int bytes = definition.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LONGEST_DEFINITION) {
            throw new IllegalArgumentException(
                    "a definition of " + bytes + " bytes; it must have from 1 to " + LONGEST_DEFINITION + " in UTF-8");
        }
    }

    private SchemaId begin(String schema) {
        liveSchemas.add(schema);
        return schemas.computeIfAbsent(schema, any -> new SchemaId(schemas.size() + 1L));
    }

    private GrowingTable begin(long ts, SchemaId schema, TableName name) {
        GrowingTable table = new GrowingTable(new TableId(tables.size() + 1L), schema, name, ts);
        tables.add(table);
        live.put(name, table);
        touch(table);
        return table;
    }

    private GrowingTable end(long ts, GrowingTable table) {
        live.remove(table.info().name());
        table.drop(ts);
        touch(table);
        return table;
    }

    /** A row changes. Of several changes of one key with one {@code ts} the last counts. */
    public ChangeLogBuilder row(long ts, TableName name, RowEvent.Op op, String key, @Nullable String row) {
        checkOrder(ts);
        GrowingTable table = existing(name, "row for");
        if (ts == table.createdTs()) {
            throw new IllegalArgumentException(
                    "row for table " + name + " with the commitTs of its creation; rows come after it");
        }
        RowEvent event = new RowEvent(ts, table.id(), op, key, null, row, table.definitionAt(ts));
        if (table.isFull() && table.lastTs() < ts) {
            putAside(table);
        }
        Integer former = transaction.putIfAbsent(
                new RowKey(table.id(), key), table.tail().size());
        if (former == null) {
            rowEvents++;
        }
        table.add(event, former);
        if (work != null) {
            work.add(event);
        }
        pendingBytes += event.size();
        syncPoints.row(ts);
        touch(table);
        append(ts);
        return this;
    }

    private void touch(GrowingTable table) {
        if (table.touch()) {
            touched.add(table);
        }
    }

    private void putAside(GrowingTable table) {
        try {
            pendingBytes -= table.putAside(spool);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "the rows of table " + table.info().name() + " cannot be put aside in "
                            + System.getProperty("java.io.tmpdir") + ": " + FileProblem.of(e)
                            + "; make room there, or name another directory, as in"
                            + " JDK_JAVA_OPTIONS=-Djava.io.tmpdir=DIR",
                    e);
        }
    }

    /**
     * The log has everything up to {@code ts}, a TSO: what follows is later. One that is not higher than a former one says
     * nothing new.
     */
    public ChangeLogBuilder resolved(long ts) {
        checkRange(ts, 1, "resolved ts ");
        resolvedTs = Math.max(resolvedTs, ts);
        return this;
    }

    /**
     * All DDLs up to {@code ts}, a TSO, have been taken, and of the rows none: what follows is behind them.
     *
     * @param rowsToSyncPoint after how many rows the next sync point is; 0 if there are none
     */
    void resumeAfter(long ts, long rowsToSyncPoint) {
        resolved(ts);
        syncPoints.resume(rowsToSyncPoint);
        tables.forEach(table -> table.beginAfter(ts));
    }

    /** Whether all events so far are resolved. */
    boolean isWhole() {
        return commitTimes.isEmpty() || commitTimes.last() <= resolvedTs;
    }

    /** Forgets the rows that were committed up to {@code ts}, a TSO, and were set aside. */
    void forgetUpTo(long ts) {
        tables.forEach(table -> table.forgetUpTo(ts, spool));
    }

    /** How far the log says of itself that it is complete; a TSO, 0 if it has not said so yet. */
    long resolvedTs() {
        return resolvedTs;
    }

    boolean isEmpty() {
        return commitTimes.isEmpty();
    }

    /** When the first event was committed. */
    long firstTs() {
        return commitTimes.first();
    }

    /** All tables so far, by id; it grows. */
    List<GrowingTable> tables() {
        return tables;
    }

    /** All DDLs so far; it grows. */
    List<DdlEvent> ddls() {
        return ddls;
    }

    SyncPoints syncPoints() {
        return syncPoints;
    }

    BlockCache cache() {
        return cache;
    }

    /**
     * The tables that have changed since this was asked last. Of transactions that are over, much is put aside; of what was,
     * rows that were committed up to {@code forgetTs}, a TSO, are forgotten.
     */
    List<GrowingTable> takeTouched(long forgetTs) {
        List<GrowingTable> taken = List.copyOf(touched);
        touched.clear();
        for (GrowingTable table : taken) {
            table.untouch();
            table.forgetUpTo(forgetTs, spool);
            if (table.isFull() && table.lastTs() <= resolvedTs) {
                putAside(table);
            }
        }
        return taken;
    }

    /** Lets go of what was set aside. */
    void close() {
        spool.close();
    }

    /** The log; {@code digest} says which one. */
    public ChangeLog build(String digest) {
        return build(digest, null);
    }

    /** The log; {@code digestOfFirstLine} identifies it, too, if it was read from a file. */
    ChangeLog build(String digest, @Nullable String digestOfFirstLine) {
        if (commitTimes.isEmpty()) {
            throw new IllegalArgumentException("a change log needs at least one event");
        }
        tables.forEach(this::putAside);
        return new ChangeLog(
                digest,
                digestOfFirstLine,
                resolvedTs,
                tables.stream().map(table -> table.logged(cache)).toList(),
                ddls,
                syncPoints,
                commitTimes,
                rowEvents,
                spool);
    }

    /** Without tables that came and went in one transaction: nothing was ever in them. */
    private static List<TableId> dropped(List<GrowingTable> gone, long ts) {
        return gone.stream()
                .filter(table -> table.createdTs() < ts)
                .map(GrowingTable::id)
                .toList();
    }

    private ChangeLogBuilder add(DdlEvent ddl) {
        ddls.add(ddl);
        append(ddl.commitTs());
        return this;
    }

    private static void checkRange(long ts, long lowest, String what) {
        if (ts < lowest || ts == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    what + ts + " is out of range; it must be from " + lowest + " to " + (Long.MAX_VALUE - 1));
        }
    }

    private void checkOrder(long ts) {
        checkRange(ts, 2, "commitTs ");
        if (ts <= resolvedTs) {
            throw new IllegalArgumentException(
                    "commitTs " + ts + " comes after a line that says that all up to " + resolvedTs + " is there");
        }
        if (!commitTimes.isEmpty() && ts < commitTimes.last()) {
            throw new IllegalArgumentException(
                    "commitTs " + ts + " is lower than the one before it, " + commitTimes.last());
        }
        if (!commitTimes.isEmpty() && ts > commitTimes.last()) {
            transaction.clear();
            if (pendingBytes > MOST_PENDING) {
                tables.forEach(this::putAside);
            }
        }
    }

    private void append(long ts) {
        commitTimes.add(ts);
    }
}
