package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.reader.SlotSetup;
import dev.maintainer.connector.postgres.source.SourceDatabase.Facts;
import dev.maintainer.replication.ForwardingSource;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.state.RowCursor;
import java.util.List;
import java.util.SortedSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database for a run, which copies what is there, follows it up to where its log was when the run began, and compares. Nothing
 * of it can be held back, so whatever is asked for is released: all events are as one. What is written during the run may be in the
 * copy or not, so a comparison is worth something if the database is at rest. Its slot goes with it.
 */
public final class RunSource extends ForwardingSource implements PacedSource {
    private static final Logger LOG = LoggerFactory.getLogger(RunSource.class);

    private static final int SLOT_DIGITS = 12;

    private final ConnectionSource connections;
    private final SlotName slot;
    private final PresentTables tables;
    private final int size;
    private final long endTs;

    private RunSource(
            Source source,
            SourceSettings settings,
            ConnectionSource connections,
            SlotName slot,
            List<SourceTable> tables,
            long rows,
            long endTs) {
        super(source);
        this.connections = connections;
        this.slot = slot;
        this.tables = new PresentTables(settings, connections, tables);
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
        boolean notesDdls = database.published(settings.publication())
                .map(SourceDatabase.Published::hasDdlLog)
                .orElse(false);
        // A run ends where the log ended when it began: a database of which nobody notes DDLs will do.
        boolean follows = settings.capturesDdls() && notesDdls;
        return begin(settings.ofRun(follows), connections, database);
    }

    private static RunSource begin(SourceSettings settings, ConnectionSource connections, SourceDatabase database) {
        Facts facts = database.facts(settings.publication());
        long unused = SourceStart.publicationOid(facts, settings.publication());
        CatalogChoice catalogs = CatalogChoice.of(settings, database);
        List<SourceTable> tables = catalogs.requirePresent();
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
                    settings, connections, catalogs, facts, start, SlotNames.of(slot.text(), ""), SourceContext.WHOLE);
            try {
                RunSource run = new RunSource(
                        source, settings, connections, slot, tables, database.estimatedRows(tables), database.mark());
                opened = true;
                return run;
            } finally {
                if (!opened) {
                    source.close();
                }
            }
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
        return tables.tables();
    }

    /** As it is now. */
    @Override
    public RowCursor finalRows(TableName name) {
        return tables.rows(name);
    }

    /** What there is of it goes with the run. */
    @Override
    public void release(ChangefeedId changefeed) {}

    @Override
    public void close() {
        super.close();
        drop(connections, slot);
    }
}
