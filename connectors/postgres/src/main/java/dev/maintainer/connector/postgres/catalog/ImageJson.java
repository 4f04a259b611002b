package dev.maintainer.connector.postgres.catalog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Images as JSON, of version 1, or 2 if they have types: who reads only version 1 would not make them. */
final class ImageJson {
    static final String BEGINNING = "{\"postgresql\":";

    private static final int VERSION = 1;
    private static final int WITH_TYPES = 2;
    /** 1,600 columns with names, types and defaults of ordinary length have a fifth of that. */
    private static final int MOST_CHARACTERS = 2_000_000;

    private static final Set<String> TABLE_FIELDS = Set.of("postgresql", "columns", "key", "replicaIdentity");
    private static final Set<String> WITH_TYPES_FIELDS =
            Set.of("postgresql", "columns", "key", "replicaIdentity", "types");
    private static final String TYPES = "types";
    private static final Set<String> LABEL_FIELDS = Set.of("number", "text");
    private static final Set<String> TYPE_FIELDS = Set.of("schema", "name", "labels", "base", "collation");
    private static final Set<String> COLUMN_FIELDS =
            Set.of("number", "name", "type", "collation", "notNull", "default", "identity", "generated");

    private ImageJson() {}

    static String write(TableImage image) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = StrictJson.MAPPER.createGenerator(text)) {
            out.writeStartObject();
            out.writeNumberField("postgresql", image.types().isEmpty() ? VERSION : WITH_TYPES);
            out.writeArrayFieldStart("columns");
            for (ColumnImage column : image.columns()) {
                write(out, column);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("key");
            for (String name : image.key()) {
                out.writeString(name);
            }
            out.writeEndArray();
            out.writeStringField("replicaIdentity", letter(image.identity()));
            if (!image.types().isEmpty()) {
                out.writeArrayFieldStart(TYPES);
                for (TypeImage type : image.types()) {
                    write(out, type);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("text cannot fail to be written", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, ColumnImage column) throws IOException {
        out.writeStartObject();
        out.writeNumberField("number", column.number());
        out.writeStringField("name", column.name());
        out.writeStringField("type", column.type());
        out.writeStringField("collation", column.collation());
        out.writeBooleanField("notNull", column.notNull());
        out.writeStringField("default", column.expression());
        out.writeStringField("identity", column.identity().letter());
        out.writeStringField("generated", column.generated().letter());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, TypeImage type) throws IOException {
        out.writeStartObject();
        out.writeStringField("schema", type.schema());
        out.writeStringField("name", type.name());
        out.writeArrayFieldStart("labels");
        for (TypeImage.Label label : type.labels()) {
            out.writeStartObject();
            out.writeNumberField("number", label.number());
            out.writeStringField("text", label.text());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeStringField("base", type.base());
        out.writeStringField("collation", type.collation());
        out.writeEndObject();
    }

    static TableImage parse(String json) {
        if (json.length() > MOST_CHARACTERS) {
            throw bad(json, "has " + json.length() + " characters, more than " + MOST_CHARACTERS);
        }
        if (!Unicode.isWellFormed(json)) {
            throw bad(json, "has half a surrogate pair");
        }
        try {
            return table(StrictJson.MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw bad(json, e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw bad(json, e.getMessage());
        }
    }

    private static MaintainerException bad(String json, @Nullable String why) {
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                "no image of a table: " + Printable.quoted(json) + ": " + Printable.line(why + ""));
    }

    private static TableImage table(JsonNode node) {
        boolean tellsTypes = node.has(TYPES);
        requireFields(node, tellsTypes ? WITH_TYPES_FIELDS : TABLE_FIELDS);
        int version = integer(node, "postgresql");
        if (version != VERSION && version != WITH_TYPES) {
            throw new IllegalArgumentException("version " + version + ", and this release reads " + VERSION + " and "
                    + WITH_TYPES + "; use the release that has written it");
        }
        List<ColumnImage> columns = new ArrayList<>();
        for (JsonNode column : array(node, "columns")) {
            columns.add(column(column));
        }
        List<TypeImage> types = new ArrayList<>();
        // The server says null where there are none.
        if (tellsTypes && !node.path(TYPES).isNull()) {
            for (JsonNode type : array(node, TYPES)) {
                types.add(type(type));
            }
        }
        return new TableImage(columns, texts(node, "key"), identity(text(node, "replicaIdentity")), types);
    }

    private static TypeImage type(JsonNode node) {
        requireFields(node, TYPE_FIELDS);
        return new TypeImage(
                text(node, "schema"),
                text(node, "name"),
                labels(node),
                textOrNull(node, "base"),
                textOrNull(node, "collation"));
    }

    private static List<TypeImage.Label> labels(JsonNode node) {
        List<TypeImage.Label> labels = new ArrayList<>();
        for (JsonNode label : array(node, "labels")) {
            requireFields(label, LABEL_FIELDS);
            JsonNode number = label.path("number");
            if (!number.isIntegralNumber() || !number.canConvertToLong()) {
                throw new IllegalArgumentException("\"number\" of a label must be an integer");
            }
            labels.add(new TypeImage.Label(number.longValue(), text(label, "text")));
        }
        return labels;
    }

    private static List<String> texts(JsonNode node, String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array(node, field)) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException("\"" + field + "\" must be an array of strings");
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    private static ColumnImage column(JsonNode node) {
        requireFields(node, COLUMN_FIELDS);
        return new ColumnImage(
                integer(node, "number"),
                text(node, "name"),
                text(node, "type"),
                textOrNull(node, "collation"),
                flag(node, "notNull"),
                textOrNull(node, "default"),
                ColumnImage.Identity.of(text(node, "identity")),
                ColumnImage.Generated.of(text(node, "generated")));
    }

    private static void requireFields(JsonNode node, Set<String> fields) {
        if (!node.isObject() || node.size() != fields.size()) {
            throw new IllegalArgumentException("expected an object of the fields " + fields);
        }
        for (String field : fields) {
            if (!node.has(field)) {
                throw new IllegalArgumentException("\"" + field + "\" is missing");
            }
        }
    }

    private static int integer(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IllegalArgumentException("\"" + field + "\" must be an integer");
        }
        return value.intValue();
    }

    private static boolean flag(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("\"" + field + "\" must be true or false");
        }
        return value.booleanValue();
    }

    private static String text(JsonNode node, String field) {
        String text = textOrNull(node, field);
        if (text == null) {
            throw new IllegalArgumentException("\"" + field + "\" must be a string");
        }
        return text;
    }

    private static @Nullable String textOrNull(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isNull() && !value.isTextual()) {
            throw new IllegalArgumentException("\"" + field + "\" must be a string or null");
        }
        return value.textValue();
    }

    private static Iterable<JsonNode> array(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isArray()) {
            throw new IllegalArgumentException("\"" + field + "\" must be an array");
        }
        return value;
    }

    private static String letter(ReplicaIdentity identity) {
        return switch (identity) {
            case DEFAULT -> "d";
            case NOTHING -> "n";
            case FULL -> "f";
            case INDEX -> "i";
        };
    }

    private static ReplicaIdentity identity(String letter) {
        return switch (letter) {
            case "d" -> ReplicaIdentity.DEFAULT;
            case "n" -> ReplicaIdentity.NOTHING;
            case "f" -> ReplicaIdentity.FULL;
            case "i" -> ReplicaIdentity.INDEX;
            default -> throw new IllegalArgumentException("\"replicaIdentity\" must be d, n, f or i");
        };
    }
}
