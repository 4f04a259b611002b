package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** One table in three is busy, evenly over its keys, and which ones changes; in peace none is. */
final class SimulatedLoad implements SpanStatistics {
    /** A span with more bytes per second is to be split; a busy table has five times as many. */
    static final long HOT = 1_000;

    private static final double PER_KEY = 200;
    private static final long PERIOD_MILLIS = 12_000;

    private final Timeline timeline;
    private final Faults faults;

    SimulatedLoad(Timeline timeline, Faults faults) {
        this.timeline = timeline;
        this.faults = faults;
    }

    private boolean isBusy(TableSpan span) {
        return faults.areOn() && (span.table().value() + timeline.now() / PERIOD_MILLIS) % 3 == 0;
    }

    @Override
    public SpanLoad load(ChangefeedId changefeed, TableSpan span) {
        double bytes = isBusy(span) ? PER_KEY * keys(span).size() : 0;
        return new SpanLoad(bytes, bytes);
    }

    @Override
    public List<SpanBound> cuts(ChangefeedId changefeed, TableSpan span, int parts) {
        List<SpanBound> keys = keys(span);
        int most = Math.min(parts, keys.size());
        List<SpanBound> cuts = new ArrayList<>();
        for (int i = 1; i < most; i++) {
            cuts.add(keys.get(i * keys.size() / most));
        }
        return cuts;
    }

    /** Of the keys "b" to "z" those inside of a span, but its first. */
    private static List<SpanBound> keys(TableSpan span) {
        List<SpanBound> inside = new ArrayList<>();
        for (char key = 'b'; key <= 'z'; key++) {
            SpanBound bound = SpanBound.before(String.valueOf(key));
            if (span.start().compareTo(bound) < 0 && bound.compareTo(span.end()) < 0) {
                inside.add(bound);
            }
        }
        return inside;
    }
}
