package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.FileProblem;
import dev.maintainer.replication.file.RowBlock;
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
    private static final class OpenTable {
        private final TableId table;
        private final List<LoggedTable.Version> versions = new ArrayList<>(1);
        private final long createdTs;
        private long droppedTs = Long.MAX_VALUE;
        /** That of the rows after {@code definedTs}, and that of the rows up to it. */
        private @Nullable String definition;

        private @Nullable String formerDefinition;
        private long definedTs;
        private final List<RowBlock> blocks = new ArrayList<>();
        /** Not set aside yet. */
        private final List<RowEvent> events = new ArrayList<>();

        private int bytes;

        private OpenTable(TableId table, SchemaId schema, TableName name, long createdTs) {
            this.table = table;
            this.createdTs = createdTs;
            rename(createdTs, schema, name);
        }

        private void rename(long ts, SchemaId schema, TableName name) {
            LoggedTable.Version last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
            if (last != null && last.sinceTs() == ts) {
                versions.remove(versions.size() - 1);
            }
            versions.add(new LoggedTable.Version(ts, new TableInfo(table, schema, name, true)));
        }

        private void define(long ts, @Nullable String text) {
            if (ts > definedTs) {
                formerDefinition = definition;
                definedTs = ts;
            }
            definition = text;
        }

        /** Rows of a transaction come before its DDLs, in whatever order they are logged. */
        private @Nullable String definitionAt(long ts) {
            return ts > definedTs ? definition : formerDefinition;
        }

        private TableInfo info() {
            return versions.get(versions.size() - 1).info();
        }
    }

    /** What stays in memory whatever it is. */
    private static final long SMALL = 4 << 20;

    private static final int BLOCK_ROWS = 256;
    private static final int BLOCK_BYTES = 1 << 16;
    private static final long MOST_PENDING = 16 << 20;
    private static final long MOST_CACHED = 16 << 20;
    private static final int CACHED_PART = 16;
    /** In bytes. */
    private static final int LONGEST_DEFINITION = 1 << 16;

    private record RowKey(TableId table, String key) {}

    private final List<OpenTable> tables = new ArrayList<>();
    private final Map<TableName, OpenTable> live = new TreeMap<>();
    private final Map<String, SchemaId> schemas = new TreeMap<>();
    private final Set<String> liveSchemas = new TreeSet<>();
    private final List<DdlEvent> ddls = new ArrayList<>();
    /** Where in its table the change of a key is that the present transaction has made. */
    private final Map<RowKey, Integer> transaction = new HashMap<>();

    private final CommitTimes commitTimes = new CommitTimes();
    private final SyncPoints syncPoints;
    private final Spool spool = new Spool(SMALL);
    private final BlockCache cache =
            new BlockCache(spool, Math.min(MOST_CACHED, Runtime.getRuntime().maxMemory() / CACHED_PART));
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
        this.syncPoints = new SyncPoints(syncPointInterval);
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
        OpenTable table = begin(ts, begin(name.schema()), name);
        table.define(ts, definition);
        return add(DdlEvent.createTable(ts, ddls.size(), table.info(), definition));
    }

    /** A table is removed. */
    public ChangeLogBuilder dropTable(long ts, TableName name) {
        checkOrder(ts);
        OpenTable table = end(ts, existing(name, "drop of"));
        return add(DdlEvent.dropTable(ts, ddls.size(), table.info(), dropped(List.of(table), ts)));
    }

    /** A table goes, and a new one of its name and definition begins without rows. */
    public ChangeLogBuilder truncateTable(long ts, TableName name) {
        checkOrder(ts);
        OpenTable table = end(ts, existing(name, "truncation of"));
        OpenTable next = begin(ts, table.info().schema(), name);
        next.define(ts, table.definition);
        return add(DdlEvent.truncateTable(ts, ddls.size(), table.info(), next.info(), dropped(List.of(table), ts)));
    }

    /** A table has another name, perhaps in another schema, which begins if there is none of that name. */
    public ChangeLogBuilder renameTable(long ts, TableName name, TableName to) {
        checkOrder(ts);
        OpenTable table = existing(name, "renaming of");
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
        OpenTable table = existing(name, "change of");
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
        List<OpenTable> gone = live.values().stream()
                .filter(table -> table.info().schema().equals(schema))
                .toList();
        gone.forEach(table -> end(ts, table));
        return add(DdlEvent.dropSchema(ts, ddls.size(), schema, schemaName, dropped(gone, ts)));
    }

    private OpenTable existing(TableName name, String what) {
        OpenTable table = live.get(name);
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

    private OpenTable begin(long ts, SchemaId schema, TableName name) {
        OpenTable table = new OpenTable(new TableId(tables.size() + 1L), schema, name, ts);
        tables.add(table);
        live.put(name, table);
        return table;
    }

    private OpenTable end(long ts, OpenTable table) {
        live.remove(table.info().name());
        table.droppedTs = ts;
        return table;
    }

    /** A row changes. Of several changes of one key with one {@code ts} the last counts. */
    public ChangeLogBuilder row(long ts, TableName name, RowEvent.Op op, String key, @Nullable String row) {
        checkOrder(ts);
        OpenTable table = existing(name, "row for");
        if (ts == table.createdTs) {
            throw new IllegalArgumentException(
                    "row for table " + name + " with the commitTs of its creation; rows come after it");
        }
        RowEvent event = new RowEvent(ts, table.table, op, key, null, row, table.definitionAt(ts));
        boolean begins = table.events.isEmpty()
                || table.events.get(table.events.size() - 1).commitTs() < ts;
        if (begins && (table.events.size() >= BLOCK_ROWS || table.bytes >= BLOCK_BYTES)) {
            putAside(table);
        }
        Integer former = transaction.putIfAbsent(new RowKey(table.table, key), table.events.size());
        if (former == null) {
            table.events.add(event);
            rowEvents++;
        } else {
            // A transaction takes effect at once, so of one key only the last change can ever be seen.
            table.events.set(former, event);
        }
        table.bytes += event.size();
        pendingBytes += event.size();
        syncPoints.row(ts);
        append(ts);
        return this;
    }

    private void putAside(OpenTable table) {
        if (table.events.isEmpty()) {
            return;
        }
        try {
            table.blocks.add(RowBlock.write(spool, table.events));
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "the rows of table " + table.info().name() + " cannot be put aside in "
                            + System.getProperty("java.io.tmpdir") + ": " + FileProblem.of(e)
                            + "; make room there, or name another directory, as in"
                            + " JDK_JAVA_OPTIONS=-Djava.io.tmpdir=DIR",
                    e);
        }
        table.events.clear();
        pendingBytes -= table.bytes;
        table.bytes = 0;
    }

    /** The log; {@code digest} says which one. */
    public ChangeLog build(String digest) {
        if (commitTimes.size() == 0) {
            throw new IllegalArgumentException("a change log needs at least one event");
        }
        tables.forEach(this::putAside);
        return new ChangeLog(
                digest,
                tables.stream()
                        .map(table -> new LoggedTable(
                                table.table,
                                table.versions,
                                table.createdTs,
                                table.droppedTs,
                                new LoggedRows(cache, table.blocks)))
                        .toList(),
                ddls,
                syncPoints,
                commitTimes,
                rowEvents,
                spool);
    }

    /** Without tables that came and went in one transaction: nothing was ever in them. */
    private static List<TableId> dropped(List<OpenTable> gone, long ts) {
        return gone.stream()
                .filter(table -> table.createdTs < ts)
                .map(table -> table.table)
                .toList();
    }

    private ChangeLogBuilder add(DdlEvent ddl) {
        ddls.add(ddl);
        append(ddl.commitTs());
        return this;
    }

    private void checkOrder(long ts) {
        if (ts < 2 || ts == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "commitTs " + ts + " is out of range; it must be from 2 to " + (Long.MAX_VALUE - 1));
        }
        if (commitTimes.size() > 0 && ts < commitTimes.last()) {
            throw new IllegalArgumentException(
                    "commitTs " + ts + " is lower than the one before it, " + commitTimes.last());
        }
        if (commitTimes.size() > 0 && ts > commitTimes.last()) {
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
