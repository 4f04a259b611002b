package dev.maintainer.admin;

import dev.maintainer.scheduler.spi.SpanView;
import org.jspecify.annotations.Nullable;

/**
 * A span, as planners last saw it.
 *
 * @param span with its node, which is null if it is absent
 * @param table its table's name; empty if the source does not know it
 * @param state as in an explanation
 * @param operator the type of the operator that is under way for it; null if none is
 */
public record SpanRow(
        SpanView span,
        String table,
        SpanState state,
        @Nullable String operator) {}
