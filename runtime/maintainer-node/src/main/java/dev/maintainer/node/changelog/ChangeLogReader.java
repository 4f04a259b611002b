package dev.maintainer.node.changelog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change log, one JSON object a line, plain or gzipped (recognised by content, not by name), and refuses what
 * breaks its format or its order, with file and line.
 */
public final class ChangeLogReader {
    private final String name;
    private final ChangeLogBuilder builder = new ChangeLogBuilder();
    private int line;

    private ChangeLogReader(String name) {
        this.name = name;
    }

    /** Reads a file. */
    public static ChangeLog read(Path file) throws MaintainerException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "cannot read change log " + file + ": " + reason(e) + "; check the path", e);
        }
    }

    /** Reads a stream; {@code name} is what errors call it. Does not close it. */
    public static ChangeLog read(String name, InputStream in) throws MaintainerException {
        return new ChangeLogReader(name).readAll(in);
    }

    private ChangeLog readAll(InputStream in) {
        MessageDigest digest = sha256();
        try {
            InputStream plain = new DigestInputStream(unzipped(in), digest);
            BufferedReader lines = new BufferedReader(new InputStreamReader(
                    plain,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
            String text;
            while ((text = lines.readLine()) != null) {
                line++;
                accept(text);
            }
        } catch (IOException e) {
            line++;
            throw bad("cannot be read: " + reason(e), e);
        }
        if (line == 0) {
            line = 1;
            throw bad("the change log is empty", null);
        }
        return builder.build(HexFormat.of().formatHex(digest.digest()));
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(2);
        int first = buffered.read();
        int second = buffered.read();
        buffered.reset();
        return first == 0x1f && second == 0x8b
                ? new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16)
                : buffered;
    }

    private void accept(String text) {
        JsonNode event;
        try {
            event = StrictJson.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw bad("malformed JSON: " + e.getOriginalMessage(), e);
        }
        if (!event.isObject()) {
            throw bad("malformed JSON: expected one object a line", null);
        }
        try {
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

    private void acceptDdl(JsonNode event) {
        String kind = text(event, "ddl");
        switch (kind) {
            case "CREATE_TABLE" ->
                builder.createTable(commitTs(event), new TableName(text(event, "schema"), text(event, "table")));
            case "DROP_TABLE" ->
                builder.dropTable(commitTs(event), new TableName(text(event, "schema"), text(event, "table")));
            case "DROP_SCHEMA" -> builder.dropSchema(commitTs(event), text(event, "schema"));
            default -> throw bad("unknown ddl '" + kind + "'; known: CREATE_TABLE, DROP_TABLE, DROP_SCHEMA", null);
        }
    }

    private void acceptRow(JsonNode event) {
        String opName = text(event, "op");
        RowEvent.Op op = switch (opName) {
            case "I" -> RowEvent.Op.I;
            case "U" -> RowEvent.Op.U;
            case "D" -> RowEvent.Op.D;
            default -> throw bad("unknown op '" + opName + "'; known: I, U, D", null);
        };
        JsonNode row = event.get("row");
        if (op == RowEvent.Op.D) {
            row = null;
        } else if (row == null || !row.isObject()) {
            throw bad("op " + opName + " needs \"row\", an object", null);
        }
        builder.row(
                commitTs(event),
                new TableName(text(event, "schema"), text(event, "table")),
                op,
                text(event, "key"),
                row == null ? null : row.toString());
    }

    private long commitTs(JsonNode event) {
        JsonNode value = event.get("commitTs");
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad("\"commitTs\" must be an integer, not " + value, null);
        }
        return value.longValue();
    }

    private String text(JsonNode event, String field) {
        JsonNode value = event.get(field);
        if (value == null || !value.isTextual()) {
            throw bad("\"" + field + "\" must be a string, not " + value, null);
        }
        String text = value.textValue();
        if (text.isEmpty()) {
            throw bad("\"" + field + "\" must not be empty", null);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw bad("\"" + field + "\" has half a surrogate pair", null);
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
