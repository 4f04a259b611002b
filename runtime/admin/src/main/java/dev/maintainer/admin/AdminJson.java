package dev.maintainer.admin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.SpiLevel;

/** JSON of the admin interface: how answers are written, and how what comes from the other side is read. */
final class AdminJson {
    /** Writes answers: records as objects, names and numbers of things as they are printed. Thread-safe. */
    static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(ChangefeedId.class, ToStringSerializer.instance)
                    .addSerializer(DispatcherId.class, ToStringSerializer.instance)
                    .addSerializer(GroupId.class, ToStringSerializer.instance)
                    .addSerializer(MaintainerEpoch.class, ToStringSerializer.instance)
                    .addSerializer(NodeId.class, ToStringSerializer.instance)
                    .addSerializer(SchemaId.class, ToStringSerializer.instance)
                    .addSerializer(SpanBound.class, ToStringSerializer.instance)
                    .addSerializer(SpiLevel.class, ToStringSerializer.instance)
                    .addSerializer(TableId.class, ToStringSerializer.instance)
                    .addSerializer(TableSpan.class, ToStringSerializer.instance))
            .addMixIn(TableName.class, Names.class)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /**
     * Reads requests, answers and the files of the directory. Refuses duplicate fields and trailing text; keeps numbers
     * exact. Texts, names, numbers and nesting are bounded by what Jackson allows. Thread-safe.
     */
    static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    /** What follows from the other fields is left out. */
    @JsonIgnoreProperties("known")
    private interface Names {}

    private AdminJson() {}
}
