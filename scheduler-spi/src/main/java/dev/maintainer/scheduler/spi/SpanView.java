package dev.maintainer.scheduler.spi;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import org.jspecify.annotations.Nullable;

/**
 * A span, as of this snapshot.
 *
 * @param node where it is bound; null if it is absent
 */
@ConstructedBy(ConstructedBy.Side.HOST)
public record SpanView(
        DispatcherId dispatcher,
        TableSpan span,
        SchemaId schema,
        GroupId group,
        @Nullable NodeId node) {}
