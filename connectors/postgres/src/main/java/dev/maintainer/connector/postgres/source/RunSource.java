package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.reader.SlotSetup;
import dev.maintainer.connector.postgres.snapshot.WholeTable;
import dev.maintainer.connector.postgres.source.SourceDatabase.Facts;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SpanWork;
import dev.maintainer.replication.state.RowCursor;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database for a run, which copies what is there, follows it up to where its log was when the run began, and compares. Nothing
 * of it can be held back, so whatever is asked for is released: all events are as one. What is written during the run may be in the
 * copy or not, so a comparison is worth something if the database is at rest. Its slot goes with it.
 */
public final class RunSource implements PacedSource {
    private static final Logger LOG = LoggerFactory.getLogger(RunSource.class);

    private static final int SLOT_DIGITS = 12;

    private final Source source;
    private final ConnectionSource connections;
    private final SlotName slot;
    private final SortedMap<TableName, SourceTable> tables = new TreeMap<>();
    private final int size;
    private final long endTs;

    private RunSource(
            Source source,
            ConnectionSource connections,
            SlotName slot,
            List<SourceTable> tables,
            long rows,
            long endTs) {
        this.source = source;
        this.connections = connections;
        this.slot = slot;
        tables.forEach(table -> this.tables.put(table.info().name(), table));
        this.size = (int) Math.max(1, Math.min(Integer.MAX_VALUE, rows + tables.size()));
        this.endTs = endTs;
    }

    /**
     * Opens a database, with a slot of its own.
     *
     * @param settings which, and how it is read
     * @param connections to it
     * @return an open source
     * @throws MaintainerException as {@link PostgresSource#open}
     */
    public static RunSource open(SourceSettings settings, ConnectionSource connections) throws MaintainerException {
        SourceDatabase database = new SourceDatabase(connections);
        Facts facts = database.facts(settings.publication());
        long unused = SourceStart.publicationOid(facts, settings.publication());
        List<SourceTable> tables = PublishedTables.choose(
                database.tables(settings.publication()), settings.tables(), settings.publication());
        if (tables.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "the publication has no tables; add some, or name another one");
        }
        SlotName slot = new SlotName("maintainer_run_"
                + UUID.randomUUID().toString().replace("-", "").substring(0, SLOT_DIGITS));
        SourceStart start = SourceStart.ofRun(settings, connections, facts, slot);
        boolean opened = false;
        try {
            Source source = PostgresSource.open(
                    settings,
                    connections,
                    new PublishedTables(
                            tables, settings.tables(), start.beginning().startTs()),
                    facts,
                    start,
                    SlotNames.of(slot.text(), ""),
                    SourceContext.WHOLE);
            RunSource run =
                    new RunSource(source, connections, slot, tables, database.estimatedRows(tables), database.mark());
            opened = true;
            return run;
        } finally {
            if (!opened) {
                drop(connections, slot);
            }
        }
    }

    private static void drop(ConnectionSource connections, SlotName slot) {
        try {
            new SlotSetup(connections).drop(slot);
        } catch (MaintainerException e) {
            LOG.warn("replication slot {} is of no use any more, and could not be dropped: {}", slot, e.getMessage());
        }
    }

    /** {@return how many rows and tables there are, as the server estimates} */
    @Override
    public int size() {
        return size;
    }

    @Override
    public long commitTsAt(int position) {
        return endTs;
    }

    /** Everything: none of it can be told from the rest. */
    @Override
    public int positionAfter(long ts) {
        return size;
    }

    @Override
    public long endTs() {
        return endTs;
    }

    @Override
    public void releaseUpTo(long ts) {}

    @Override
    public SortedSet<TableName> finalTables() {
        return new TreeSet<>(tables.keySet());
    }

    /** As it is now. */
    @Override
    public RowCursor finalRows(TableName name) {
        SourceTable table = tables.get(name);
        return table == null ? RowCursor.empty() : WholeTable.read(connections, table);
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
    public void check() {
        source.check();
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        return source.rows(span, startTs, available);
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
    public void release(ChangefeedId changefeed) {}

    @Override
    public void close() {
        source.close();
        drop(connections, slot);
    }
}
