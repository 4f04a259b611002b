package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.ddl.CatalogDifference;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.KnownSource;
import dev.maintainer.connector.postgres.reader.ReaderSettings;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.reader.SlotReader;
import dev.maintainer.connector.postgres.reader.SlotSetup;
import dev.maintainer.connector.postgres.snapshot.TableCopies;
import dev.maintainer.connector.postgres.source.SourceDatabase.Beginning;
import dev.maintainer.connector.postgres.source.SourceDatabase.Facts;
import dev.maintainer.connector.postgres.source.SourceDatabase.Slot;
import dev.maintainer.connector.postgres.store.EventStore;
import dev.maintainer.connector.postgres.store.StoreSettings;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RecentWork;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SpanWork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a publication, as one node reads them for a changefeed: a reader of the node's slot puts what is committed into a
 * store, from which all dispatchers read. Tables are copied by whoever begins where the changefeed began.
 */
public final class PostgresSource extends CataloguedSource {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSource.class);

    private static final long SLOTS_SECONDS = 60;

    private final SourceSettings settings;
    private final ConnectionSource connections;
    private final SourceStart start;
    private final SlotNames slots;
    private final StoreDirectory directory;
    private final EventStore store;
    private final TableCopies copies;
    private final RecentWork work = new RecentWork(System::nanoTime);
    private final SpanRows rows;
    private final SlotConfirmation confirmation;
    private final SyncPointMarks marks;
    private final SyncPointMarker marker;
    private volatile @Nullable SlotReader reader;
    private final ScheduledExecutorService housekeeping;
    private final TimelineNote timeline;
    /** Of the thread of the reader. */
    private @Nullable KnownSource kept;

    private int notedTimeline;

    private PostgresSource(
            SourceSettings settings,
            ConnectionSource connections,
            SourceCatalog catalog,
            SourceStart start,
            SlotNames slots,
            StoreDirectory directory,
            EventStore store,
            @Nullable ChangefeedId changefeed) {
        super(catalog);
        this.settings = settings;
        this.connections = connections;
        this.start = start;
        this.slots = slots;
        this.directory = directory;
        this.store = store;
        this.copies =
                new TableCopies(connections, settings.copies(), start.slot().text());
        this.rows = new SpanRows(
                catalog,
                store,
                copies,
                new KeptWindows(
                        new SourceDatabase(connections), start.beginning().identity()),
                this::check);
        this.confirmation = new SlotConfirmation(store);
        this.marks = new SyncPointMarks(start.beginning().identity(), catalog, store);
        this.marker = new SyncPointMarker(
                new SourceDatabase(connections),
                start.beginning().identity(),
                settings.syncPoints(),
                settings.followsDdls(),
                confirmation::durableTs);
        this.housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "source-slots-" + start.slot());
            thread.setDaemon(true);
            return thread;
        });
        this.timeline = new TimelineNote(new SourceDatabase(connections), changefeed, housekeeping);
    }

    /**
     * Opens a database.
     *
     * @param settings which, and how it is read
     * @param connections to it
     * @param context for whom; without a node it is looked at, and not read
     * @return an open source
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot be replicated as it is, {@code SOURCE_UNAVAILABLE}
     *     if it cannot be reached, {@code SOURCE_HISTORY_LOST} if it has not what comes next
     */
    public static Source open(SourceSettings settings, ConnectionSource connections, SourceContext context)
            throws MaintainerException {
        SourceDatabase database = new SourceDatabase(connections);
        Facts facts = database.facts(settings.publication());
        long publication = SourceStart.publicationOid(facts, settings.publication());
        CatalogChoice catalogs = CatalogChoice.of(settings, database);
        ChangefeedId changefeed = context.changefeed();
        NodeId node = context.node();
        Optional<Beginning> noted = changefeed == null ? Optional.empty() : database.beginning(changefeed.name());
        if (changefeed == null || node == null) {
            Beginning beginning = noted.orElse(new Beginning(
                    facts.systemId(), facts.databaseOid(), publication, facts.walEnd(), 0, List.of(), List.of()));
            // Of one that has begun, tables that are there may be others.
            SourceCatalog catalog = noted.isEmpty()
                    ? catalogs.present(beginning.startTs())
                    : catalogs.open(beginning, beginning.startTs(), beginning::startTs);
            return new LookedAtSource(catalog, beginning.identity(), beginning.startTs());
        }
        if (noted.isEmpty()) {
            // What cannot be replicated is refused before anything is begun.
            catalogs.requirePresent();
        }
        SourceStart start =
                SourceStart.of(settings, connections, facts, changefeed.name(), node.value(), context.historyAfter());
        return open(
                settings,
                connections,
                catalogs,
                facts,
                start,
                SourceStart.slotNames(settings, changefeed.name()),
                context);
    }

    /** Opens what is begun. */
    static PostgresSource open(
            SourceSettings settings,
            ConnectionSource connections,
            CatalogChoice catalogs,
            Facts facts,
            SourceStart start,
            SlotNames slots,
            SourceContext context) {
        StoreDirectory directory = StoreDirectory.claim(context.directory());
        @Nullable EventStore store = null;
        @Nullable PostgresSource source = null;
        try {
            store = EventStore.open(new StoreSettings(
                    directory.rows(), start.beginning().identity(), directory.isKept(), settings.storeBytes()));
            ReadStart from = ReadStart.of(
                    start.beginning().startTs(),
                    context.historyAfter(),
                    start.confirmedTs(),
                    store.beginTs(),
                    store.resolvedTs());
            if (!from.goesOn()) {
                store.beginAfter(from.neededTs());
            }
            SourceCatalog catalog = catalogs.open(start.beginning(), store.resolvedTs(), store::resolvedTs);
            source = new PostgresSource(
                    settings, connections, catalog, start, slots, directory, store, context.changefeed());
            source.begin(facts, from);
            new SourceDatabase(connections).mark();
            return source;
        } catch (RuntimeException e) {
            if (source != null) {
                source.close();
            } else {
                if (store != null) {
                    store.close();
                }
                directory.close();
            }
            throw e;
        }
    }

    private void begin(Facts facts, ReadStart from) {
        KnownSource known = from.goesOn() ? directory.known().orElse(null) : null;
        if (known == null) {
            Beginning began = start.beginning();
            int read = began.timeline() > 0 ? began.timeline() : facts.timeline();
            known = new KnownSource(began.systemId(), began.databaseOid(), read, began.publicationOid());
        }
        LOG.info(
                "source {}: slot {} is read after {}, {}",
                identity(),
                start.slot(),
                from.startTs(),
                from.goesOn() ? "and what came before is still here" : "with nothing of before");
        marks.restore();
        SlotReader begun = SlotReader.start(
                connections,
                new ReaderSettings(
                        start.slot(),
                        settings.publication(),
                        System.currentTimeMillis(),
                        directory.spool(),
                        ReaderSettings.DEFAULT_MEMORY_BYTES,
                        ReaderSettings.DEFAULT_SPOOL_BYTES,
                        settings.heartbeat()),
                known,
                from.startTs(),
                from.readFromTs(),
                from.confirmedTs(),
                new TransactionRows(store, catalog, marks, work, this::keep, this::resolved));
        reader = begun;
        confirmation.begin(begun);
        RedundantSlots redundant = new RedundantSlots(start.slot(), System::nanoTime);
        var unused = housekeeping.scheduleWithFixedDelay(
                () -> dropRedundant(redundant), SLOTS_SECONDS, SLOTS_SECONDS, TimeUnit.SECONDS);
        if (settings.ddls() == SourceSettings.Ddls.DETECT && catalog instanceof LoggedCatalog looked) {
            detect(looked);
        }
        if (settings.marksSyncPoints()) {
            markSyncPoints(Duration.ZERO);
        }
    }

    private void markSyncPoints(Duration wait) {
        var unused = housekeeping.schedule(() -> markSyncPoints(marker.run()), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void detect(LoggedCatalog looked) {
        SourceDatabase database = new SourceDatabase(connections);
        CatalogPoll poll = new CatalogPoll(
                database,
                new DetectedNotes(database, identity()),
                new CatalogDifference(settings.publication(), settings.tables()::matches),
                looked);
        long seconds = settings.detecting().toSeconds();
        var unused = housekeeping.scheduleWithFixedDelay(poll, seconds, seconds, TimeUnit.SECONDS);
    }

    /** Of nodes that are gone: their slots would retain the log for ever. */
    private void dropRedundant(RedundantSlots redundant) {
        try {
            for (SlotName slot : redundant.among(new SourceDatabase(connections).slots(slots))) {
                LOG.info(
                        "slot {} was not read for long, and {} has all that it has: it is dropped", slot, start.slot());
                new SlotSetup(connections).drop(slot);
            }
        } catch (MaintainerException e) {
            LOG.debug("the slots of the changefeed are looked at later", e);
        } catch (RuntimeException e) {
            LOG.error("the slots of the changefeed cannot be looked at", e);
        }
    }

    /** By the thread of the reader. */
    private void resolved(long ts) {
        SlotReader present = reader;
        if (present == null) {
            return;
        }
        long walEnd = present.status().slot().walEnd();
        if (walEnd > 0 && ts >= walEnd) {
            // Where nothing is committed, time passes all the same.
            store.clock().add(ts, System.currentTimeMillis());
        }
        confirmation.confirm();
        KnownSource known = present.known();
        if (known != null && known.timeline() != notedTimeline) {
            notedTimeline = known.timeline();
            timeline.note(notedTimeline);
        }
    }

    /** By the thread of the reader, before anything that is read from it is stored. */
    private void keep(KnownSource known) {
        if (!known.equals(kept)) {
            kept = known;
            directory.keep(known);
        }
    }

    @Override
    public String identity() {
        return start.beginning().identity();
    }

    @Override
    public long startTs() {
        return start.beginning().startTs();
    }

    @Override
    public long resolvedTs() {
        return store.resolvedTs();
    }

    @Override
    public void check() {
        SlotReader present = reader;
        MaintainerException failure = present == null ? null : present.status().failure();
        if (failure != null) {
            throw new MaintainerException(failure.code(), String.valueOf(failure.getMessage()), failure);
        }
        store.check();
    }

    @Override
    public RowReader rows(TableSpan span, long from, Runnable available) {
        return rows(span, from, ts -> List.of(), available);
    }

    @Override
    public RowReader rows(TableSpan span, long from, LongFunction<List<TableSpan>> completeParts, Runnable available) {
        check();
        return rows.read(span, from, completeParts, available);
    }

    /** {@return how many rows were read of tables to copy them, in this process} */
    public long rowsCopied() {
        return copies.rowsRead();
    }

    @Override
    public DdlReader ddls(long from) {
        check();
        return catalog.ddls(from);
    }

    @Override
    public BlockReader blocks(TableSpan span, long from, PartialCommit partial, Runnable available) {
        check();
        return catalog.blocks(span, from, partial, available);
    }

    @Override
    public long wallMillis(long ts) {
        long known = store.clock().wallMillis(ts);
        return known == 0 ? System.currentTimeMillis() : known;
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
    public void retainAfter(long checkpointTs) {
        confirmation.durable(checkpointTs);
    }

    /** Drops the slot of this node, those of nodes that do not read theirs, and the note of where the changefeed began. */
    @Override
    public void release(ChangefeedId changefeed) {
        closeReader();
        try {
            SlotSetup setup = new SlotSetup(connections);
            setup.drop(start.slot());
            SourceDatabase database = new SourceDatabase(connections);
            for (Slot slot : database.slots(slots)) {
                if (!slot.active()) {
                    setup.drop(slot.name());
                }
            }
            database.forget(changefeed.name());
            if (settings.followsDdls()) {
                new KeptWindows(database, identity()).forget();
            }
            if (settings.ddls() == SourceSettings.Ddls.DETECT) {
                new DetectedNotes(database, identity()).forget();
            }
            if (settings.marksSyncPoints()) {
                marker.forget();
            }
        } catch (MaintainerException e) {
            LOG.warn(
                    "changefeed {} is gone, and slot {} or its note in maintainer.changefeed is not: {}; drop them",
                    changefeed,
                    start.slot(),
                    e.getMessage());
        }
    }

    private void closeReader() {
        housekeeping.shutdownNow();
        SlotReader present = reader;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public void close() {
        copies.close();
        closeReader();
        store.close();
        directory.close();
    }
}
