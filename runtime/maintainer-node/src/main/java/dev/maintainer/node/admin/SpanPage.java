package dev.maintainer.node.admin;

import java.util.List;

/**
 * Some spans of a changefeed.
 *
 * @param round the round of planning that they are as of
 * @param total how many match, those that are not shown included
 * @param spans by table, at most as many as were asked for
 */
public record SpanPage(long round, int total, List<SpanRow> spans) {
    /** Copies the list. */
    public SpanPage {
        spans = List.copyOf(spans);
    }
}
