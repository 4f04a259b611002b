package dev.maintainer.connector.tck;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.json.PartOfRow;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A sink that keeps every rule, but for the one that its fault breaks. What is durable is in its {@link Disk}. */
final class ModelSink implements ReadableSink {
    /** What outlives a process. */
    static final class Disk {
        private final Map<TableId, Map<String, RowEvent>> rows = new HashMap<>();
        private final Map<Integer, DdlEvent> ddls = new TreeMap<>();
        private final Map<Long, SortedMap<TableName, Map<String, Row>>> snapshots = new HashMap<>();
        private long epoch;
        private @Nullable String source;
        /** Whether what is complete is no memory of this process. Then it cannot be read, either. */
        private final boolean elsewhere;

        Disk(boolean elsewhere) {
            this.elsewhere = elsewhere;
        }
    }

    /** A table that it does not create. */
    static final TableName REFUSED = new TableName("s", "refused");

    private final Disk disk;
    private final @Nullable SinkFault fault;
    private final Map<DispatcherId, Writer> open = new HashMap<>();
    private final Map<TableId, Writer> byTable = new HashMap<>();
    private final Map<TableId, Map<String, RowEvent>> notYet = new HashMap<>();
    private final List<RowEvent> remembered = new ArrayList<>();
    private final Set<String> applied = new HashSet<>();
    private final Set<Integer> ddlsOfThisProcess = new HashSet<>();
    private final Map<Long, SortedMap<TableName, Map<String, Row>>> snapshotsOfThisProcess = new HashMap<>();
    private List<RowEvent> lastWrite = List.of();
    private long epoch;
    private long rowsApplied;
    private long rowsAppliedAgain;

    ModelSink(Disk disk, String source, @Nullable SinkFault fault) {
        this.disk = disk;
        this.fault = fault;
        this.epoch = fault == SinkFault.FENCE_IN_MEMORY ? 0 : disk.epoch;
        if (disk.source != null && !disk.source.equals(source) && fault != SinkFault.ANY_SOURCE) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "it holds rows of " + disk.source);
        }
        disk.source = source;
    }

    @Override
    public Fencing fencing() {
        return Fencing.FENCED;
    }

    @Override
    public synchronized void fence(ChangefeedId changefeed, MaintainerEpoch next) {
        boolean refused = (next.value() < epoch && fault != SinkFault.TAKES_LOWER_EPOCHS)
                || (next.value() == epoch && fault == SinkFault.REFUSES_THE_SAME_EPOCH);
        if (refused) {
            throw new MaintainerException(ErrorCode.SINK_FENCED, next + " is older than " + epoch);
        }
        epoch = Math.max(epoch, next.value());
        disk.epoch = epoch;
    }

    @Override
    public synchronized SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
        Writer older = open.get(dispatcher);
        if (fault == SinkFault.SEALS_BEFORE_IT_REFUSES && older != null) {
            older.seal();
        }
        if (accepted.get().value() < epoch && fault != SinkFault.OPENS_FOR_ANYBODY) {
            throw new MaintainerException(ErrorCode.SINK_FENCED, created + " is older than " + epoch);
        }
        if (older != null && fault != SinkFault.SEALS_NOTHING) {
            older.seal();
        }
        Writer writer = new Writer(span, accepted);
        open.put(dispatcher, writer);
        Writer other = byTable.put(span.table(), writer);
        if (other != null && fault == SinkFault.ONE_WRITER_A_TABLE) {
            other.seal();
        }
        return writer;
    }

    @Override
    public synchronized boolean writeTogether(List<SpanBatch> batches) {
        boolean mayAll = true;
        for (SpanBatch batch : batches) {
            boolean may = ((Writer) batch.writer()).mayWrite();
            mayAll &= may;
            if (may && fault == SinkFault.WRITES_THOSE_THAT_MAY) {
                WriteResult unused = batch.writer().write(batch.rows());
            }
        }
        if (!mayAll) {
            return false;
        }
        List<SpanBatch> written = fault == SinkFault.WRITES_ONE_OF_SEVERAL ? batches.subList(0, 1) : batches;
        written.forEach(batch -> batch.rows().forEach(((Writer) batch.writer())::apply));
        return true;
    }

    @Override
    public synchronized long rowsApplied() {
        return rowsApplied;
    }

    @Override
    public synchronized long rowsAppliedAgain() {
        return rowsAppliedAgain;
    }

    @Override
    public void close() {}

    @Override
    public SortedSet<TableName> tables() {
        return new TreeSet<>(state().keySet());
    }

    @Override
    public RowCursor rows(TableName table) {
        List<Row> rows = new ArrayList<>(state().getOrDefault(table, Map.of()).values());
        rows.sort(Comparator.comparing(
                Row::key, fault == SinkFault.ORDERS_BY_CHARACTERS ? Comparator.naturalOrder() : Utf8Order.INSTANCE));
        return RowCursor.over(rows.iterator());
    }

    synchronized SortedMap<TableName, Map<String, Row>> state() {
        return state(any -> true, any -> true, fault == SinkFault.TABLES_BY_NAME);
    }

    private SortedMap<TableName, Map<String, Row>> state(
            Predicate<DdlEvent> ddls, Predicate<RowEvent> shown, boolean byName) {
        SortedMap<TableName, TableInfo> live = new TreeMap<>();
        Map<TableId, TableName> names = new HashMap<>();
        for (DdlEvent ddl : disk.ddls.values()) {
            boolean counts =
                    ddls.test(ddl) && !(fault == SinkFault.RENAMES_NOTHING && ddl.kind() == DdlEvent.Kind.RENAME_TABLE);
            if (counts) {
                ddl.applyTo(live);
                live.forEach((name, table) -> names.put(table.table(), name));
            }
        }
        SortedMap<TableName, Map<String, Row>> state = new TreeMap<>();
        live.forEach((name, table) -> {
            Map<String, Row> rows = state.computeIfAbsent(name, any -> new TreeMap<>());
            disk.rows.forEach((of, events) -> {
                if (of.equals(table.table()) || (byName && name.equals(names.get(of)))) {
                    events.values().stream().filter(shown).forEach(event -> show(rows, event));
                }
            });
        });
        return state;
    }

    @Override
    public boolean takesPartsOfRows() {
        return true;
    }

    @Override
    public boolean keepsSnapshots() {
        return true;
    }

    synchronized @Nullable SortedMap<TableName, Map<String, Row>> snapshot(long ts) {
        boolean kept = snapshots().containsKey(ts);
        return kept && fault == SinkFault.SNAPSHOTS_ARE_VIEWS
                ? state()
                : snapshots().get(ts);
    }

    private Map<Long, SortedMap<TableName, Map<String, Row>>> snapshots() {
        return fault == SinkFault.SNAPSHOTS_IN_MEMORY ? snapshotsOfThisProcess : disk.snapshots;
    }

    private void keep(long ts) {
        if (snapshots().containsKey(ts)) {
            boolean here = snapshotsOfThisProcess.containsKey(ts);
            if (fault == SinkFault.SYNC_POINT_CLEARS) {
                disk.rows.clear();
            }
            boolean overwrites = fault
                    == (here ? SinkFault.SYNC_POINT_AGAIN_OVERWRITES : SinkFault.SYNC_POINT_AFTER_A_RESTART_OVERWRITES);
            if (!overwrites) {
                return;
            }
        }
        SortedMap<TableName, Map<String, Row>> snapshot =
                state(ddl -> isKept(ddl, ts), row -> isKept(row, ts), fault == SinkFault.SNAPSHOT_TABLES_BY_NAME);
        disk.snapshots.put(ts, snapshot);
        snapshotsOfThisProcess.put(ts, snapshot);
    }

    private boolean isKept(DdlEvent ddl, long ts) {
        return !(fault == SinkFault.SYNC_POINT_BEFORE_THE_DDL && ddl.commitTs() == ts)
                && !(fault == SinkFault.SNAPSHOT_OF_WHAT_THIS_PROCESS_KNOWS
                        && !ddlsOfThisProcess.contains(ddl.ordinal()));
    }

    private boolean isKept(RowEvent row, long ts) {
        Writer latest = byTable.get(row.table());
        return !(fault == SinkFault.SNAPSHOT_LACKS_ITS_OWN_TIME && row.commitTs() == ts)
                && !(fault == SinkFault.SNAPSHOT_LACKS_THE_LAST_WRITE && lastWrite.contains(row))
                && !(fault == SinkFault.SNAPSHOT_OF_ONE_PART && latest != null && !row.isWithin(latest.span));
    }

    private void show(Map<String, Row> rows, RowEvent event) {
        String key = fault == SinkFault.TRIMS_KEYS ? event.key().trim().replace("\n", "") : event.key();
        String row = event.row();
        if (row != null) {
            rows.put(key, new Row(key, row, fault == SinkFault.FORGETS_DEFINITIONS ? null : event.definition()));
        } else if (fault == SinkFault.LOSES_DELETES) {
            rows.put(key, new Row(key, "{}", null));
        }
    }

    private static @Nullable TableName nameOf(DdlEvent ddl) {
        TableInfo table = ddl.after() == null ? ddl.before() : ddl.after();
        return table == null ? null : table.name();
    }

    private final class Writer implements SpanWriter {
        private final TableSpan span;
        private final Supplier<MaintainerEpoch> accepted;
        private boolean sealed;
        private int writes;
        private boolean hasRefused;

        Writer(TableSpan span, Supplier<MaintainerEpoch> accepted) {
            this.span = span;
            this.accepted = accepted;
        }

        @Override
        public WriteResult write(List<RowEvent> rows) {
            lastWrite = rows;
            return guarded(SinkFault.WRITES_WHEN_SEALED, SinkFault.IGNORES_THE_FENCE, () -> rows.forEach(this::apply));
        }

        @Override
        public boolean mayShare() {
            return true;
        }

        private boolean mayWrite() {
            return (!sealed || fault == SinkFault.WRITES_SEVERAL_WHEN_SEALED)
                    && (accepted.get().value() >= epoch || fault == SinkFault.WRITES_SEVERAL_OF_A_FORMER_OWNER);
        }

        private WriteResult guarded(SinkFault whenSealed, SinkFault unfenced, Runnable write) {
            synchronized (ModelSink.this) {
                if (sealed && fault != whenSealed) {
                    return WriteResult.SEALED;
                }
                if (accepted.get().value() < epoch && fault != unfenced) {
                    sealed |= fault == SinkFault.HOLDS_FOR_EVER;
                    return WriteResult.HELD;
                }
                write.run();
                return WriteResult.DURABLE;
            }
        }

        private void apply(RowEvent row) {
            if (fault == SinkFault.LOSES_ONE_IN_MANY && ++writes % 37 == 0) {
                return;
            }
            if (row.order() != null && fault == SinkFault.ONLY_TEXT_KEYS) {
                return;
            }
            Map<TableId, Map<String, RowEvent>> into = fault == SinkFault.DURABLE_LATER ? notYet : disk.rows;
            boolean news = applied.add(row.commitTs() + row.key()) || fault == SinkFault.COUNTS_ALL_AS_NEW;
            rowsApplied += news ? 1 : 0;
            rowsAppliedAgain += news ? 0 : 1;
            if (fault == SinkFault.REMEMBERS_EVERYTHING) {
                remembered.add(row);
            }
            into.computeIfAbsent(row.table(), any -> new HashMap<>()).merge(row.key(), row, this::latest);
        }

        private RowEvent latest(RowEvent known, RowEvent row) {
            boolean isNews = fault == SinkFault.FIRST_OF_A_TRANSACTION_COUNTS
                    ? row.commitTs() > known.commitTs()
                    : row.isLaterThan(known) || fault == SinkFault.LAST_WRITE_COUNTS;
            if (row.op() != RowEvent.Op.P) {
                return isNews ? row : known;
            }
            String told = row.row();
            String before = known.row();
            if (!(isNews || fault == SinkFault.TAKES_PARTS_AGAIN) || told == null || before == null) {
                return known;
            }
            String after = PartOfRow.after(fault == SinkFault.FORGETS_WHAT_IS_NOT_TOLD ? "{}" : before, told);
            return new RowEvent(row.commitTs(), row.table(), RowEvent.Op.U, row.key(), after).numbered(row.number());
        }

        @Override
        public WriteResult writeDdls(List<DdlEvent> ddls) {
            return guarded(SinkFault.WRITES_WHEN_SEALED, SinkFault.IGNORES_THE_FENCE, () -> ddls.forEach(this::apply));
        }

        private void apply(DdlEvent ddl) {
            boolean refused = REFUSED.equals(nameOf(ddl)) && !(fault == SinkFault.REFUSES_ONCE && hasRefused);
            if (refused && fault == SinkFault.REFUSES_AND_DOES_IT) {
                disk.ddls.put(ddl.ordinal(), ddl);
            }
            if (refused) {
                hasRefused = true;
                sealed |= fault == SinkFault.REFUSES_AND_SEALS;
                throw new MaintainerException(
                        ErrorCode.DDL_REFUSED,
                        fault == SinkFault.REFUSES_WITHOUT_A_REASON ? "no" : ddl.statement() + ": no such name here");
            }
            boolean again = disk.ddls.put(ddl.ordinal(), ddl) != null;
            boolean here = !ddlsOfThisProcess.add(ddl.ordinal());
            TableInfo table = ddl.after() == null ? ddl.before() : ddl.after();
            if (fault != SinkFault.TABLES_BY_NAME) {
                ddl.dropped().forEach(disk.rows::remove);
            }
            if (fault == SinkFault.DDLS_WIPE_AGAIN && table != null) {
                disk.rows.remove(table.table());
            }
            if ((fault == SinkFault.DROPS_BY_NAME_AFTER_A_RESTART
                            && again
                            && !here
                            && !ddl.dropped().isEmpty())
                    || (fault == SinkFault.DROPS_THE_SCHEMA_AGAIN && again && table == null)) {
                disk.ddls.values().stream()
                        .filter(each -> each.schemaName().equals(ddl.schemaName()))
                        .filter(each -> table == null || table.name().equals(nameOf(each)))
                        .flatMap(each -> Stream.ofNullable(each.after()))
                        .forEach(each -> disk.rows.remove(each.table()));
            }
        }

        @Override
        public WriteResult writeSyncPoint(long ts) {
            return guarded(SinkFault.SYNC_POINT_WHEN_SEALED, SinkFault.SYNC_POINT_IGNORES_THE_FENCE, () -> keep(ts));
        }

        @Override
        public void complete(long ts) {
            synchronized (ModelSink.this) {
                if (disk.elsewhere) {
                    disk.rows.remove(span.table());
                    applied.clear();
                }
            }
        }

        @Override
        public void seal() {
            synchronized (ModelSink.this) {
                sealed = true;
                if (fault == SinkFault.FORGETS_WHEN_SEALED) {
                    disk.rows.getOrDefault(span.table(), Map.of()).clear();
                }
            }
        }
    }
}
