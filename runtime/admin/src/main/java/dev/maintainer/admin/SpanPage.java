package dev.maintainer.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some spans of a changefeed.
 *
 * @param round the round of planning that they are as of; 0 if nobody has planned under this owner yet
 * @param total how many match, those on other pages included
 * @param spans by table, at most as many as were asked for
 * @param next where the next page begins, as {@link SpanQuery#after}; null if this is the last
 */
public record SpanPage(
        long round,
        int total,
        List<SpanRow> spans,
        @Nullable String next) {
    /** Copies the list. */
    public SpanPage {
        spans = List.copyOf(spans);
    }
}
