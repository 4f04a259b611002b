package dev.maintainer.node.changelog;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import java.util.ArrayList;
import java.util.Arrays;
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
        private final SchemaId schema;
        private final TableName name;
        private final long createdTs;
        private long droppedTs = Long.MAX_VALUE;
        private final List<RowEvent> events = new ArrayList<>();

        private OpenTable(TableId table, SchemaId schema, TableName name, long createdTs) {
            this.table = table;
            this.schema = schema;
            this.name = name;
            this.createdTs = createdTs;
        }
    }

    private record RowKey(TableId table, String key) {}

    private final List<OpenTable> tables = new ArrayList<>();
    private final Map<TableName, OpenTable> live = new TreeMap<>();
    private final Map<String, SchemaId> schemas = new TreeMap<>();
    private final Set<String> liveSchemas = new TreeSet<>();
    private final List<DdlEvent> ddls = new ArrayList<>();
    /** Where in its table the change of a key is that the present transaction has made. */
    private final Map<RowKey, Integer> transaction = new HashMap<>();

    private long superseded;
    private long[] commitTs = new long[1024];
    private int size;

    /** An empty log. */
    public ChangeLogBuilder() {}

    /** A table comes into being. */
    public ChangeLogBuilder createTable(long ts, TableName name) {
        checkOrder(ts);
        if (live.containsKey(name)) {
            throw new IllegalArgumentException("table " + name + " exists already; drop it before it is created again");
        }
        SchemaId schema = schemas.computeIfAbsent(name.schema(), any -> new SchemaId(schemas.size() + 1L));
        liveSchemas.add(name.schema());
        OpenTable table = new OpenTable(new TableId(tables.size() + 1L), schema, name, ts);
        tables.add(table);
        live.put(name, table);
        addDdl(ts, DdlEvent.Kind.CREATE_TABLE, schema, name.schema(), table.table, name.table());
        return this;
    }

    /** A table goes. */
    public ChangeLogBuilder dropTable(long ts, TableName name) {
        checkOrder(ts);
        OpenTable table = live.remove(name);
        if (table == null) {
            throw new IllegalArgumentException("drop of unknown table " + name + "; it must be created first");
        }
        table.droppedTs = ts;
        addDdl(ts, DdlEvent.Kind.DROP_TABLE, table.schema, name.schema(), table.table, name.table());
        return this;
    }

    /** A schema goes with all its tables. */
    public ChangeLogBuilder dropSchema(long ts, String schemaName) {
        checkOrder(ts);
        SchemaId schema = schemas.get(schemaName);
        if (schema == null || !liveSchemas.remove(schemaName)) {
            throw new IllegalArgumentException(
                    "drop of unknown schema " + schemaName + "; a table of it must be created first");
        }
        live.values().removeIf(table -> {
            boolean gone = table.schema.equals(schema);
            if (gone) {
                table.droppedTs = ts;
            }
            return gone;
        });
        addDdl(ts, DdlEvent.Kind.DROP_SCHEMA, schema, schemaName, null, null);
        return this;
    }

    /** A row changes. Of several changes of one key with one {@code ts} the last counts. */
    public ChangeLogBuilder row(long ts, TableName name, RowEvent.Op op, String key, @Nullable String row) {
        checkOrder(ts);
        OpenTable table = live.get(name);
        if (table == null) {
            throw new IllegalArgumentException("row for unknown table " + name + "; it must be created first");
        }
        if (ts == table.createdTs) {
            throw new IllegalArgumentException(
                    "row for table " + name + " with the commitTs of its creation; rows come after it");
        }
        RowEvent event = new RowEvent(ts, table.table, op, key, row);
        Integer former = transaction.putIfAbsent(new RowKey(table.table, key), table.events.size());
        if (former == null) {
            table.events.add(event);
        } else {
            // A transaction takes effect at once, so of one key only the last change can ever be seen.
            table.events.set(former, event);
            superseded++;
        }
        append(ts);
        return this;
    }

    /** The log; {@code digest} says which one. */
    public ChangeLog build(String digest) {
        if (size == 0) {
            throw new IllegalArgumentException("a change log needs at least one event");
        }
        return new ChangeLog(
                digest,
                tables.stream()
                        .map(table -> new LoggedTable(
                                table.table, table.schema, table.name, table.createdTs, table.droppedTs, table.events))
                        .toList(),
                ddls,
                Arrays.copyOf(commitTs, size),
                superseded);
    }

    private void addDdl(
            long ts,
            DdlEvent.Kind kind,
            SchemaId schema,
            String schemaName,
            @Nullable TableId table,
            @Nullable String tableName) {
        ddls.add(new DdlEvent(ts, ddls.size(), kind, schema, schemaName, table, tableName));
        append(ts);
    }

    private void checkOrder(long ts) {
        if (ts < 2 || ts == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "commitTs " + ts + " is out of range; it must be from 2 to " + (Long.MAX_VALUE - 1));
        }
        if (size > 0 && ts < commitTs[size - 1]) {
            throw new IllegalArgumentException(
                    "commitTs " + ts + " is lower than the one before it, " + commitTs[size - 1]);
        }
        if (size > 0 && ts > commitTs[size - 1]) {
            transaction.clear();
        }
    }

    private void append(long ts) {
        if (size == commitTs.length) {
            commitTs = Arrays.copyOf(commitTs, size * 2);
        }
        commitTs[size++] = ts;
    }
}
