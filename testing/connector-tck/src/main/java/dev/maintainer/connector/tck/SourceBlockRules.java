package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The part of {@link SourceContract} that is about {@link Source#blocks}: where dispatchers wait for one another. */
@SuppressWarnings("NullAway.Init")
public abstract sealed class SourceBlockRules permits SourceContract {
    private static final int KEYS = 20;

    /** What the rule lets happen. */
    SourceHistory history;
    /** The time of the last transaction of {@link #eventful}: rules look no further. */
    private long end;

    SourceBlockRules() {}

    /** {@return a place where nothing has happened yet} */
    protected abstract SourceLab lab();

    @BeforeEach
    final void begin() {
        history = new SourceHistory(lab());
    }

    @AfterEach
    final void finish() {
        history.close();
    }

    /** Tables of two schemas come and go, alone and together, with rows before, at and behind it. Ends with a creation. */
    private Source eventful() {
        assumeThat(history.can(SourceLab.Ability.BLOCK_EVENTS)).isTrue();
        boolean together = history.can(SourceLab.Ability.DDLS_TOGETHER);
        boolean schemas = history.can(SourceLab.Ability.SCHEMAS_GO);
        history.createTable("a");
        history.createTable("b");
        history.commit(List.of(), createOther("x"));
        history.commit(List.of(), createOther("y"));
        rows(6, "a", "b");
        history.dropTable("b");
        rows(3, "a");
        history.createTable("b");
        rows(6, "a", "b");
        if (together) {
            history.commit(changesBefore("a", "b"), drop("b"), create("c"));
            rows(3, "a", "c");
            history.commit(changesBefore("a", "c"), drop("a"), create("a"));
            rows(3, "a", "c");
            history.commit(changesBefore("c"), dropOther("x"), drop("a"), create("a"));
        } else {
            history.createTable("c");
        }
        rows(3, "a", "c");
        if (schemas) {
            history.commit(List.of(), dropOthers());
            rows(3, "a", "c");
            history.commit(List.of(), createOther("x"));
            rows(3, "a", "c");
        }
        if (schemas && together) {
            history.commit(changesBefore("a", "c"), dropOthers(), createOther("x"));
            rows(3, "a", "c");
            history.commit(changesBefore("a", "c"), dropOthers(), drop("c"));
            rows(3, "a");
        }
        history.createTable("z");
        Source source = history.open();
        List<List<DdlEvent>> ddls = history.ddls(source);
        end = ddls.get(ddls.size() - 1).get(0).commitTs();
        return source;
    }

    private SourceLab.Ddl create(String table) {
        return new SourceLab.Ddl.CreateTable(history.name(table));
    }

    private SourceLab.Ddl drop(String table) {
        return new SourceLab.Ddl.DropTable(history.name(table));
    }

    private SourceLab.Ddl createOther(String table) {
        return new SourceLab.Ddl.CreateTable(other(table));
    }

    private SourceLab.Ddl dropOther(String table) {
        return new SourceLab.Ddl.DropTable(other(table));
    }

    private TableName other(String table) {
        return new TableName(history.lab().otherSchema(), table);
    }

    private SourceLab.Ddl dropOthers() {
        return new SourceLab.Ddl.DropSchema(history.lab().otherSchema());
    }

    /** So many transactions with a row of each table. */
    private void rows(int transactions, String... tables) {
        for (int i = 0; i < transactions; i++) {
            String key = "k" + i;
            history.commit(Arrays.stream(tables)
                    .map(table -> new SourceLab.Change(table, key, 1))
                    .toList());
        }
    }

    /** Many rows of each table, to be together with DDLs; none where that cannot be. */
    private List<SourceLab.Change> changesBefore(String... tables) {
        if (!history.can(SourceLab.Ability.ROWS_BEFORE_DDLS)) {
            return List.of();
        }
        return Arrays.stream(tables)
                .flatMap(table -> IntStream.range(0, KEYS).mapToObj(i -> new SourceLab.Change(table, "k" + i, i)))
                .toList();
    }

    /** What a reader gives up to the end. */
    private List<BlockEvent> events(Source source, TableSpan span, long startTs, PartialCommit partial) {
        List<BlockEvent> events = new ArrayList<>();
        try (BlockReader reader = source.blocks(span, startTs, partial, () -> {})) {
            for (BlockEvent event = reader.poll(end); event != null; event = reader.poll(end)) {
                events.add(event);
                // A reader that gives the same for ever would be no failure, but a test without an end.
                assertThat(events).hasSizeLessThan(1_000);
            }
        }
        return events;
    }

    private List<BlockEvent> events(Source source, TableSpan span) {
        return events(source, span, source.startTs(), PartialCommit.NONE);
    }

    /** The span of the trigger, and those of all tables that ever were. */
    private static List<TableSpan> spans(Source source) {
        return Stream.concat(Stream.of(TableSpan.DDL), wholeTables(source).stream())
                .toList();
    }

    private static List<TableSpan> wholeTables(Source source) {
        return source.tables().stream()
                .map(table -> TableSpan.whole(table.table()))
                .toList();
    }

    @Test
    @DisplayName(
            "R11: the trigger meets each event once, in order: sync points, and DDLs that somebody has to wait for")
    public final void r11TheTriggerMeetsAll() {
        if (!history.can(SourceLab.Ability.BLOCK_EVENTS)) {
            nobodyWaits();
            return;
        }
        Source source = eventful();
        List<BlockEvent> events = events(source, TableSpan.DDL);

        assertThat(events).extracting(BlockEvent::key).doesNotHaveDuplicates().isSorted();
        assertThat(of(BlockKind.DDL, events))
                .as("BlockEvents of the DDLs of each transaction")
                .isEqualTo(history.ddls(source).stream()
                        .map(BlockEvents::of)
                        .flatMap(Optional::stream)
                        .toList());
        assertThat(of(BlockKind.SYNC_POINT, events))
                .allSatisfy(event -> assertThat(event)
                        .isEqualTo(BlockEvent.syncPoint(event.key().commitTs())));
        assertThat(of(BlockKind.SYNC_POINT, events).isEmpty())
                .as("whether there are no sync points")
                .isNotEqualTo(history.can(SourceLab.Ability.SYNC_POINTS));
        Source second = history.open();
        history.ddls(second);
        assertThat(events(second, TableSpan.DDL)).as("opened again").isEqualTo(events);
    }

    /** Of a source that has no block events. */
    private void nobodyWaits() {
        history.createTable("a");
        history.commit(List.of(new SourceLab.Change("a", "k", 1)));
        history.dropTable("a");
        history.createTable("z");
        Source source = history.open();
        end = history.ddls(source).get(2).get(0).commitTs();
        for (TableSpan span : spans(source)) {
            assertThat(events(source, span))
                    .as("without %s in its abilities", SourceLab.Ability.BLOCK_EVENTS)
                    .isEmpty();
        }
    }

    private static List<BlockEvent> of(BlockKind kind, List<BlockEvent> events) {
        return events.stream().filter(event -> event.key().kind() == kind).toList();
    }

    @Test
    @DisplayName("R12: a table meets those of all events that concern it, from behind its creation to its drop")
    public final void r12TablesMeetTheirOwn() {
        Source source = eventful();
        List<BlockEvent> all = events(source, TableSpan.DDL);
        for (TableSpan span : wholeTables(source)) {
            assertThat(events(source, span))
                    .as("table %s", span.table())
                    .isEqualTo(all.stream()
                            .filter(event -> concerns(source, event, span.table()))
                            .toList());
        }
    }

    /** A DDL concerns the tables that were there before it, a sync point those that are there after all DDLs of its time. */
    private static boolean concerns(Source source, BlockEvent event, TableId table) {
        long ts = event.key().commitTs();
        Optional<TableInfo> present =
                source.tablesAt(event.key().kind() == BlockKind.DDL ? ts - 1 : ts).tables().stream()
                        .filter(each -> each.table().equals(table))
                        .findFirst();
        if (present.isEmpty()) {
            return false;
        }
        BlockScope scope = event.scope();
        return scope instanceof BlockScope.All
                || (scope instanceof BlockScope.Tables some && some.tables().contains(table))
                || (scope instanceof BlockScope.Schema one
                        && one.schema().equals(present.get().schema()));
    }

    @Test
    @DisplayName("R13: each part of a table meets what the whole table meets")
    public final void r13PartsMeetWhatTheWholeMeets() {
        Source source = eventful();
        SpanBound low = SpanBound.before("k1");
        SpanBound high = SpanBound.before("k2");
        for (TableSpan whole : wholeTables(source)) {
            List<BlockEvent> events = events(source, whole);
            for (TableSpan part : List.of(
                    new TableSpan(whole.table(), SpanBound.LOWEST, low),
                    new TableSpan(whole.table(), low, high),
                    new TableSpan(whole.table(), high, SpanBound.HIGHEST))) {
                assertThat(events(source, part)).as("%s", part).isEqualTo(events);
            }
        }
    }

    @Test
    @DisplayName(
            "R14: a reader that starts anywhere, with any part of the next commit done, gives exactly what is left")
    public final void r14StartsAnywhere() {
        Source source = eventful();
        TreeSet<Long> starts = new TreeSet<>(List.of(source.startTs()));
        for (BlockEvent event : events(source, TableSpan.DDL)) {
            starts.addAll(List.of(event.key().waitingTs(), event.key().commitTs()));
        }
        for (TableSpan span : spans(source)) {
            List<BlockEvent> all = events(source, span);
            // Nobody asks for a table that has gone.
            long last = all.isEmpty()
                    ? source.startTs()
                    : all.get(all.size() - 1).key().commitTs();
            for (long startTs : starts.headSet(last)) {
                for (PartialCommit partial : PartialCommit.values()) {
                    assertThat(events(source, span, startTs, partial))
                            .as("%s from %s on, with %s behind it done", span, startTs, partial)
                            .isEqualTo(all.stream()
                                    .filter(event -> isLeft(event.key(), startTs, partial))
                                    .toList());
                }
            }
        }
    }

    private static boolean isLeft(BlockKey key, long startTs, PartialCommit partial) {
        return switch (partial) {
            case NONE, ROWS -> key.commitTs() > startTs;
            case ROWS_AND_DDL -> key.compareTo(new BlockKey(startTs + 1, BlockKind.DDL)) > 0;
        };
    }

    @Test
    @DisplayName(
            "R15: what a reader says is next is when something comes, or it says something later; it never takes it back")
    public final void r15NextIsKept() {
        Source source = eventful();
        for (TableSpan span : spans(source)) {
            List<BlockEvent> given = new ArrayList<>();
            try (BlockReader reader = source.blocks(span, source.startTs(), PartialCommit.NONE, () -> {})) {
                long next = reader.nextTs();
                while (next <= end) {
                    BlockEvent event = reader.poll(next);
                    long then = reader.nextTs();
                    if (event == null) {
                        assertThat(then)
                                .as("%s: what is next, when nothing was at %s", span, next)
                                .isGreaterThan(next);
                    } else {
                        assertThat(event.key().commitTs())
                                .as("%s: when %s came", span, event)
                                .isEqualTo(next);
                        assertThat(then).as("what is next after %s", event).isGreaterThanOrEqualTo(next);
                        given.add(event);
                    }
                    next = then;
                }
            }
            assertThat(given).as("%s", span).isEqualTo(events(source, span));
        }
    }

    @Test
    @DisplayName("R16: no event is given before its time, and one that was asked for too early is not lost")
    public final void r16NothingBeforeItsTime() {
        Source source = eventful();
        for (TableSpan span : spans(source)) {
            try (BlockReader reader = source.blocks(span, source.startTs(), PartialCommit.NONE, () -> {})) {
                long former = 0;
                for (BlockEvent event : events(source, span)) {
                    long ts = event.key().commitTs();
                    if (ts > former) {
                        assertThat(reader.poll(ts - 1))
                                .as("%s, at %s", span, ts - 1)
                                .isNull();
                    }
                    assertThat(reader.poll(ts)).as("%s, at %s", span, ts).isEqualTo(event);
                    former = ts;
                }
            }
        }
    }

    @Test
    @DisplayName(
            "R17: a dispatcher that stops at its events has written exactly the rows of what was committed up to them")
    public final void r17RowsComeBefore() {
        Source source = eventful();
        List<List<DdlEvent>> ddls = history.ddls(source);
        List<TableId> created = ddls.stream()
                .flatMap(List::stream)
                .filter(ddl -> ddl.kind() == DdlEvent.Kind.CREATE_TABLE)
                .map(ddl -> Objects.requireNonNull(ddl.after()).table())
                .toList();
        assertThat(created).hasSameSizeAs(history.lives());
        for (int i = 0; i < created.size(); i++) {
            SourceHistory.Life life = history.lives().get(i);
            TableSpan span = TableSpan.whole(created.get(i));
            int written = 0;
            try (RowReader rows = source.rows(span, source.startTs(), () -> {})) {
                for (BlockEvent event : events(source, span)) {
                    List<RowEvent> before = rowsUpTo(rows, event.key().commitTs());
                    written += before.size();
                    int index = transactionsAt(ddls).indexOf(event.key().commitTs());
                    if (index >= 0) {
                        assertThat(written)
                                .as("rows of %s up to %s", life.name(), event.key())
                                .isEqualTo(life.changesUpTo(history.withDdls().get(index)));
                    }
                }
                written += rowsUpTo(rows, end).size();
            }
            assertThat(written).as("rows of %s", life.name()).isEqualTo(life.changes());
        }
    }

    private static List<Long> transactionsAt(List<List<DdlEvent>> ddls) {
        return ddls.stream().map(together -> together.get(0).commitTs()).toList();
    }

    private static List<RowEvent> rowsUpTo(RowReader reader, long ts) {
        List<RowEvent> all = new ArrayList<>();
        for (List<RowEvent> rows = reader.poll(KEYS, ts); !rows.isEmpty(); rows = reader.poll(KEYS, ts)) {
            all.addAll(rows);
        }
        return all;
    }
}
