package dev.maintainer.node.run;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWork;
import dev.maintainer.scheduler.spi.SpanLoad;
import java.util.List;

/** What a source knows of the work of spans, for planners. */
record SourceStatistics(Source source) implements SpanStatistics {
    @Override
    public SpanLoad load(ChangefeedId changefeed, TableSpan span) {
        SpanWork work = source.work(span);
        return new SpanLoad(work.bytesPerSecond(), work.rowsPerSecond());
    }

    @Override
    public List<SpanBound> cuts(ChangefeedId changefeed, TableSpan span, int parts) {
        return source.cuts(span, parts);
    }
}
