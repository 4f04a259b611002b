package dev.maintainer.connector.postgres.ddl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.replication.json.StrictJson;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was noted of a DDL: a row of {@code maintainer.ddl_log}, which event triggers of the source write, or of {@code
 * maintainer.detected_ddl}, which those write who read it. Names and the image are content from outside.
 *
 * @param id orders what one transaction has noted
 * @param tag the command, such as {@code ALTER TABLE}
 * @param table the number of the table; 0 if it is about none
 * @param schema the number of its schema; 0 if it is about no table that is there
 * @param name of the table; null if it is about none
 * @param relationKind what kind of table it is, as {@code pg_class} has it; empty if it is about none that is there
 * @param persistence whether the table is permanent, as {@code pg_class} has it; empty likewise
 * @param partitionOf the number of the table whose partition it is; 0 if it is none
 * @param addedValues by the number of a column, the text of the value that rows have which were there when it was added; nothing if
 *     that is null, or all rows were written since
 * @param detail depends on the kind; empty if there is nothing to say
 * @param image what the table looks like, as JSON; null if it is about none that is there
 */
public record NotedDdl(
        long id,
        Kind kind,
        String tag,
        long table,
        long schema,
        @Nullable TableName name,
        String relationKind,
        String persistence,
        long partitionOf,
        Map<Integer, String> addedValues,
        String detail,
        @Nullable String image) {
    /** Keeps its own values. */
    public NotedDdl {
        addedValues = Map.copyOf(addedValues);
    }

    /** What is noted. */
    public enum Kind {
        /** What a table looked like when the source was set up. */
        BASELINE,
        /** What a table looks like after the command. */
        TABLE,
        /** A table is gone. */
        DROPPED,
        /**
         * What a table was found to look like, of which nobody notes DDLs; the detail is its {@link TableShape}. What that amounts to
         * depends on what is known when it comes. If it counts as this, rows have to be copied.
         */
        FOUND,
        /** All rows of a table were written anew, and none of them is in the log for that; the detail is the reason. */
        REWRITTEN,
        /** A schema, which is nothing to replicate by itself. */
        SCHEMA,
        /** A schema is gone; its tables are noted as well. */
        DROPPED_SCHEMA,
        /**
         * A publication tells less than before; the detail is its name. The name is that of a table, or the schema that of a
         * schema, that it has not any more, if it is about one.
         */
        PUBLICATION,
        /** Something else, such as a type. */
        OTHER,
        /** What was done could not be noted; the detail is why. */
        OPAQUE
    }

    private static final String PARTITIONED = "p";

    /** Reasons for which a table is rewritten, other than that its rows are kept in another way. */
    private static final long CHANGES_ROWS = 0x01 | 0x02 | 0x04;

    /**
     * Reads a row of the table.
     *
     * @param columns the texts of its columns by name; without those that are null
     * @return what it says
     * @throws MaintainerException with {@code BAD_INPUT} if it is none that this version knows
     */
    public static NotedDdl of(Map<String, String> columns) throws MaintainerException {
        String schemaName = columns.get("schema_name");
        String objectName = columns.get("object_name");
        return new NotedDdl(
                number(columns, "id"),
                kind(columns.getOrDefault("kind", "")),
                columns.getOrDefault("tag", ""),
                number(columns, "object_oid"),
                number(columns, "schema_oid"),
                schemaName == null || objectName == null ? null : new TableName(schemaName, objectName),
                columns.getOrDefault("relation_kind", ""),
                columns.getOrDefault("persistence", ""),
                number(columns, "partition_of"),
                addedValues(columns.getOrDefault("added_values", "{}")),
                columns.getOrDefault("detail", ""),
                columns.get("image"));
    }

    private static Map<Integer, String> addedValues(String json) {
        try {
            Map<Integer, String> values = new HashMap<>();
            for (Map.Entry<String, JsonNode> value :
                    StrictJson.MAPPER.readTree(json).properties()) {
                values.put(Integer.valueOf(value.getKey()), value.getValue().asText());
            }
            return values;
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "maintainer.ddl_log has an entry whose added_values is " + Printable.quoted(json)
                            + ", which are none; execute what 'maintainer postgres setup-sql' prints",
                    e);
        }
    }

    /** {@return the added values as JSON, which {@link #of} reads} */
    public String addedValuesJson() {
        ObjectNode node = StrictJson.MAPPER.createObjectNode();
        new TreeMap<>(addedValues).forEach((column, value) -> node.put(column.toString(), value));
        return node.toString();
    }

    private static Kind kind(String text) {
        for (Kind kind : Kind.values()) {
            if (kind.name().replace('_', ' ').toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw new MaintainerException(
                ErrorCode.BAD_INPUT,
                "maintainer.ddl_log has an entry of kind " + Printable.quoted(text)
                        + ", which this version does not know; execute what its 'maintainer postgres setup-sql' prints");
    }

    private static long number(Map<String, String> columns, String column) {
        String text = columns.getOrDefault(column, "0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "maintainer.ddl_log has an entry whose " + column + " is " + Printable.quoted(text)
                            + ", which is no number; execute what 'maintainer postgres setup-sql' prints",
                    e);
        }
    }

    /** {@return whether it says what has become of a table} */
    public boolean isOfTable() {
        return switch (kind) {
            case BASELINE, TABLE, DROPPED, FOUND, REWRITTEN -> table > 0;
            case SCHEMA, DROPPED_SCHEMA, PUBLICATION, OTHER, OPAQUE -> false;
        };
    }

    /** {@return whether it is about a table whose partitions have its rows} */
    boolean isPartitioned() {
        return isOfTable() && relationKind.equals(PARTITIONED);
    }

    /** {@return the same of a table that is no partition any more} */
    NotedDdl detached() {
        return new NotedDdl(
                id, kind, tag, table, schema, name, relationKind, persistence, 0, addedValues, detail, image);
    }

    /** {@return whether rows of the table may have got values that are not in the log} */
    public boolean changesRows() {
        if (kind != Kind.REWRITTEN) {
            return false;
        }
        try {
            return (Long.parseLong(detail) & CHANGES_ROWS) != 0;
        } catch (NumberFormatException e) {
            // Of a reason that is not known, the worst.
            return true;
        }
    }
}
