package dev.maintainer.connector.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.json.JsonLine;
import java.util.HexFormat;
import java.util.List;

/** One line of a segment: a row or a DDL. What a DDL drops is not written: its segments say what there is. */
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
        SpanBound order = event.order();
        if (order != null) {
            node.put("order", HexFormat.of().formatHex(order.bytes()));
        }
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
        JsonLine node = JsonLine.parse(line);
        if (node.has("ddl")) {
            boolean hasTable = node.has("tableId");
            return new Ddl(new DdlEvent(
                    node.integer("commitTs"),
                    Math.toIntExact(node.integer("ordinal")),
                    DdlEvent.Kind.valueOf(node.string("ddl")),
                    new SchemaId(node.integer("schemaId")),
                    node.string("schema"),
                    hasTable ? new TableId(node.integer("tableId")) : null,
                    hasTable ? node.string("table") : null,
                    List.of()));
        }
        return new Row(new RowEvent(
                node.integer("commitTs"),
                new TableId(node.integer("table")),
                RowEvent.Op.valueOf(node.string("op")),
                node.string("key"),
                node.has("order") ? SpanBound.before(HexFormat.of().parseHex(node.string("order"))) : null,
                node.object("row")));
    }
}
