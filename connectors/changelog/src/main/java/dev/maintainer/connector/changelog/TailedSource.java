package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Tso;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SpanWork;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A change log that somebody still writes, as a source. What counts as committed is what the log says of itself, in lines
 * {@code {"type":"resolved","ts":N}}. It has no end.
 */
final class TailedSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(TailedSource.class);

    private final TailedLog log;
    private final LogTail tail;
    private final String identity;
    private final long startTs;

    private TailedSource(TailedLog log, LogTail tail, String identity) {
        this.log = log;
        this.tail = tail;
        this.identity = identity;
        this.startTs = tail.startTs();
        log.beginAt(startTs);
    }

    /**
     * Opens a log and begins to read it.
     *
     * @param file the log; it has its first line
     * @param name what identifies it; null if its first line does
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     * @param context says from where it is needed
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if there is no first line yet, {@code BAD_INPUT} if it cannot
     *     be used
     */
    static TailedSource open(Path file, @Nullable String name, long syncPointInterval, SourceContext context) {
        return open(file, name, syncPointInterval, context, LogTail.BETWEEN_MARKS);
    }

    /** With a mark in the index after about so many bytes. */
    static TailedSource open(
            Path file, @Nullable String name, long syncPointInterval, SourceContext context, long betweenMarks) {
        try {
            return begin(file, name, syncPointInterval, context, betweenMarks);
        } catch (MaintainerException e) {
            if (e.code() != ErrorCode.BAD_INPUT || context.historyAfter() == 0) {
                throw e;
            }
            // An index is a cache. If it is the log that cannot be used, that is said again.
            LOG.warn("change log {} is read from its beginning: {}", file, e.getMessage());
            return begin(file, name, syncPointInterval, new SourceContext(0, context.directory()), betweenMarks);
        }
    }

    private static TailedSource begin(
            Path file, @Nullable String name, long syncPointInterval, SourceContext context, long betweenMarks) {
        TailedLog log = new TailedLog(file.toString(), syncPointInterval);
        LogTail tail = new LogTail(file, log, context, syncPointInterval, betweenMarks);
        TailedSource source =
                new TailedSource(log, tail, name == null ? identity(tail.digestOfFirstLine()) : identityByName(name));
        tail.start();
        return source;
    }

    static String identity(String digestOfFirstLine) {
        return "tail-of-" + digestOfFirstLine;
    }

    static String identityByName(String name) {
        return "tail-named-" + name;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public long startTs() {
        return startTs;
    }

    @Override
    public long resolvedTs() {
        return log.resolvedTs();
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        return log.tablesAt(ts);
    }

    @Override
    public List<TableInfo> tables() {
        return log.tables();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return log.table(table);
    }

    @Override
    public void check() {
        log.check();
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        return log.rows(span, startTs, available);
    }

    @Override
    public DdlReader ddls(long startTs) {
        return log.ddls(startTs);
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        return log.blocks(span, startTs, partial, available);
    }

    /** TSOs of a log have the wall time of its origin. */
    @Override
    public long wallMillis(long ts) {
        return Tso.physicalMillis(ts);
    }

    /** As this process has read it: what it catches up with counts as well. */
    @Override
    public SpanWork work(TableSpan span) {
        return log.work().work(span);
    }

    @Override
    public List<SpanBound> cuts(TableSpan span, int parts) {
        return log.work().cuts(span, parts);
    }

    @Override
    public void retainAfter(long checkpointTs) {
        log.retainAfter(checkpointTs);
    }

    @Override
    public void close() {
        tail.close();
        log.close();
    }
}
