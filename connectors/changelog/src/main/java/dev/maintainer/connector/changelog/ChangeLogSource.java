package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Tso;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.Bisection;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.SpanWork;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** A change log as a source. Events up to a frontier, which the owner of the source advances, count as committed. */
public final class ChangeLogSource implements PacedSource {
    private final ChangeLog log;
    private final Frontier frontier;
    private final ChangeLogWork work;

    /**
     * A source.
     *
     * @param log closed with it
     * @param frontier up to where the log counts as committed
     */
    public ChangeLogSource(ChangeLog log, Frontier frontier) {
        this(log, frontier, new ChangeLogWork(log, frontier));
    }

    ChangeLogSource(ChangeLog log, Frontier frontier, ChangeLogWork work) {
        this.log = log;
        this.frontier = frontier;
        this.work = work;
    }

    /** The log. */
    public ChangeLog log() {
        return log;
    }

    /** Up to where the log counts as committed. */
    public Frontier frontier() {
        return frontier;
    }

    @Override
    public int size() {
        return log.size();
    }

    @Override
    public int tableCount() {
        return log.tables().size();
    }

    @Override
    public long commitTsAt(int position) {
        return log.commitTsAt(position);
    }

    @Override
    public int positionAfter(long ts) {
        return log.positionAfter(ts);
    }

    @Override
    public long endTs() {
        return log.endTs();
    }

    @Override
    public void releaseUpTo(long ts) {
        frontier.advanceTo(ts);
    }

    @Override
    public void sample(long nowMillis) {
        work.sample(nowMillis);
    }

    @Override
    public SortedSet<TableName> finalTables() {
        return log.endState().names();
    }

    @Override
    public RowCursor finalRows(TableName table) {
        return log.endState().rows(table);
    }

    @Override
    public String identity() {
        return log.digest();
    }

    @Override
    public long startTs() {
        return log.startTs();
    }

    @Override
    public long resolvedTs() {
        return frontier.resolvedTs();
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        return log.tablesAt(ts);
    }

    @Override
    public List<TableInfo> tables() {
        return log.tables().stream().map(LoggedTable::info).toList();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return log.table(table).map(LoggedTable::info);
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        LoggedTable table = logged(span);
        return table.rows().read(span, startTs, table.droppedTs());
    }

    private LoggedTable logged(TableSpan span) {
        return log.table(span.table())
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.DISPATCHER_CREATION_FAILED, "table " + span.table() + " is not in the change log"));
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        if (span.equals(TableSpan.DDL)) {
            return log.blocks().read(startTs, partial, available);
        }
        LoggedTable table = logged(span);
        return log.blocks().read(table.table(), table::createdTs, table::droppedTs, startTs, partial, available);
    }

    @Override
    public DdlReader ddls(long startTs) {
        List<DdlEvent> ddls = log.ddls();
        return new LoggedDdls(
                ddls, Bisection.first(0, ddls.size(), index -> ddls.get(index).commitTs() > startTs));
    }

    /** TSOs of a log have the wall time of its origin. */
    @Override
    public long wallMillis(long ts) {
        return Tso.physicalMillis(ts);
    }

    @Override
    public SpanWork work(TableSpan span) {
        return work.work(span);
    }

    @Override
    public List<SpanBound> cuts(TableSpan span, int parts) {
        return work.cuts(span, parts);
    }

    @Override
    public void close() {
        log.close();
    }

    private static final class LoggedDdls implements DdlReader {
        private final List<DdlEvent> ddls;
        private int next;

        LoggedDdls(List<DdlEvent> ddls, int next) {
            this.ddls = ddls;
            this.next = next;
        }

        @Override
        public List<DdlEvent> poll(long upToTs) {
            List<DdlEvent> together = new ArrayList<>();
            long ts = nextTs();
            while (ts <= upToTs && ts != RowReader.NONE && nextTs() == ts) {
                together.add(ddls.get(next++));
            }
            return together;
        }

        @Override
        public long nextTs() {
            return next < ddls.size() ? ddls.get(next).commitTs() : RowReader.NONE;
        }
    }
}
