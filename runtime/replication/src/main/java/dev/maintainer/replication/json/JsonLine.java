package dev.maintainer.replication.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Unicode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is one line, with values that keep their text: objects are made compact, with the fields in their
 * order, and each number stays as it was written, so that 1.10 does not become 1.1. Immutable.
 */
public final class JsonLine {
    private static final int SHOWN = 60;

    /** Text of a string without quotes; of all else as JSON. */
    private record Value(JsonToken token, String text) {
        boolean isObject() {
            return token == JsonToken.START_OBJECT;
        }
    }

    private final Map<String, Value> values = new HashMap<>();

    private JsonLine() {}

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not one JSON object, has a field twice, or text with an unpaired
     *     surrogate; or if it exceeds the limits of {@link StrictJson}
     */
    public static JsonLine parse(String text) {
        JsonLine line = new JsonLine();
        try (JsonParser in = StrictJson.MAPPER.createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("malformed JSON: expected one object a line");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = wellFormed(in.currentName(), "a name");
                JsonToken token = in.nextToken();
                line.values.put(
                        name,
                        new Value(
                                token,
                                token == JsonToken.VALUE_STRING
                                        ? wellFormed(in.getText(), name)
                                        : token.isStructStart() ? compact(in, name) : in.getText()));
            }
            if (in.nextToken() != null) {
                throw new IllegalArgumentException("malformed JSON: expected one object a line");
            }
            return line;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("malformed JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("text cannot fail to be read", e);
        }
    }

    /** Whether there is such a field. */
    public boolean has(String field) {
        return values.containsKey(field);
    }

    /** Whether there is such a field, and it is null. */
    public boolean isNull(String field) {
        Value value = values.get(field);
        return value != null && value.token == JsonToken.VALUE_NULL;
    }

    /** A string. */
    public String string(String field) {
        Value value = values.get(field);
        if (value == null || value.token != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("\"" + field + "\" must be a string, not " + shown(value));
        }
        return value.text;
    }

    /** An integer that is a long. */
    public long integer(String field) {
        Value value = values.get(field);
        if (value != null && value.token == JsonToken.VALUE_NUMBER_INT) {
            try {
                return Long.parseLong(value.text);
            } catch (NumberFormatException e) {
                // Larger than a long: refused as all else is.
            }
        }
        throw new IllegalArgumentException("\"" + field + "\" must be an integer, not " + shown(value));
    }

    /** An object as compact JSON, or null if there is no such field, or it is something else. */
    public @Nullable String object(String field) {
        Value value = values.get(field);
        return value != null && value.isObject() ? value.text : null;
    }

    private static String shown(@Nullable Value value) {
        return value == null ? "null" : Printable.shortened(value.text, SHOWN);
    }

    private static String compact(JsonParser in, String field) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = StrictJson.MAPPER.createGenerator(text)) {
            int depth = 0;
            JsonToken token = in.currentToken();
            do {
                switch (token) {
                    case START_OBJECT -> {
                        out.writeStartObject();
                        depth++;
                    }
                    case START_ARRAY -> {
                        out.writeStartArray();
                        depth++;
                    }
                    case END_OBJECT -> {
                        out.writeEndObject();
                        depth--;
                    }
                    case END_ARRAY -> {
                        out.writeEndArray();
                        depth--;
                    }
                    case FIELD_NAME -> out.writeFieldName(wellFormed(in.currentName(), field));
                    case VALUE_STRING -> out.writeString(wellFormed(in.getText(), field));
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getText());
                    case VALUE_TRUE -> out.writeBoolean(true);
                    case VALUE_FALSE -> out.writeBoolean(false);
                    case VALUE_NULL -> out.writeNull();
                    case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                        throw new IllegalStateException("a parser of text gave " + token);
                }
                token = depth == 0 ? null : in.nextToken();
            } while (token != null);
        }
        return text.toString();
    }

    /** Files hold UTF-8, which has no half surrogate pairs; writing one would silently write something else. */
    private static String wellFormed(String text, String field) {
        if (!Unicode.isWellFormed(text)) {
            throw new IllegalArgumentException("\"" + field + "\" has half a surrogate pair");
        }
        return text;
    }
}
