package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.json.JsonLine;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a log, one after the other, into a builder. Not thread-safe. */
final class LogEvents {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** What a line was. */
    enum Kind {
        ROW,
        DDL,
        /** The log speaks of itself. */
        STATEMENT
    }

    private final String name;
    private final ChangeLogBuilder builder;
    private long line;

    /**
     * Before the first line.
     *
     * @param name what errors call the log
     * @param builder takes the events
     */
    LogEvents(String name, ChangeLogBuilder builder) {
        this.name = name;
        this.builder = builder;
    }

    /**
     * Takes a line.
     *
     * @param number of the line, from 1
     * @param text the line without its end
     * @return what it was
     * @throws MaintainerException with {@code BAD_INPUT} if it is no event, or breaks the order
     */
    Kind accept(long number, String text) {
        line = number;
        if (text.chars().allMatch(c -> c == ' ' || c == '\t')) {
            throw bad(line, "a blank line; remove it", null);
        }
        if (text.charAt(0) == BYTE_ORDER_MARK) {
            throw bad(line, "begins with a byte order mark; save it as UTF-8 without one", null);
        }
        try {
            JsonLine event = JsonLine.parse(text);
            if (!event.has("ddl") && !event.has("op") && event.has("type")) {
                acceptStatement(event);
                return Kind.STATEMENT;
            }
            if (event.has("ddl") == event.has("op")) {
                throw bad(line, "an event has either \"ddl\" or \"op\"", null);
            }
            if (event.has("ddl")) {
                acceptDdl(event);
                return Kind.DDL;
            }
            acceptRow(event);
            return Kind.ROW;
        } catch (IllegalArgumentException e) {
            throw bad(line, String.valueOf(e.getMessage()), e);
        }
    }

    /** What the log says of itself. */
    private void acceptStatement(JsonLine statement) {
        String type = statement.string("type");
        if (!type.equals("resolved")) {
            throw bad(line, "unknown type '" + type + "'; known: resolved", null);
        }
        builder.resolved(statement.integer("ts"));
    }

    private void acceptDdl(JsonLine event) {
        String kind = event.string("ddl");
        switch (kind) {
            case "CREATE_TABLE" ->
                builder.createTable(
                        commitTs(event), table(event), event.has("definition") ? text(event, "definition") : null);
            case "DROP_TABLE" -> builder.dropTable(commitTs(event), table(event));
            case "TRUNCATE_TABLE" -> builder.truncateTable(commitTs(event), table(event));
            case "RENAME_TABLE" ->
                builder.renameTable(
                        commitTs(event),
                        table(event),
                        new TableName(
                                text(event, event.has("toSchema") ? "toSchema" : "schema"), text(event, "toTable")));
            case "ALTER_TABLE" -> builder.alterTable(commitTs(event), table(event), text(event, "definition"));
            case "DROP_SCHEMA" -> builder.dropSchema(commitTs(event), text(event, "schema"));
            default ->
                throw bad(
                        line,
                        "unknown ddl '" + kind + "'; known: "
                                + Stream.of(DdlEvent.Kind.values())
                                        .map(Enum::name)
                                        .collect(Collectors.joining(", ")),
                        null);
        }
    }

    private static long commitTs(JsonLine event) {
        return event.integer("commitTs");
    }

    private static TableName table(JsonLine event) {
        return new TableName(text(event, "schema"), text(event, "table"));
    }

    private void acceptRow(JsonLine event) {
        String opName = event.string("op");
        RowEvent.Op op = switch (opName) {
            case "I" -> RowEvent.Op.I;
            case "U" -> RowEvent.Op.U;
            case "D" -> RowEvent.Op.D;
            default -> throw bad(line, "unknown op '" + opName + "'; known: I, U, D", null);
        };
        String row = op == RowEvent.Op.D ? null : event.object("row");
        if (row == null && op != RowEvent.Op.D) {
            throw bad(line, "op " + opName + " needs \"row\", an object", null);
        }
        builder.row(commitTs(event), table(event), op, text(event, "key"), row);
    }

    private static String text(JsonLine event, String field) {
        if (!event.has(field)) {
            throw new IllegalArgumentException("\"" + field + "\" is missing");
        }
        String text = event.string(field);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("\"" + field + "\" must not be empty");
        }
        return text;
    }

    /** A line that cannot be used. */
    MaintainerException bad(long number, String what, @Nullable Throwable cause) {
        return new MaintainerException(ErrorCode.BAD_INPUT, name + ":" + number + ": " + what, cause);
    }
}
