package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.FileProblem;
import dev.maintainer.replication.file.LineReader;
import dev.maintainer.replication.json.JsonLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change log, one JSON object per line, plain or gzipped (recognised by content, not by name), and refuses what
 * breaks its format or its order, with file and line.
 */
public final class ChangeLogReader {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String name;
    private final ChangeLogBuilder builder;
    private long line;

    private ChangeLogReader(String name, long syncPointInterval) {
        this.name = name;
        this.builder = new ChangeLogBuilder(syncPointInterval);
    }

    /** Reads a file, or a pipe, without sync points. */
    public static ChangeLog read(Path file) throws MaintainerException {
        return read(file, 0);
    }

    /**
     * Reads a file, or a pipe.
     *
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     */
    public static ChangeLog read(Path file, long syncPointInterval) throws MaintainerException {
        try (InputStream in = Gzip.open(file)) {
            return new ChangeLogReader(file.toString(), syncPointInterval).readAll(in);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "cannot read change log " + file + ": " + FileProblem.of(e) + "; check the path",
                    e);
        }
    }

    /** Reads a stream, without sync points; {@code name} is what errors call it. Does not close it. */
    public static ChangeLog read(String name, InputStream in) throws MaintainerException {
        return read(name, in, 0);
    }

    /** Reads a stream as {@link #read(String, InputStream)}, with sync points as {@link #read(Path, long)}. */
    public static ChangeLog read(String name, InputStream in, long syncPointInterval) throws MaintainerException {
        ChangeLogReader reader = new ChangeLogReader(name, syncPointInterval);
        try {
            return reader.readAll(Gzip.plain(in));
        } catch (IOException e) {
            reader.line = 1;
            throw reader.bad("cannot be read: " + reason(e), e);
        }
    }

    private ChangeLog readAll(InputStream plain) {
        MessageDigest digest = sha256();
        try {
            LineReader lines = new LineReader(new DigestInputStream(plain, digest));
            String text;
            while ((text = next(lines)) != null) {
                line = lines.line();
                accept(text);
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    name
                            + (line == 0
                                    ? ": its first line cannot be read: "
                                    : ": cannot be read after line " + line + ": ")
                            + reason(e) + "; get it anew from where it comes from",
                    e);
        }
        if (line == 0) {
            line = 1;
            throw bad("the change log is empty", null);
        }
        return builder.build(HexFormat.of().formatHex(digest.digest()));
    }

    private @Nullable String next(LineReader lines) throws IOException {
        try {
            return lines.next();
        } catch (CharacterCodingException e) {
            line = lines.line();
            throw bad("not UTF-8: " + reason(e), e);
        } catch (LineReader.TooLongException e) {
            line = lines.line();
            throw bad(String.valueOf(e.getMessage()), e);
        }
    }

    private void accept(String text) {
        if (text.chars().allMatch(c -> c == ' ' || c == '\t')) {
            throw bad("a blank line; remove it", null);
        }
        if (text.charAt(0) == BYTE_ORDER_MARK) {
            throw bad("begins with a byte order mark; save it as UTF-8 without one", null);
        }
        try {
            JsonLine event = JsonLine.parse(text);
            if (event.has("ddl") == event.has("op")) {
                throw bad("an event has either \"ddl\" or \"op\"", null);
            }
            if (event.has("ddl")) {
                acceptDdl(event);
            } else {
                acceptRow(event);
            }
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()), e);
        }
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
            default -> throw bad("unknown op '" + opName + "'; known: I, U, D", null);
        };
        String row = op == RowEvent.Op.D ? null : event.object("row");
        if (row == null && op != RowEvent.Op.D) {
            throw bad("op " + opName + " needs \"row\", an object", null);
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

    private MaintainerException bad(String what, @Nullable Throwable cause) {
        return new MaintainerException(ErrorCode.BAD_INPUT, name + ":" + line + ": " + what, cause);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
