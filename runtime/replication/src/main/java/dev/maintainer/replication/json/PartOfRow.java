package dev.maintainer.replication.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows that are told in part, see {@link dev.maintainer.replication.event.RowEvent.Op#P}. All are compact JSON objects, and what is
 * not changed keeps its text.
 */
public final class PartOfRow {
    /** The value of a field that is as it was. */
    public static final String AS_IT_WAS = "{}";

    private PartOfRow() {}

    /**
     * A row as it is after a change that is told in part. A field that is as it was, and was not there, is not there.
     *
     * @param before the row before the change; it may be a part itself, and then so may be the answer
     * @param part what is told
     * @return an object with the fields of {@code part}, in their order
     * @throws IllegalArgumentException if one of them is no JSON object
     */
    public static String after(String before, String part) {
        Map<String, String> known = fields(before);
        StringBuilder row = new StringBuilder(before.length() + part.length()).append('{');
        fields(part).forEach((name, told) -> {
            String value = told.equals(AS_IT_WAS) ? known.get(name) : told;
            if (value != null) {
                row.append(row.length() == 1 ? "" : ",")
                        .append(name)
                        .append(':')
                        .append(value);
            }
        });
        return row.append('}').toString();
    }

    /** The fields of an object, as their names and values are written. */
    private static Map<String, String> fields(String object) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser in = StrictJson.MAPPER.createParser(object)) {
            require(in.nextToken() == JsonToken.START_OBJECT);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = written(object, in);
                in.nextToken();
                int from = begin(in);
                in.skipChildren();
                in.finishToken();
                fields.put(name, object.substring(from, end(in)));
            }
            require(in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null);
            return fields;
        } catch (IOException e) {
            throw new IllegalArgumentException("malformed JSON: a row is no object", e);
        }
    }

    private static String written(String object, JsonParser in) {
        int from = begin(in);
        int to = from + 1;
        while (object.charAt(to) != '"') {
            to += object.charAt(to) == '\\' ? 2 : 1;
        }
        return object.substring(from, to + 1);
    }

    private static int begin(JsonParser in) {
        return Math.toIntExact(in.currentTokenLocation().getCharOffset());
    }

    private static int end(JsonParser in) {
        return Math.toIntExact(in.currentLocation().getCharOffset());
    }

    private static void require(boolean isObject) {
        if (!isObject) {
            throw new IllegalArgumentException("malformed JSON: a row is no object");
        }
    }
}
