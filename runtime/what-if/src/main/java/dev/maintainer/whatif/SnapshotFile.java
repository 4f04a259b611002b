package dev.maintainer.whatif;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A {@link ClusterSnapshot} as JSON, node by node and span by span, so that a million spans cost little more than
 * themselves. Names that end in {@code .gz} are packed.
 */
public final class SnapshotFile {
    /** Rises when a field goes or changes its meaning. */
    public static final int FORMAT = 1;

    private static final int BUFFER = 1 << 16;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SnapshotFile() {}

    /** Writes a file, or replaces it. */
    public static void write(ClusterSnapshot picture, Path file) throws IOException {
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out = isPacked(file) ? new GZIPOutputStream(plain, BUFFER) : plain) {
            write(picture, out);
        }
    }

    /** Writes, and leaves the stream open. */
    public static void write(ClusterSnapshot picture, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeNumberField("format", FORMAT);
            json.writeStringField("changefeed", picture.changefeed());
            json.writeNumberField("round", picture.round());
            json.writeNumberField("seed", picture.seed());
            if (picture.madeAtMillis() != 0) {
                json.writeStringField(
                        "madeAt", Instant.ofEpochMilli(picture.madeAtMillis()).toString());
            }
            if (!picture.madeBy().isEmpty()) {
                json.writeStringField("madeBy", picture.madeBy());
            }
            json.writeObjectFieldStart("budget");
            json.writeNumberField("maxDecisions", picture.budget().maxDecisions());
            json.writeNumberField("maxMoves", picture.budget().maxMoves());
            json.writeNumberField("maxInFlightPerNode", picture.budget().maxInFlightPerNode());
            json.writeEndObject();
            json.writeNumberField("operators", picture.operators());
            json.writeArrayFieldStart("nodes");
            for (NodeView node : picture.nodes()) {
                write(node, json);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("spans");
            for (SpanView span : picture.spans()) {
                write(span, picture, json);
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
        if (!node.eligible()) {
            json.writeArrayFieldStart("obstacles");
            for (NodeObstacle obstacle : node.obstacles()) {
                json.writeString(obstacle.name());
            }
            json.writeEndArray();
        }
        if (!node.labels().isEmpty()) {
            json.writeObjectFieldStart("labels");
            for (var label : node.labels().entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(SpanView span, ClusterSnapshot picture, JsonGenerator json) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("dispatcher", span.dispatcher().toString());
        json.writeNumberField("table", span.span().table().value());
        writeBound("start", span.span().start(), json);
        writeBound("end", span.span().end(), json);
        json.writeNumberField("schema", span.schema().value());
        if (span.name().isKnown()) {
            json.writeStringField("schemaName", span.name().schema());
            json.writeStringField("tableName", span.name().table());
        }
        NodeId node = span.node();
        if (node != null) {
            json.writeStringField("node", node.value());
        }
        // What holds for nearly every span is not written a million times.
        if (node != null && picture.starting().contains(span.dispatcher())) {
            json.writeBooleanField("running", false);
        }
        if (picture.inFlight().contains(span.dispatcher())) {
            json.writeBooleanField("inFlight", true);
        }
        json.writeEndObject();
    }

    private static void writeBound(String field, SpanBound bound, JsonGenerator json) throws IOException {
        if (!bound.equals(SpanBound.LOWEST) && !bound.equals(SpanBound.HIGHEST)) {
            json.writeStringField(field, bound.toString());
        }
    }

    /**
     * Reads a file.
     *
     * @throws MaintainerException with {@code BAD_INPUT} if it is not what {@link #write} writes; the message says where,
     *     and what to do
     */
    public static ClusterSnapshot read(Path file) throws MaintainerException {
        try (InputStream in = open(file);
                JsonParser json = JSON.createParser(in)) {
            return new SnapshotReader(file, json).picture();
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw bad(file, line, "this is no JSON as it should be: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "snapshot " + file + " does not exist; " + SnapshotReader.ADVICE, e);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "snapshot " + file + " cannot be read: " + e + "; " + SnapshotReader.ADVICE,
                    e);
        }
    }

    /** Whether it is packed says its content. */
    private static InputStream open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        // Files.newInputStream() asks for positions now and then, which pipes do not have.
        InputStream buffered = new BufferedInputStream(new FileInputStream(file.toFile()), BUFFER);
        try {
            buffered.mark(2);
            boolean packed = buffered.read() == 0x1f && buffered.read() == 0x8b;
            buffered.reset();
            return packed ? unpacked(buffered) : buffered;
        } catch (IOException e) {
            buffered.close();
            throw e;
        }
    }

    /** The stream of the JDK would take damage between two members, and all that follows it, for the end. */
    private static InputStream unpacked(InputStream packed) throws IOException {
        return GzipCompressorInputStream.builder()
                .setInputStream(packed)
                .setDecompressConcatenated(true)
                .get();
    }

    private static MaintainerException bad(Path file, int line, String what, Exception cause) {
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                "snapshot " + file + ", line " + line + ": " + what + "; " + SnapshotReader.ADVICE,
                cause);
    }

    private static boolean isPacked(Path file) {
        return file.toString().endsWith(".gz");
    }
}
