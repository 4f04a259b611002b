package dev.maintainer.replication;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * A source that asks another one for everything, what has a default included: for those that change a part of it. As thread-safe as
 * that one.
 *
 * @since 0.1.0
 */
public abstract class ForwardingSource implements Source {
    private final Source source;

    /**
     * Forwards to a source.
     *
     * @param source closed with this one
     */
    protected ForwardingSource(Source source) {
        this.source = source;
    }

    @Override
    public String identity() {
        return source.identity();
    }

    @Override
    public long startTs() {
        return source.startTs();
    }

    @Override
    public long resolvedTs() {
        return source.resolvedTs();
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        return source.tablesAt(ts);
    }

    @Override
    public List<TableInfo> tables() {
        return source.tables();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return source.table(table);
    }

    @Override
    public boolean hasKey(TableId table) {
        return source.hasKey(table);
    }

    @Override
    public void check() {
        source.check();
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        return source.rows(span, startTs, available);
    }

    @Override
    public RowReader rows(
            TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts, Runnable available) {
        return source.rows(span, startTs, completeParts, available);
    }

    @Override
    public DdlReader ddls(long startTs) {
        return source.ddls(startTs);
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        return source.blocks(span, startTs, partial, available);
    }

    @Override
    public long wallMillis(long ts) {
        return source.wallMillis(ts);
    }

    @Override
    public SpanWork work(TableSpan span) {
        return source.work(span);
    }

    @Override
    public List<SpanBound> cuts(TableSpan span, int parts) {
        return source.cuts(span, parts);
    }

    @Override
    public void retainAfter(long checkpointTs) {
        source.retainAfter(checkpointTs);
    }

    @Override
    public void release(ChangefeedId changefeed) {
        source.release(changefeed);
    }

    @Override
    public void close() {
        source.close();
    }
}
