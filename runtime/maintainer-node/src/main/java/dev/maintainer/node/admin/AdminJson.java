package dev.maintainer.node.admin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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

/** How answers look as JSON: records as objects, names and numbers of things as they are printed. */
final class AdminJson {
    /** Thread-safe. */
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

    /** What follows from the other fields is left out. */
    @JsonIgnoreProperties("known")
    private interface Names {}

    private AdminJson() {}
}
