package dev.maintainer.node.whatif;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.node.changelog.StrictJson;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ClusterPicture} as JSON, span by span, so that a million of them cost little more than themselves. Names that
 * end in {@code .gz} are packed.
 */
public final class SnapshotFile {
    /** Rises when a field goes or changes its meaning. */
    public static final int FORMAT = 1;

    private static final Set<String> FIELDS =
            Set.of("format", "changefeed", "round", "seed", "budget", "nodes", "spans");

    /** One value out of many. */
    private static final ObjectReader ELEMENT =
            StrictJson.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private SnapshotFile() {}

    // ---- writing -----------------------------------------------------------------------------------------------

    /** Writes a file, or replaces it. */
    public static void write(ClusterPicture picture, Path file) throws IOException {
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out = isPacked(file) ? new GZIPOutputStream(plain) : plain) {
            write(picture, out);
        }
    }

    /** Writes, and leaves the stream open. */
    public static void write(ClusterPicture picture, OutputStream out) throws IOException {
        try (JsonGenerator json = StrictJson.MAPPER.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeNumberField("format", FORMAT);
            json.writeStringField("changefeed", picture.changefeed());
            json.writeNumberField("round", picture.round());
            json.writeNumberField("seed", picture.seed());
            json.writeObjectFieldStart("budget");
            json.writeNumberField("maxDecisions", picture.budget().maxDecisions());
            json.writeNumberField("maxMoves", picture.budget().maxMoves());
            json.writeNumberField("maxInFlightPerNode", picture.budget().maxInFlightPerNode());
            json.writeEndObject();
            json.writeArrayFieldStart("nodes");
            for (NodeView node : picture.nodes()) {
                write(node, json);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("spans");
            for (SpanView span : picture.spans()) {
                write(span, json);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void write(NodeView node, JsonGenerator json) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("id", node.id().value());
        json.writeBooleanField("eligible", node.eligible());
        if (!node.labels().isEmpty()) {
            json.writeObjectFieldStart("labels");
            for (var label : node.labels().entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(SpanView span, JsonGenerator json) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("dispatcher", span.dispatcher().toString());
        json.writeNumberField("table", span.span().table().value());
        if (!span.span().isWhole()) {
            writeBound("start", span.span().start(), json);
            writeBound("end", span.span().end(), json);
        }
        json.writeNumberField("schema", span.schema().value());
        NodeId node = span.node();
        if (node != null) {
            json.writeStringField("node", node.value());
        }
        json.writeEndObject();
    }

    private static void writeBound(String field, SpanBound bound, JsonGenerator json) throws IOException {
        if (!bound.equals(SpanBound.LOWEST) && !bound.equals(SpanBound.HIGHEST)) {
            json.writeStringField(field, bound.toString());
        }
    }

    // ---- reading -----------------------------------------------------------------------------------------------

    /**
     * Reads a file.
     *
     * @throws MaintainerException with {@code BAD_INPUT} if it is not what {@link #write} writes; the message says where
     */
    public static ClusterPicture read(Path file) throws MaintainerException {
        try (InputStream plain = Files.newInputStream(file);
                InputStream in = isPacked(file) ? new GZIPInputStream(plain) : plain;
                JsonParser json = StrictJson.MAPPER.createParser(in)) {
            return new Reading(file, json).picture();
        } catch (JsonProcessingException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "snapshot " + file + " is no JSON: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.BAD_INPUT, "snapshot " + file + " cannot be read: " + e, e);
        }
    }

    private static boolean isPacked(Path file) {
        return file.toString().endsWith(".gz");
    }

    private static final class Reading {
        private final Path file;
        private final JsonParser json;
        private final List<NodeView> nodes = new ArrayList<>();
        private final List<SpanView> spans = new ArrayList<>();
        private final Set<NodeId> nodeIds = new HashSet<>();
        private final Set<DispatcherId> dispatchers = new HashSet<>();
        private String changefeed = "";
        private long round;
        private long seed;
        private @Nullable Budget budget;
        private int format;

        Reading(Path file, JsonParser json) {
            this.file = file;
            this.json = json;
        }

        ClusterPicture picture() throws IOException {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw bad("it must begin with an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                field(field);
            }
            if (format != FORMAT) {
                throw bad("its format is " + format + ", this release reads " + FORMAT);
            }
            Budget read = budget;
            if (read == null) {
                throw bad("it has no budget");
            }
            for (SpanView span : spans) {
                NodeId node = span.node();
                if (node != null && !nodeIds.contains(node)) {
                    throw bad("dispatcher " + span.dispatcher() + " is on node " + node
                            + ", which is not among its nodes");
                }
            }
            return new ClusterPicture(changefeed, round, seed, read, nodes, spans);
        }

        private void field(String field) throws IOException {
            switch (field) {
                case "format" -> format = json.getIntValue();
                case "changefeed" -> changefeed = json.getText();
                case "round" -> round = json.getLongValue();
                case "seed" -> seed = json.getLongValue();
                case "budget" -> {
                    JsonNode node = ELEMENT.readTree(json);
                    budget = new Budget(
                            number(node, "maxDecisions"), number(node, "maxMoves"), number(node, "maxInFlightPerNode"));
                }
                case "nodes" -> each(this::node);
                case "spans" -> each(this::span);
                default ->
                    throw bad("it has a field '" + field + "' that is not known; there are " + new TreeSet<>(FIELDS));
            }
        }

        private interface Taker {
            void take(JsonNode node);
        }

        private void each(Taker taker) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw bad("nodes and spans must be lists");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                JsonNode element = ELEMENT.readTree(json);
                try {
                    taker.take(element);
                } catch (IllegalArgumentException e) {
                    throw bad(element + " cannot be used: " + e.getMessage());
                }
            }
        }

        private void node(JsonNode node) {
            NodeId id = new NodeId(text(node, "id"));
            if (!nodeIds.add(id)) {
                throw bad("node " + id + " is there twice");
            }
            SortedMap<String, String> labels = new TreeMap<>();
            node.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            nodes.add(new NodeView(id, node.path("eligible").asBoolean(true), 0, 0, labels));
        }

        private void span(JsonNode node) {
            DispatcherId dispatcher = dispatcher(text(node, "dispatcher"));
            if (!dispatchers.add(dispatcher)) {
                throw bad("dispatcher " + dispatcher + " is there twice");
            }
            TableSpan range = new TableSpan(
                    new TableId(whole(node, "table")),
                    node.has("start") ? bound(node, "start") : SpanBound.LOWEST,
                    node.has("end") ? bound(node, "end") : SpanBound.HIGHEST);
            JsonNode bound = node.path("node");
            spans.add(new SpanView(
                    dispatcher,
                    range,
                    new SchemaId(whole(node, "schema")),
                    GroupId.of(range),
                    bound.isTextual() ? new NodeId(bound.asText()) : null));
        }

        private DispatcherId dispatcher(String text) {
            if (text.length() != 32) {
                throw new IllegalArgumentException("dispatcher '" + text + "' must have 32 hexadecimal digits");
            }
            return new DispatcherId(
                    Long.parseUnsignedLong(text.substring(0, 16), 16), Long.parseUnsignedLong(text.substring(16), 16));
        }

        private SpanBound bound(JsonNode node, String field) {
            return SpanBound.before(text(node, field));
        }

        private String text(JsonNode node, String field) {
            JsonNode value = node.path(field);
            if (!value.isTextual()) {
                throw new IllegalArgumentException("it needs a text '" + field + "'");
            }
            return value.asText();
        }

        private long whole(JsonNode node, String field) {
            JsonNode value = node.path(field);
            if (!value.canConvertToLong() || !value.isIntegralNumber()) {
                throw new IllegalArgumentException("it needs a whole number '" + field + "'");
            }
            return value.asLong();
        }

        private int number(JsonNode node, String field) {
            long value = whole(node, field);
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw bad("its budget has " + field + " " + value + ", which must not be negative or beyond an int");
            }
            return (int) value;
        }

        private MaintainerException bad(String what) {
            return new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "snapshot " + file + ", near line " + json.currentLocation().getLineNr() + ": " + what
                            + "; make one with 'ctl snapshot -o FILE'");
        }
    }
}
