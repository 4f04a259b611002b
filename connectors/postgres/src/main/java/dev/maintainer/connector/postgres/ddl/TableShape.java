package dev.maintainer.connector.postgres.ddl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.replication.json.StrictJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to be known of a table to see later that it was changed, beside its image. Immutable.
 *
 * @param columns of which rows have values, by ascending number
 * @param last the highest number that a column of the table has had; numbers are never given twice
 * @param file the number of the file that has its rows: another one if all of them were written anew; {@link #UNKNOWN_FILE} if that
 *     was done at an unknown moment
 * @param entry what makes it a part of its publication; another one if it was taken out and put in again, 0 if it is not there by
 *     itself
 */
public record TableShape(List<Column> columns, int last, long file, long entry) {
    /** Equal to no other. */
    public static final long UNKNOWN_FILE = 0;

    /**
     * A column.
     *
     * @param number its number in its table
     * @param name its name; content from outside
     * @param type the number of its type in the database
     * @param modifier what the type is limited to; -1 if it is not
     * @param text its type as the server writes it
     */
    public record Column(int number, String name, long type, int modifier, String text) {}

    /** Keeps its own list. */
    public TableShape {
        columns = List.copyOf(columns);
    }

    /**
     * Reads what {@link #json} has written, or the same fields in another order.
     *
     * @param json content from outside
     * @return the shape
     * @throws MaintainerException with {@code BAD_INPUT} if it is none
     */
    public static TableShape parse(String json) throws MaintainerException {
        try {
            JsonNode node = StrictJson.MAPPER.readTree(json);
            List<Column> columns = new ArrayList<>();
            for (JsonNode column : required(node, "columns")) {
                columns.add(new Column(
                        required(column, "number").intValue(),
                        required(column, "name").textValue(),
                        required(column, "type").longValue(),
                        required(column, "modifier").intValue(),
                        required(column, "text").textValue()));
            }
            return new TableShape(
                    columns,
                    required(node, "last").intValue(),
                    required(node, "file").longValue(),
                    required(node, "entry").longValue());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "maintainer.detected_ddl has an entry whose detail is " + Printable.quoted(json)
                            + ", which is no shape of a table; create the changefeed anew",
                    e);
        }
    }

    private static JsonNode required(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    /** {@return this as compact JSON: equal shapes have equal texts} */
    public String json() {
        ObjectNode node = StrictJson.MAPPER.createObjectNode();
        ArrayNode array = node.putArray("columns");
        for (Column column : columns) {
            array.addObject()
                    .put("number", column.number())
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("modifier", column.modifier())
                    .put("text", column.text());
        }
        return node.put("last", last).put("file", file).put("entry", entry).toString();
    }

    /** {@return whether rows may have been written anew between this and a later shape} */
    boolean isRewritten(TableShape later) {
        return file != later.file() || file == UNKNOWN_FILE;
    }

    /** {@return the columns by number} */
    public Map<Integer, Column> byNumber() {
        Map<Integer, Column> byNumber = new HashMap<>();
        columns.forEach(column -> byNumber.put(column.number(), column));
        return byNumber;
    }

    /** {@return the columns by name} */
    public Map<String, Column> byName() {
        Map<String, Column> byName = new HashMap<>();
        columns.forEach(column -> byName.put(column.name(), column));
        return byName;
    }

    /** {@return names and types, for people} */
    public String text() {
        List<String> texts = new ArrayList<>();
        columns.forEach(column -> texts.add(column.name() + " " + column.text()));
        return "(" + Printable.line(String.join(", ", texts)) + ")";
    }
}
