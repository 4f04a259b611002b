package dev.maintainer.connector.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.files.claim.Claim;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.json.JsonLine;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a segment: a row, the definition of the rows that follow, or a DDL. What a DDL drops is not written: its
 * segments say what there is.
 */
sealed interface SegmentRecord {
    /** Names the field that has a definition. */
    String DEFINITION = "definition";
    /** Names the field that tells several changes of a key at one position apart. */
    String NUMBER = "number";

    /** A row, without its definition. */
    record Row(RowEvent event) implements SegmentRecord {}

    /** The definition of all rows that follow in the segment, until there is another one; null for none, as at its beginning. */
    record Definition(@Nullable String text) implements SegmentRecord {}

    /** The first of each: under which claim the others were written. */
    record Claimed(Claim claim) implements SegmentRecord {}

    /** A DDL. */
    record Ddl(DdlEvent event) implements SegmentRecord {}

    /** The record as one line, without its end. */
    static String encode(RowEvent event) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("commitTs", event.commitTs());
        if (event.number() > 0) {
            node.put(NUMBER, event.number());
        }
        node.put("table", event.table().value());
        node.put("op", event.op().name());
        node.put("key", event.key());
        SpanBound order = event.order();
        if (order != null) {
            node.put("order", HexFormat.of().formatHex(order.bytes()));
        }
        String head = node.toString();
        String row = event.row();
        // The row is compact JSON already, so it goes in as it is.
        return row == null ? head : head.substring(0, head.length() - 1) + ",\"row\":" + row + "}";
    }

    /** The record as one line, without its end. */
    static String encode(Definition definition) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(DEFINITION, definition.text())
                .toString();
    }

    /** The record as one line, without its end. */
    static String encode(DdlEvent event) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("commitTs", event.commitTs());
        node.put("ordinal", event.ordinal());
        node.put("ddl", event.kind().name());
        node.put("schemaId", event.schema().value());
        node.put("schema", event.schemaName());
        TableInfo before = event.before();
        TableInfo after = event.after();
        TableInfo table = before == null ? after : before;
        if (table != null) {
            node.put("tableId", table.table().value());
            node.put("table", table.name().table());
        }
        if (event.kind() == DdlEvent.Kind.TRUNCATE_TABLE && after != null) {
            node.put("newTableId", after.table().value());
        }
        if (event.kind() == DdlEvent.Kind.RENAME_TABLE && after != null) {
            node.put("toSchemaId", after.schema().value());
            node.put("toSchema", after.name().schema());
            node.put("toTable", after.name().table());
        }
        if (event.definition() != null) {
            node.put(DEFINITION, event.definition());
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
        if (node.has(Claim.FIELD)) {
            return new Claimed(Claim.parse(line));
        }
        if (node.has("ddl")) {
            return new Ddl(decodeDdl(node));
        }
        if (node.has(DEFINITION)) {
            return new Definition(node.isNull(DEFINITION) ? null : node.string(DEFINITION));
        }
        return new Row(new RowEvent(
                        node.integer("commitTs"),
                        new TableId(node.integer("table")),
                        RowEvent.Op.valueOf(node.string("op")),
                        node.string("key"),
                        node.has("order") ? SpanBound.before(HexFormat.of().parseHex(node.string("order"))) : null,
                        node.object("row"),
                        null)
                .numbered(node.has(NUMBER) ? node.integer(NUMBER) : 0));
    }

    private static DdlEvent decodeDdl(JsonLine node) {
        long commitTs = node.integer("commitTs");
        int ordinal = Math.toIntExact(node.integer("ordinal"));
        SchemaId schema = new SchemaId(node.integer("schemaId"));
        String schemaName = node.string("schema");
        DdlEvent.Kind kind = DdlEvent.Kind.valueOf(node.string("ddl"));
        if (kind == DdlEvent.Kind.DROP_SCHEMA) {
            return DdlEvent.dropSchema(commitTs, ordinal, schema, schemaName, List.of());
        }
        TableInfo table = new TableInfo(
                new TableId(node.integer("tableId")), schema, new TableName(schemaName, node.string("table")), true);
        return switch (kind) {
            case CREATE_TABLE ->
                DdlEvent.createTable(commitTs, ordinal, table, node.has(DEFINITION) ? node.string(DEFINITION) : null);
            case DROP_TABLE -> DdlEvent.dropTable(commitTs, ordinal, table, List.of());
            case TRUNCATE_TABLE ->
                DdlEvent.truncateTable(
                        commitTs,
                        ordinal,
                        table,
                        new TableInfo(new TableId(node.integer("newTableId")), schema, table.name(), true),
                        List.of());
            case RENAME_TABLE ->
                DdlEvent.renameTable(
                        commitTs,
                        ordinal,
                        table,
                        new TableInfo(
                                table.table(),
                                new SchemaId(node.integer("toSchemaId")),
                                new TableName(node.string("toSchema"), node.string("toTable")),
                                true));
            case ALTER_TABLE -> DdlEvent.alterTable(commitTs, ordinal, table, node.string(DEFINITION));
            case DROP_SCHEMA -> throw new IllegalStateException("a drop of a schema names no table");
        };
    }
}
