package dev.maintainer.replication;

import dev.maintainer.replication.event.RowEvent;
import java.util.List;

/**
 * Rows of one span, to be written together with those of other spans.
 *
 * @param writer of the span
 * @param rows in commit order, at least one
 */
public record SpanBatch(SpanWriter writer, List<RowEvent> rows) {}
