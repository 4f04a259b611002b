package dev.maintainer.node.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.node.changelog.DdlEvent;
import dev.maintainer.node.changelog.RowEvent;
import dev.maintainer.node.changelog.StrictJson;

/** One line of a segment: a row or a DDL. */
sealed interface SegmentRecord {
    /** A row. */
    record Row(RowEvent event) implements SegmentRecord {}

    /** A DDL. */
    record Ddl(DdlEvent event) implements SegmentRecord {}

    /** The record as one line, without its end. */
    static String encode(RowEvent event) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("commitTs", event.commitTs());
        node.put("table", event.table().value());
        node.put("op", event.op().name());
        node.put("key", event.key());
        String head = node.toString();
        // The row is compact JSON already, so it goes in as it is.
        return event.row() == null ? head : head.substring(0, head.length() - 1) + ",\"row\":" + event.row() + "}";
    }

    /** The record as one line, without its end. */
    static String encode(DdlEvent event) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("commitTs", event.commitTs());
        node.put("ordinal", event.ordinal());
        node.put("ddl", event.kind().name());
        node.put("schemaId", event.schema().value());
        node.put("schema", event.schemaName());
        if (event.table() != null) {
            node.put("tableId", event.table().value());
            node.put("table", event.tableName());
        }
        return node.toString();
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not one of ours
     */
    static SegmentRecord decode(String line) {
        JsonNode node;
        try {
            node = StrictJson.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("malformed JSON: " + e.getOriginalMessage(), e);
        }
        if (node.has("ddl")) {
            boolean hasTable = node.has("tableId");
            return new Ddl(new DdlEvent(
                    required(node, "commitTs").longValue(),
                    required(node, "ordinal").intValue(),
                    DdlEvent.Kind.valueOf(required(node, "ddl").textValue()),
                    new SchemaId(required(node, "schemaId").longValue()),
                    required(node, "schema").textValue(),
                    hasTable ? new TableId(required(node, "tableId").longValue()) : null,
                    hasTable ? required(node, "table").textValue() : null));
        }
        JsonNode row = node.get("row");
        return new Row(new RowEvent(
                required(node, "commitTs").longValue(),
                new TableId(required(node, "table").longValue()),
                RowEvent.Op.valueOf(required(node, "op").textValue()),
                required(node, "key").textValue(),
                row == null ? null : row.toString()));
    }

    private static JsonNode required(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw new IllegalArgumentException("no \"" + field + "\"");
        }
        return value;
    }
}
