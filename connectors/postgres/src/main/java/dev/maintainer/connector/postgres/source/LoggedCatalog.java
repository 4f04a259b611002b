package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.CatalogHistory;
import dev.maintainer.connector.postgres.ddl.DdlStep;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.ddl.TableScope;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.TransactionChange.TruncatedTables;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a source, as its event triggers have noted them, or those who read it. Every process that follows a changefeed finds the same: where an
 * entry was committed is written down in the source before anybody hears of what comes behind it, so whoever begins there knows
 * what was before, and meets the rest in the log.
 */
final class LoggedCatalog implements SourceCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedCatalog.class);

    private final Object lock = new Object();
    private final CatalogHistory history;
    private final DdlHistory ddls = new DdlHistory();
    private final DdlNotes notes;
    /** Null if the source notes its DDLs. */
    private final @Nullable Detection detection;

    private final TableScope scope;
    private final long createdTs;
    /** What was committed later came from the log. */
    private final long openedTs;

    private final LongSupplier resolvedTs;
    private final RelationUses uses = new RelationUses();
    /** Of the last transaction with DDLs; of the thread that reads the log. */
    private @Nullable Shapes latest;

    private LoggedCatalog(
            DdlNotes notes,
            @Nullable Detection detection,
            TableScope scope,
            long startTs,
            long openedTs,
            LongSupplier resolvedTs) {
        this.notes = notes;
        this.detection = detection;
        this.scope = scope;
        this.history = new CatalogHistory(scope, startTs);
        this.createdTs = startTs + 1;
        this.openedTs = openedTs;
        this.resolvedTs = resolvedTs;
    }

    /**
     * Reads what is known.
     *
     * @param notes in the source
     * @param detection sees what nobody has noted; null if that is a fault
     * @param scope which tables are replicated
     * @param startTs where the changefeed began
     * @param upToTs what is committed later is still to come from the log
     * @param resolvedTs up to where the log was read
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if it cannot be read, {@code BAD_CONFIGURATION} if the source is
     *     not set up for it
     */
    static LoggedCatalog read(
            DdlNotes notes,
            @Nullable Detection detection,
            TableScope scope,
            long startTs,
            long upToTs,
            LongSupplier resolvedTs) {
        LoggedCatalog catalog = new LoggedCatalog(notes, detection, scope, startTs, upToTs, resolvedTs);
        DdlNotes.Known known = notes.read(startTs, upToTs);
        catalog.take(catalog.history.begin(known.before()));
        for (DdlNotes.Transaction transaction : known.since()) {
            catalog.take(catalog.history.apply(transaction.commitTs(), transaction.notes(), transaction.truncated()));
        }
        return catalog;
    }

    private void take(DdlStep step) {
        step.remarks().forEach(remark -> LOG.warn("{}", remark));
        ddls.add(step.ddls());
    }

    @Override
    public List<SourceTable> tablesAt(long ts) {
        long known = known();
        if (ts > known) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "which tables there are at " + ts + " is not known here yet: the source is read up to " + known
                            + "; ask again");
        }
        synchronized (lock) {
            return history.tablesAt(ts);
        }
    }

    private long known() {
        long resolved = resolvedTs.getAsLong();
        // Whoever goes on may begin at a DDL, whose transaction ends right behind that, and is still to come. The log
        // itself ends nowhere within a commit.
        long read = resolved > openedTs ? resolved : resolved - 1;
        // Nothing is committed right behind the start: a record of the log takes more room.
        return Math.max(createdTs, read);
    }

    @Override
    public Optional<SourceTable> copied(TableId table, long from) {
        synchronized (lock) {
            return history.copied(table, from);
        }
    }

    @Override
    public boolean mayBeInterrupted(TableId table) {
        synchronized (lock) {
            return history.isCopy(table);
        }
    }

    @Override
    public boolean awaitsWriters(TableId table) {
        return detection != null && createdTs(table) > createdTs;
    }

    @Override
    public boolean hasCopiesBetween(long fromTs, long toTs) {
        synchronized (lock) {
            return history.hasCopiesBetween(fromTs, toTs);
        }
    }

    @Override
    public void addSyncPoint(long ts) {
        ddls.addSyncPoint(ts);
    }

    /** What was noted last of the tables that are there. */
    List<NotedDdl> noted() {
        synchronized (lock) {
            return history.noted();
        }
    }

    /** Whether the table of a number of the source is replicated. */
    boolean isReplicated(long oid) {
        synchronized (lock) {
            return history.present(oid).isPresent();
        }
    }

    @Override
    public DdlReader ddls(long startTs) {
        return ddls.read(startTs);
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        return ddls.blocks(events -> span.equals(TableSpan.DDL)
                ? events.read(startTs, partial, available)
                : events.read(
                        span.table(),
                        () -> createdTs(span.table()),
                        () -> droppedTs(span.table()),
                        startTs,
                        partial,
                        available));
    }

    private long createdTs(TableId table) {
        synchronized (lock) {
            return history.createdTs(table);
        }
    }

    private long droppedTs(TableId table) {
        synchronized (lock) {
            return history.droppedTs(table);
        }
    }

    @Override
    public Optional<SourceTable> table(TableId table) {
        synchronized (lock) {
            return history.table(table);
        }
    }

    @Override
    public List<TableInfo> tables() {
        synchronized (lock) {
            return history.tables().stream().map(SourceTable::info).toList();
        }
    }

    @Override
    public RelationUse use(Relation relation) {
        return uses.use(relation, this::found);
    }

    private RelationUse found(Relation relation) {
        synchronized (lock) {
            return notes.isLog(relation) || isUnknown(relation) ? RelationUse.OF_DDL : noted(relation);
        }
    }

    /** The rows of a table that is made of others come before the note. One that nobody will note is copied when it is found. */
    private boolean isUnknown(Relation relation) {
        if (detection != null) {
            return replicated(relation.oid())
                    .filter(known -> !Detection.isKnown(known, relation))
                    .isPresent();
        }
        return !relation.namespace().equals(CatalogQueries.OWN_SCHEMA)
                && history.noted(relation.oid()).isEmpty();
    }

    /** What was noted last of a table that is replicated. Under the lock. */
    private Optional<NotedDdl> replicated(long oid) {
        return history.present(oid).flatMap(present -> history.noted(oid));
    }

    /** By what was noted so far. Under the lock. */
    private RelationUse noted(Relation relation) {
        Optional<SourceTable> table = history.present(relation.oid());
        if (table.isEmpty()) {
            if (detection == null) {
                refuseUnnoted(relation);
            }
            return RelationUse.IGNORED;
        }
        return new RelationUse.Replicated(
                RowMapping.of(table.get().info().table(), table.get().image(), names(relation)));
    }

    /** In a transaction that has noted nothing of it. */
    private Optional<RowMapping> unconcerned(Relation relation) {
        RelationUse use = use(relation);
        if (use instanceof RelationUse.OfDdl && !notes.isLog(relation)) {
            synchronized (lock) {
                use = noted(relation);
            }
            uses.put(relation, use);
        }
        return use instanceof RelationUse.Replicated replicated ? Optional.of(replicated.mapping()) : Optional.empty();
    }

    private static List<String> names(Relation relation) {
        return relation.columns().stream().map(RelationColumn::name).toList();
    }

    /** A table of which nothing was noted may be one that is meant. */
    private void refuseUnnoted(Relation relation) {
        TableName name = new TableName(relation.namespace(), relation.name());
        if (relation.namespace().equals(CatalogQueries.OWN_SCHEMA)
                || !scope.wanted().test(name)) {
            return;
        }
        Optional<NotedDdl> noted = history.noted(relation.oid());
        if (noted.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.SCHEMA_DRIFT,
                    "rows of table " + Printable.line(name.toString()) + " came, and its creation was not noted; look"
                            + " whether the event triggers of maintainer.ddl_log are enabled, and create the changefeed"
                            + " anew");
        }
        if (!history.isMeant(noted.get())) {
            throw new MaintainerException(
                    ErrorCode.SCHEMA_DRIFT,
                    "table " + Printable.line(name.toString()) + " was put into the publication after the changefeed"
                            + " had begun, which is not followed; publish its schema, leave it out by the setting"
                            + " 'tables', or create the changefeed anew");
        }
    }

    @Override
    public boolean isDdl(TruncatedTables truncated) {
        synchronized (lock) {
            return truncated.relations().stream()
                    .anyMatch(relation -> history.present(relation.oid()).isPresent());
        }
    }

    @Override
    public TransactionShapes apply(CommittedTransaction transaction) {
        Shapes known = latest;
        if (known != null && known.commitTs == transaction.commitTs()) {
            // It comes again, because its rows could not be kept.
            return known;
        }
        TransactionDdls done = TransactionDdls.of(transaction, notes);
        if (detection != null) {
            detection.complete(transaction.commitTs(), done, oid -> {
                synchronized (lock) {
                    return replicated(oid);
                }
            });
        }
        Map<Long, NotedDdl> formerly = new HashMap<>();
        Set<Long> emptied;
        synchronized (lock) {
            emptied = done.truncated().stream()
                    .filter(oid -> history.present(oid).isPresent())
                    .collect(Collectors.toCollection(HashSet::new));
            done.tables().forEach(oid -> history.noted(oid).ifPresent(noted -> formerly.put(oid, noted)));
        }
        // If that fails, nothing has changed here, and the transaction comes again.
        notes.write(
                transaction.commitTs(), done.notes().stream().map(NotedDdl::id).toList(), emptied);
        DdlStep step;
        synchronized (lock) {
            step = history.apply(transaction.commitTs(), done.notes(), emptied);
        }
        step.tables().forEach(uses::forget);
        Shapes shapes = new Shapes(transaction.commitTs(), done, formerly, step.tables());
        latest = shapes;
        take(step);
        return shapes;
    }

    private final class Shapes implements TransactionShapes {
        private record Shape(Relation relation, @Nullable NotedDdl noted, Optional<RowMapping> mapping) {}

        private final long commitTs;
        private final TransactionDdls done;
        private final Map<Long, NotedDdl> formerly;
        private final Set<Long> tables;
        private final Map<Long, Shape> shapes = new HashMap<>();

        Shapes(long commitTs, TransactionDdls done, Map<Long, NotedDdl> formerly, Set<Long> tables) {
            this.commitTs = commitTs;
            this.done = done;
            this.formerly = formerly;
            this.tables = tables;
        }

        @SuppressWarnings("ReferenceEquality") // As above.
        @Override
        public Optional<RowMapping> mapping(Relation relation, int place) {
            long oid = relation.oid();
            if (!tables.contains(oid)) {
                return unconcerned(relation);
            }
            if (done.isUndone(oid, place)) {
                return Optional.empty();
            }
            NotedDdl noted = done.notedAt(oid, place, formerly.get(oid));
            Shape shape = shapes.get(oid);
            if (shape == null || shape.relation() != relation || shape.noted() != noted) {
                shape = new Shape(relation, noted, mapping(relation, noted));
                shapes.put(oid, shape);
            }
            return shape.mapping();
        }

        private Optional<RowMapping> mapping(Relation relation, @Nullable NotedDdl noted) {
            Optional<SourceTable> after;
            synchronized (lock) {
                after = history.present(relation.oid());
            }
            if (after.isEmpty() || noted == null || noted.image() == null) {
                return Optional.empty();
            }
            return Optional.of(RowMapping.of(
                    after.get().info().table(),
                    TableImage.parse(noted.image()),
                    after.get().image(),
                    names(relation)));
        }
    }
}
