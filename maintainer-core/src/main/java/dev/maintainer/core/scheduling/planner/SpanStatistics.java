package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.SpanLoad;
import java.util.List;

/**
 * The recent load of spans, and where they can be cut. Asked while a plan is made, and not on the maintainer's thread,
 * so it may look something up in memory that other threads fill; it must not block.
 */
public interface SpanStatistics {
    /** Nobody knows anything. */
    SpanStatistics NONE = new SpanStatistics() {
        @Override
        public SpanLoad load(ChangefeedId changefeed, TableSpan span) {
            return SpanLoad.UNKNOWN;
        }

        @Override
        public List<SpanBound> cuts(ChangefeedId changefeed, TableSpan span, int parts) {
            return List.of();
        }
    };

    /** The work of a span; {@link SpanLoad#UNKNOWN} if it is unknown, or what is known is too old. */
    SpanLoad load(ChangefeedId changefeed, TableSpan span);

    /**
     * Where to cut a span into parts of about equal load: at most {@code parts - 1} keys inside it, ascending; empty if
     * unknown.
     *
     * @param parts 2 or more
     */
    List<SpanBound> cuts(ChangefeedId changefeed, TableSpan span, int parts);
}
