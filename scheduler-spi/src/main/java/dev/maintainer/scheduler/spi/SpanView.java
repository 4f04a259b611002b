package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import org.jspecify.annotations.Nullable;

/**
 * A span, as of this snapshot.
 *
 * @param dispatcher its identity
 * @param span the range of keys that it covers
 * @param schema the schema of its table
 * @param name the current name of its table; {@link TableName#UNKNOWN} if the host does not know. Since level 4, with
 *     {@link SnapshotFeature#TABLE_NAMES}
 * @param group the group that it belongs to
 * @param node where it is bound; null if it is absent
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record SpanView(
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        TableName name,
        GroupId group,
        @Nullable NodeId node) {
    /**
     * Creates a span of a table whose name is unknown.
     *
     * @param dispatcher its identity
     * @param span the range of keys that it covers
     * @param schema the schema of its table
     * @param group the group that it belongs to
     * @param node where it is bound; null if it is absent
     */
    public SpanView(DispatcherId dispatcher, TableSpan span, SchemaId schema, GroupId group, @Nullable NodeId node) {
        this(dispatcher, span, schema, TableName.UNKNOWN, group, node);
    }
}
