package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.operator.IntrusiveList;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a changefeed, by id and by name. It costs about as much memory as the spans that it indexes, so it is made
 * when a planner first asks for a table, and kept by change from then on; the names of a schema are sorted when somebody
 * first asks for this schema. Used by one thread at a time.
 */
final class TableIndex {
    /** A table with its spans, and its place in its schema. */
    private static final class Table extends IntrusiveList.Element<Table> {
        final TableId id;
        final List<SpanMirror.Entry> spans = new ArrayList<>(1);
        SchemaId schema;
        TableName name;

        Table(TableId id, SchemaId schema, TableName name) {
            this.id = id;
            this.schema = schema;
            this.name = name;
        }

        /** Within a schema. Several may have one name while DDLs are in progress. */
        static int compareNames(Table one, Table other) {
            int byName = one.name.table().compareTo(other.name.table());
            return byName != 0 ? byName : one.id.compareTo(other.id);
        }
    }

    /** The tables of one schema. */
    private static final class Schema {
        private final IntrusiveList<Table> all = new IntrusiveList<>();
        private @Nullable NavigableSet<Table> byName;

        void add(Table table) {
            all.append(table);
            if (byName != null) {
                byName.add(table);
            }
        }

        /** While it still has the name that it was added with. */
        void remove(Table table) {
            all.unlink(table);
            if (byName != null) {
                byName.remove(table);
            }
        }

        NavigableSet<Table> byName() {
            NavigableSet<Table> sorted = byName;
            if (sorted == null) {
                sorted = new TreeSet<>(Table::compareNames);
                for (Table table : all) {
                    sorted.add(table);
                }
                byName = sorted;
            }
            return sorted;
        }
    }

    private static final SchemaId ANY = new SchemaId(0);
    private static final TableId BEFORE_ALL = new TableId(0);

    private final Map<TableId, Table> byId;
    /** Without the tables that nobody has named. */
    private final Map<String, Schema> schemas = new HashMap<>();

    private final TreeSet<String> schemaNames = new TreeSet<>();

    /** Without tables; there will be about so many. */
    TableIndex(int tables) {
        byId = new HashMap<>(tables * 4 / 3 + 1);
    }

    /** Takes a span in, or what is new about its table. */
    void put(SpanMirror.Entry entry, boolean known) {
        TableId id = entry.span.table();
        Table table = byId.get(id);
        if (table == null) {
            table = new Table(id, entry.schema, entry.name);
            byId.put(id, table);
            list(table);
        } else if (!table.name.equals(entry.name) || !table.schema.equals(entry.schema)) {
            unlist(table);
            table.schema = entry.schema;
            table.name = entry.name;
            list(table);
        }
        if (!known) {
            table.spans.add(entry);
        }
    }

    /** Forgets a span. */
    void remove(SpanMirror.Entry entry) {
        TableId id = entry.span.table();
        Table table = byId.get(id);
        if (table == null || !table.spans.remove(entry)) {
            throw new IllegalStateException("no table lists " + entry);
        }
        if (table.spans.isEmpty()) {
            byId.remove(id);
            unlist(table);
        }
    }

    private void list(Table table) {
        if (!table.name.isKnown()) {
            return;
        }
        String name = table.name.schema();
        Schema schema = schemas.get(name);
        if (schema == null) {
            schema = new Schema();
            schemas.put(name, schema);
            schemaNames.add(name);
        }
        schema.add(table);
    }

    private void unlist(Table table) {
        String name = table.name.schema();
        Schema schema = table.name.isKnown() ? schemas.get(name) : null;
        if (schema == null) {
            return;
        }
        schema.remove(table);
        if (schema.all.size() == 0) {
            schemas.remove(name);
            schemaNames.remove(name);
        }
    }

    Iterable<String> schemaNames() {
        return schemaNames;
    }

    Iterable<TableView> tables(String schemaName, String prefix) {
        Schema schema = schemas.get(schemaName);
        if (schema == null) {
            return List.of();
        }
        NavigableSet<Table> tables = schema.byName();
        Table first = new Table(BEFORE_ALL, ANY, new TableName(schemaName, prefix));
        return () -> new Iterator<>() {
            private final Iterator<Table> source = tables.tailSet(first, true).iterator();
            private @Nullable Table upcoming = advance();

            private @Nullable Table advance() {
                Table next = source.hasNext() ? source.next() : null;
                return next == null || !next.name.table().startsWith(prefix) ? null : next;
            }

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public TableView next() {
                Table table = upcoming;
                if (table == null) {
                    throw new NoSuchElementException();
                }
                upcoming = advance();
                return new TableView(table.id, table.schema, table.name);
            }
        };
    }

    /** In the order of their ranges. */
    Iterable<SpanView> spans(TableId id) {
        Table table = byId.get(id);
        if (table == null) {
            return List.of();
        }
        List<SpanView> spans = new ArrayList<>(table.spans.size());
        table.spans.forEach(entry -> spans.add(entry.view()));
        spans.sort(Comparator.comparing(SpanView::span));
        return spans;
    }
}
