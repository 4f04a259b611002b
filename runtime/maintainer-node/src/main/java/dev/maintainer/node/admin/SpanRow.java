package dev.maintainer.node.admin;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.SpanView;
import org.jspecify.annotations.Nullable;

/**
 * A span, as planners last saw it.
 *
 * @param table its table's name; empty if the source does not know it
 * @param node where it is bound; null if it is absent
 */
public record SpanRow(SpanView span, String table, @Nullable NodeId node) {}
