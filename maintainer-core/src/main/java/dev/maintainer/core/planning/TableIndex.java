package dev.maintainer.core.planning;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
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
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a changefeed, by id and by name. It costs about as much memory as the spans that it indexes, so it is made
 * when a planner first asks for a table, and kept by change from then on. Used by one thread at a time.
 */
final class TableIndex {
    /** A table with its spans. Several may have one name while DDLs are under way. */
    private static final class Table {
        private static final Comparator<Table> BY_NAME =
                Comparator.<Table, TableName>comparing(table -> table.name).thenComparing(table -> table.id);

        final TableId id;
        final List<SpanMirror.Entry> spans = new ArrayList<>(1);
        SchemaId schema;
        TableName name;

        Table(TableId id, SchemaId schema, TableName name) {
            this.id = id;
            this.schema = schema;
            this.name = name;
        }
    }

    private static final SchemaId ANY = new SchemaId(0);
    private static final TableId BEFORE_ALL = new TableId(0);

    private final Map<TableId, Table> byId = new HashMap<>();
    /** By the name of the schema, then by name; without those that nobody has named. */
    private final TreeMap<String, NavigableSet<Table>> bySchema = new TreeMap<>();

    /** Takes a span in, or what is new about its table. */
    void put(SpanMirror.Entry entry, boolean known) {
        SpanView span = entry.span;
        TableId id = span.span().table();
        Table table = byId.get(id);
        if (table == null) {
            table = new Table(id, span.schema(), span.name());
            byId.put(id, table);
            list(table);
        } else if (!table.name.equals(span.name()) || !table.schema.equals(span.schema())) {
            unlist(table);
            table.schema = span.schema();
            table.name = span.name();
            list(table);
        }
        if (!known) {
            table.spans.add(entry);
        }
    }

    /** Forgets a span. */
    void remove(SpanMirror.Entry entry) {
        TableId id = entry.span.span().table();
        Table table = byId.get(id);
        if (table == null || !table.spans.remove(entry)) {
            throw new IllegalStateException("no table lists " + entry.span);
        }
        if (table.spans.isEmpty()) {
            byId.remove(id);
            unlist(table);
        }
    }

    private void list(Table table) {
        if (table.name.isKnown()) {
            bySchema.computeIfAbsent(table.name.schema(), schema -> new TreeSet<>(Table.BY_NAME))
                    .add(table);
        }
    }

    private void unlist(Table table) {
        NavigableSet<Table> tables = bySchema.get(table.name.schema());
        if (tables != null && tables.remove(table) && tables.isEmpty()) {
            bySchema.remove(table.name.schema());
        }
    }

    Iterable<String> schemaNames() {
        return bySchema.keySet();
    }

    Iterable<TableView> tables(String schemaName, String prefix) {
        NavigableSet<Table> tables = bySchema.get(schemaName);
        if (tables == null) {
            return List.of();
        }
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
        table.spans.forEach(entry -> spans.add(entry.span));
        spans.sort(Comparator.comparing(SpanView::span));
        return spans;
    }
}
