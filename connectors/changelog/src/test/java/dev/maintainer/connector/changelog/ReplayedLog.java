package dev.maintainer.connector.changelog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.json.StrictJson;
import dev.maintainer.replication.state.Row;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a log amounts to at a moment, by doing what its lines say, one after the other. */
final class ReplayedLog {
    private static final class Table {
        private final TreeMap<String, Row> rows = new TreeMap<>();
        private @Nullable String definition;
        /** At the beginning of the transaction. */
        private @Nullable String before;
    }

    private final TreeMap<TableName, Table> tables = new TreeMap<>();
    private long now;

    private final Iterator<String> lines;
    private @Nullable JsonNode next;

    ReplayedLog(List<String> lines) {
        this.lines = lines.iterator();
        advance();
    }

    private void advance() {
        next = lines.hasNext() ? parse(lines.next()) : null;
    }

    /**
     * The rows of all tables that exist when all has happened that was committed up to {@code ts}, a TSO, not lower than the
     * one before.
     */
    SortedMap<TableName, List<Row>> at(long ts) {
        for (JsonNode event = next; event != null && event.path("commitTs").longValue() <= ts; event = next) {
            apply(event);
            advance();
        }
        SortedMap<TableName, List<Row>> state = new TreeMap<>();
        tables.forEach((name, table) -> state.put(name, new ArrayList<>(table.rows.values())));
        return state;
    }

    private static JsonNode parse(String line) {
        try {
            return StrictJson.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private void apply(JsonNode event) {
        if (event.path("commitTs").longValue() > now) {
            now = event.path("commitTs").longValue();
            tables.values().forEach(table -> table.before = table.definition);
        }
        TableName name = new TableName(
                event.path("schema").textValue(), event.path("table").asText("none"));
        switch (event.path("ddl").asText("row")) {
            case "CREATE_TABLE" ->
                tables.put(name, begun(event.path("definition").textValue()));
            case "DROP_TABLE" -> tables.remove(name);
            case "TRUNCATE_TABLE" -> tables.put(name, begun(table(name).definition));
            case "RENAME_TABLE" ->
                tables.put(
                        new TableName(
                                event.path("toSchema").asText(name.schema()),
                                event.path("toTable").textValue()),
                        Objects.requireNonNull(tables.remove(name)));
            case "ALTER_TABLE" ->
                table(name).definition = event.path("definition").textValue();
            case "DROP_SCHEMA" ->
                tables.keySet().removeIf(table -> table.schema().equals(name.schema()));
            case "row" -> row(table(name), event.path("key").textValue(), event.path("row"));
            default -> throw new AssertionError(event);
        }
    }

    private static Table begun(@Nullable String definition) {
        Table table = new Table();
        table.definition = definition;
        return table;
    }

    private Table table(TableName name) {
        return Objects.requireNonNull(tables.get(name));
    }

    private static void row(Table table, String key, JsonNode row) {
        if (row.isMissingNode()) {
            table.rows.remove(key);
        } else {
            table.rows.put(key, new Row(key, row.toString(), table.before));
        }
    }
}
