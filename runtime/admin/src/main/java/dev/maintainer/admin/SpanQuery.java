package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import org.jspecify.annotations.Nullable;

/**
 * Which spans to show.
 *
 * @param node only those that are bound there; null for all
 * @param table only those of the table of this name or number; null for all
 * @param state only those in this state; null for all
 * @param after only those behind this place, which is {@link SpanPage#next} of an earlier answer; null from the first on
 * @param limit at most so many; 1 to {@link #MOST}
 */
public record SpanQuery(
        @Nullable String node,
        @Nullable String table,
        @Nullable SpanState state,
        @Nullable String after,
        int limit) {
    /** How many spans one answer has at most. */
    public static final int MOST = 10_000;

    /** All spans, as many as fit into one answer. */
    public static final SpanQuery ALL = new SpanQuery(null, null, null, null, MOST);

    /** Refuses limits that are none. */
    public SpanQuery {
        if (limit < 1 || limit > MOST) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "limit " + limit + " must be from 1 to " + MOST + "; ask for the rest next");
        }
    }
}
