package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.ddl.CatalogDifference;
import dev.maintainer.connector.postgres.ddl.TableScope;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.KnownSource;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.reader.SlotReader;
import dev.maintainer.connector.postgres.reader.TransactionLog;
import dev.maintainer.connector.postgres.snapshot.TableCopies;
import dev.maintainer.connector.postgres.source.SourceDatabase.Slot;
import dev.maintainer.connector.postgres.store.EventStore;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RecentWork;
import dev.maintainer.replication.RowReader;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What a source is made of, put together as {@link PostgresSource} does, without its threads. */
public final class DrivenSource {
    private static final Duration SYNC_POINTS = Duration.ofMinutes(1);

    private final EventStore store;
    private final ReadStart from;
    private final SourceCatalog catalog;
    private final SpanRows rows;
    private final SlotConfirmation confirmation;
    private final SyncPointMarks marks;
    private final SyncPointMarker marker;
    /** Null if somebody notes DDLs. */
    private final @Nullable CatalogPoll poll;

    private DrivenSource(
            ConnectionSource connections,
            EventStore store,
            ReadStart from,
            SourceCatalog catalog,
            @Nullable CatalogPoll poll,
            TableCopies copies,
            String identity) {
        this.store = store;
        this.poll = poll;
        this.from = from;
        this.catalog = catalog;
        this.rows = new SpanRows(
                catalog, store, copies, new KeptWindows(new SourceDatabase(connections), identity), store::check);
        this.confirmation = new SlotConfirmation(store);
        this.marks = new SyncPointMarks(identity, catalog, store);
        this.marker = new SyncPointMarker(
                new SourceDatabase(connections), identity, SYNC_POINTS, true, confirmation::durableTs);
        marks.restore();
    }

    /** Opens what is there. */
    public static DrivenSource open(
            ConnectionSource connections,
            EventStore store,
            TableCopies copies,
            String identity,
            long schema,
            boolean detects,
            long beganTs,
            long historyAfter,
            OptionalLong slotTs) {
        SlotName own = new SlotName("world");
        List<Slot> slots = slotTs.isEmpty() ? List.of() : List.of(new Slot(own, slotTs.getAsLong(), false, false));
        SlotChoice choice = SlotChoice.of(own, slots, historyAfter, beganTs);
        if (!(choice instanceof SlotChoice.Own present)) {
            throw new IllegalStateException("there is one slot, and it is " + choice);
        }
        ReadStart from =
                ReadStart.of(beganTs, historyAfter, present.slot().confirmedTs(), store.beginTs(), store.resolvedTs());
        if (!from.goesOn()) {
            store.beginAfter(from.neededTs());
        }
        TableScope scope = new TableScope(
                name -> name.schema().equals("shop"), table -> false, "maintainer", detects, Set.of(schema), Set.of());
        SourceDatabase database = new SourceDatabase(connections);
        if (!detects) {
            SourceCatalog catalog = LoggedCatalog.read(
                    new LoggedNotes(database), null, scope, beganTs, store.resolvedTs(), store::resolvedTs);
            return new DrivenSource(connections, store, from, catalog, null, copies, identity);
        }
        DetectedNotes notes = new DetectedNotes(database, identity);
        Detection detection = new Detection(notes, database, "maintainer");
        LoggedCatalog catalog =
                LoggedCatalog.read(notes, detection, scope, beganTs, store.resolvedTs(), store::resolvedTs);
        CatalogDifference difference = new CatalogDifference("maintainer", scope.wanted());
        CatalogPoll poll = new CatalogPoll(database, notes, difference, catalog);
        return new DrivenSource(connections, store, from, catalog, poll, copies, identity);
    }

    /** Looks into the catalog, and notes what is news here; whether something is. */
    public boolean finds() {
        return Objects.requireNonNull(poll).look() > 0;
    }

    /** Whether what is stored goes on. */
    public boolean goesOn() {
        return from.goesOn();
    }

    public long startTs() {
        return from.startTs();
    }

    public long readFromTs() {
        return from.readFromTs();
    }

    public long confirmedTs() {
        return from.confirmedTs();
    }

    /** Where the reader puts what it has read. */
    public TransactionLog log(Consumer<KnownSource> reads) {
        return new TransactionRows(store, catalog, marks, new RecentWork(() -> 0), reads, ts -> confirmation.confirm());
    }

    /** The reader is there. */
    public void begin(SlotReader reader) {
        confirmation.begin(reader);
    }

    /** A checkpoint is durable. */
    public void durable(long checkpointTs) {
        confirmation.durable(checkpointTs);
    }

    public RowReader rows(TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts) {
        return rows.read(span, startTs, completeParts, () -> {});
    }

    public DdlReader ddls(long startTs) {
        return catalog.ddls(startTs);
    }

    /** What the DDL trigger meets. */
    public BlockReader blocks(long startTs) {
        return catalog.blocks(TableSpan.DDL, startTs, PartialCommit.NONE, () -> {});
    }

    /** Marks a sync point, if it is time for one. */
    public void markSyncPoint() {
        Duration unused = marker.mark();
    }
}
