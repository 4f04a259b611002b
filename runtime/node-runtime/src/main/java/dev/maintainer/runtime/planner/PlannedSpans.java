package dev.maintainer.runtime.planner;

import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What planners last saw of a changefeed.
 *
 * @param request the last request; null if there was none, or the last one could not be understood
 * @param spans all spans, by group
 */
public record PlannedSpans(@Nullable PlanRequest request, List<SpanView> spans) {
    /** Copies the list. */
    public PlannedSpans {
        spans = List.copyOf(spans);
    }
}
