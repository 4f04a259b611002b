package dev.maintainer.scheduler.spi;

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
 * @param name what its table is called now; {@link TableName#UNKNOWN} if the host does not know. Since level 4, with
 *     {@link SnapshotFeature#TABLE_NAMES}
 * @param node where it is bound; null if it is absent
 */
@ConstructedBy(ConstructedBy.Side.HOST)
public record SpanView(
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        TableName name,
        GroupId group,
        @Nullable NodeId node) {
    /** A span of a table whose name nobody knows. */
    public SpanView(DispatcherId dispatcher, TableSpan span, SchemaId schema, GroupId group, @Nullable NodeId node) {
        this(dispatcher, span, schema, TableName.UNKNOWN, group, node);
    }
}
