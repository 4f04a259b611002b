package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link SinkContract} that is about block events: DDLs at which everybody has waited, and sync points. What all
 * rules of sinks need is here too.
 */
@SuppressWarnings("NullAway.Init")
public abstract sealed class SinkBlockRules permits SinkContract {
    static final ChangefeedId FEED = new ChangefeedId("kit");
    static final String SOURCE = "kit-history";
    static final TableId TABLE = new TableId(1);
    static final TableName NAME = new TableName("s", "t");
    private static final TableId OTHER = new TableId(2);
    private static final TableName OTHER_NAME = new TableName("u", "w");
    /** Tables that are created after others of their names. */
    private static final TableId AGAIN = new TableId(3);

    private static final TableId OTHER_AGAIN = new TableId(4);
    static final TableSpan WHOLE = TableSpan.whole(TABLE);
    static final DispatcherId TRIGGER = new DispatcherId(0, 1);
    static final DispatcherId FIRST = new DispatcherId(1, 1);
    static final DispatcherId SECOND = new DispatcherId(1, 2);
    static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    static final MaintainerEpoch E2 = new MaintainerEpoch(2);

    /** What the node that writes has accepted. */
    final AtomicReference<MaintainerEpoch> accepted = new AtomicReference<>(E1);

    SinkLab lab;
    Sink sink;

    SinkBlockRules() {}

    /** {@return a place where nothing was ever written} */
    protected abstract SinkLab lab();

    @BeforeEach
    final void open() {
        lab = lab();
        sink = lab.open(FEED, SOURCE);
        sink.fence(FEED, E1);
    }

    @AfterEach
    final void close() {
        sink.close();
        lab.close();
    }

    SpanWriter writer(DispatcherId dispatcher) {
        return sink.open(WHOLE, dispatcher, E1, accepted::get);
    }

    void create(TableId table, TableName name, long ts, int ordinal) {
        SpanWriter ddls = sink.open(TableSpan.DDL, TRIGGER, E1, accepted::get);
        assertThat(ddls.writeDdls(List.of(created(table, name, ts, ordinal)))).isEqualTo(WriteResult.DURABLE);
        ddls.seal();
    }

    static TableInfo info(TableId table, TableName name) {
        return new TableInfo(table, schemaOf(name), name, true);
    }

    private static SchemaId schemaOf(TableName name) {
        return new SchemaId(name.schema().length() + name.schema().charAt(0));
    }

    static DdlEvent created(TableId table, TableName name, long ts, int ordinal) {
        return DdlEvent.createTable(ts, ordinal, info(table, name), null);
    }

    static DdlEvent dropped(TableId table, TableName name, long ts, int ordinal) {
        return DdlEvent.dropTable(ts, ordinal, info(table, name), List.of(table));
    }

    static RowEvent row(long ts, String key, @Nullable String json) {
        return new RowEvent(ts, TABLE, json == null ? RowEvent.Op.D : RowEvent.Op.U, key, json);
    }

    static String json(int value) {
        return "{\"v\":" + value + "}";
    }

    void write(SpanWriter writer, RowEvent... rows) {
        assertThat(writer.write(List.of(rows))).isEqualTo(WriteResult.DURABLE);
    }

    Map<String, String> rows(TableName name) {
        Map<String, String> rows = lab.state(sink).get(name);
        return rows == null ? Map.of() : rows;
    }

    void restart() {
        sink = lab.open(FEED, SOURCE);
    }

    private SpanWriter trigger() {
        return sink.open(TableSpan.DDL, TRIGGER, E1, accepted::get);
    }

    private static DdlEvent schemaDropped(TableName name, long ts, int ordinal, TableId table) {
        return DdlEvent.dropSchema(ts, ordinal, schemaOf(name), name.schema(), List.of(table));
    }

    private SpanWriter writerOf(TableId table, int opening) {
        return sink.open(TableSpan.whole(table), new DispatcherId(table.value() + 1, opening), E1, accepted::get);
    }

    private static RowEvent rowOf(TableId table, long ts, String key, int value) {
        return new RowEvent(ts, table, RowEvent.Op.U, key, json(value));
    }

    /** All that was committed up to a position is durable; one after it may be written only when this is over. */
    private void syncPoint(SpanWriter trigger, long ts) {
        assertThat(trigger.writeSyncPoint(ts)).isEqualTo(WriteResult.DURABLE);
    }

    private Map<String, String> snapshot(long ts, TableName name) {
        Map<String, String> rows = snapshot(ts).get(name);
        return rows == null ? Map.of() : rows;
    }

    private SortedMap<TableName, ? extends Map<String, String>> snapshot(long ts) {
        SortedMap<TableName, ? extends Map<String, String>> snapshot = lab.snapshot(sink, ts);
        if (snapshot == null) {
            throw new AssertionError("no snapshot of " + ts);
        }
        return snapshot;
    }

    @Test
    @DisplayName("S18: a DDL that comes again after a crash leaves all that was written behind it as it is")
    public final void s18DdlsAgainLeaveWhatFollows() {
        List<DdlEvent> creation = List.of(created(TABLE, NAME, 10, 0), created(OTHER, OTHER_NAME, 10, 1));
        List<DdlEvent> replacement = List.of(dropped(TABLE, NAME, 20, 2), created(AGAIN, NAME, 20, 3));
        List<DdlEvent> ofSchema =
                List.of(schemaDropped(OTHER_NAME, 30, 4, OTHER), created(OTHER_AGAIN, OTHER_NAME, 30, 5));
        SpanWriter ddls = trigger();
        assertThat(ddls.writeDdls(creation)).isEqualTo(WriteResult.DURABLE);
        write(writerOf(TABLE, 1), rowOf(TABLE, 11, "a", 1));
        write(writerOf(OTHER, 1), rowOf(OTHER, 11, "a", 1));
        assertThat(ddls.writeDdls(replacement)).isEqualTo(WriteResult.DURABLE);
        assertThat(ddls.writeDdls(ofSchema)).isEqualTo(WriteResult.DURABLE);
        write(writerOf(AGAIN, 1), rowOf(AGAIN, 31, "b", 2));
        write(writerOf(OTHER_AGAIN, 1), rowOf(OTHER_AGAIN, 31, "b", 2));

        for (List<DdlEvent> again : List.of(ofSchema, replacement, creation)) {
            restart();
            assertThat(trigger().writeDdls(again)).isEqualTo(WriteResult.DURABLE);
            assertThat(rows(NAME)).as("after %s", again).isEqualTo(Map.of("b", json(2)));
            assertThat(rows(OTHER_NAME)).as("after %s", again).isEqualTo(Map.of("b", json(2)));
        }
        write(writerOf(TABLE, 2), rowOf(TABLE, 11, "a", 1));
        assertThat(rows(NAME)).as("rows of the one before, again").isEqualTo(Map.of("b", json(2)));
    }

    @Test
    @DisplayName("S19: a sync point keeps exactly the rows up to it, of all tables and all their parts")
    public final void s19SyncPointsKeepAllRows() {
        assumeThat(sink.keepsSnapshots()).isTrue();
        create(TABLE, NAME, 10, 0);
        create(OTHER, OTHER_NAME, 10, 1);
        SpanBound middle = SpanBound.before("m");
        SpanWriter left = sink.open(new TableSpan(TABLE, SpanBound.LOWEST, middle), FIRST, E1, accepted::get);
        SpanWriter right = sink.open(new TableSpan(TABLE, middle, SpanBound.HIGHEST), SECOND, E1, accepted::get);
        SpanWriter other = writerOf(OTHER, 1);
        SpanWriter trigger = trigger();
        write(left, row(11, "a", json(1)), row(12, "b", json(1)));
        write(other, rowOf(OTHER, 12, "o", 1));
        write(right, row(11, "y", json(1)), row(12, "z", json(1)));
        List.of(left, right, other).forEach(each -> each.complete(12));
        syncPoint(trigger, 12);
        assertThat(snapshot(12, NAME)).isEqualTo(Map.of("a", json(1), "b", json(1), "y", json(1), "z", json(1)));
        assertThat(snapshot(12, OTHER_NAME)).isEqualTo(Map.of("o", json(1)));

        write(right, row(13, "z", null), row(15, "y", json(2)));
        write(left, row(14, "a", json(2)));
        List.of(left, right, other).forEach(each -> each.complete(15));
        syncPoint(trigger, 15);
        assertThat(snapshot(15, NAME)).isEqualTo(Map.of("a", json(2), "b", json(1), "y", json(2)));
        assertThat(snapshot(15, OTHER_NAME)).isEqualTo(Map.of("o", json(1)));
    }

    @Test
    @DisplayName("S20: a sync point that comes again is harmless, and what one has kept stays as it is")
    public final void s20WhatWasKeptStays() {
        create(TABLE, NAME, 10, 0);
        create(OTHER, OTHER_NAME, 10, 1);
        SpanWriter rows = writerOf(TABLE, 1);
        write(rows, row(11, "a", json(1)));
        write(writerOf(OTHER, 1), rowOf(OTHER, 11, "o", 1));
        SpanWriter trigger = trigger();
        syncPoint(trigger, 12);
        Map<TableName, Map<String, String>> kept = sink.keepsSnapshots() ? Map.copyOf(snapshot(12)) : Map.of();
        write(rows, row(13, "a", json(2)), row(14, "b", json(2)));
        syncPoint(trigger, 12);
        stays(kept, "once more");
        assertThat(trigger.writeDdls(List.of(dropped(OTHER, OTHER_NAME, 20, 2))))
                .isEqualTo(WriteResult.DURABLE);
        syncPoint(trigger, 21);
        stays(kept, "after a drop, and another sync point");
        restart();
        stays(kept, "after a restart");
        SpanWriter next = trigger();
        syncPoint(next, 12);
        syncPoint(next, 21);
        stays(kept, "once more, after a restart");
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(2), "b", json(2)));
        assertThat(rows(OTHER_NAME)).isEmpty();
    }

    private void stays(Map<TableName, Map<String, String>> kept, String when) {
        if (sink.keepsSnapshots()) {
            assertThat(Map.copyOf(snapshot(12))).as(when).isEqualTo(kept);
        }
    }

    @Test
    @DisplayName("S21: a crash between the DDL and the sync point of one time: the sync point has what the DDL did")
    public final void s21CrashBetweenDdlAndSyncPoint() {
        assumeThat(sink.keepsSnapshots()).isTrue();
        TableName later = new TableName(NAME.schema(), "later");
        create(TABLE, NAME, 10, 0);
        create(OTHER, OTHER_NAME, 10, 1);
        write(writerOf(TABLE, 1), row(15, "a", json(1)));
        write(writerOf(OTHER, 1), rowOf(OTHER, 15, "o", 1));
        List<DdlEvent> ddls = List.of(dropped(OTHER, OTHER_NAME, 20, 2), created(AGAIN, later, 20, 3));
        assertThat(trigger().writeDdls(ddls)).isEqualTo(WriteResult.DURABLE);
        restart();
        syncPoint(trigger(), 20);
        holdsTheDdl(20);

        List<DdlEvent> more = List.of(dropped(AGAIN, later, 30, 4));
        assertThat(trigger().writeDdls(more)).isEqualTo(WriteResult.DURABLE);
        restart();
        SpanWriter next = trigger();
        assertThat(next.writeDdls(more)).as("the DDL again").isEqualTo(WriteResult.DURABLE);
        syncPoint(next, 30);
        holdsTheDdl(30);
    }

    private void holdsTheDdl(long ts) {
        assertThat(snapshot(ts)).as("tables").doesNotContainKey(OTHER_NAME);
        assertThat(snapshot(ts, NAME)).as("rows of another table").containsKey("a");
    }

    @Test
    @DisplayName("S22: behind the drop of a table a sync point has no row of it, also if there is another of its name")
    public final void s22DroppedTablesAreNotKept() {
        assumeThat(sink.keepsSnapshots()).isTrue();
        create(TABLE, NAME, 10, 0);
        write(writerOf(TABLE, 1), row(11, "a", json(1)));
        SpanWriter trigger = trigger();
        assertThat(trigger.writeDdls(List.of(dropped(TABLE, NAME, 20, 1)))).isEqualTo(WriteResult.DURABLE);
        syncPoint(trigger, 25);
        assertThat(snapshot(25)).doesNotContainKey(NAME);

        assertThat(trigger.writeDdls(List.of(created(AGAIN, NAME, 30, 2)))).isEqualTo(WriteResult.DURABLE);
        write(writerOf(AGAIN, 1), rowOf(AGAIN, 31, "b", 2));
        write(writerOf(TABLE, 2), row(11, "a", json(1)));
        syncPoint(trigger, 35);
        assertThat(snapshot(35, NAME)).isEqualTo(Map.of("b", json(2)));
    }

    @Test
    @DisplayName("S23: whoever was superseded keeps no snapshot: it is held, or sealed")
    public final void s23SupersededOnesKeepNothing() {
        assumeThat(sink.keepsSnapshots()).isTrue();
        assumeThat(sink.fencing()).isNotEqualTo(Sink.Fencing.LEASED);
        create(TABLE, NAME, 10, 0);
        SpanWriter older = trigger();
        SpanWriter newer = trigger();
        assertThat(older.writeSyncPoint(12)).isEqualTo(WriteResult.SEALED);
        assertThat(lab.snapshot(sink, 12)).isNull();
        sink.fence(FEED, E2);
        assertThat(newer.writeSyncPoint(12)).isEqualTo(WriteResult.HELD);
        assertThat(lab.snapshot(sink, 12)).isNull();
        accepted.set(E2);
        syncPoint(newer, 12);
        assertThat(lab.snapshot(sink, 12)).isNotNull();
    }

    @Test
    @DisplayName("S24: a DDL that the target refuses says so each time, changes nothing, and ends nothing")
    public final void s24RefusalsEndNothing() {
        assumeThat(lab.refused()).isNotNull();
        TableName refused = Objects.requireNonNull(lab.refused());
        create(TABLE, NAME, 10, 0);
        write(writerOf(TABLE, 1), row(11, "a", json(1)));
        SpanWriter trigger = trigger();
        List<DdlEvent> creation = List.of(created(AGAIN, refused, 20, 1));
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThatThrownBy(() -> trigger.writeDdls(creation))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED))
                    .as("names the table")
                    .hasMessageContaining(refused.table());
        }
        assertThat(trigger.writeDdls(List.of(created(OTHER, OTHER_NAME, 30, 2))))
                .isEqualTo(WriteResult.DURABLE);
        write(writerOf(OTHER, 1), rowOf(OTHER, 31, "o", 1));
        restart();
        assertThat(lab.state(sink)).doesNotContainKey(refused);
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1)));
        assertThat(rows(OTHER_NAME)).isEqualTo(Map.of("o", json(1)));
    }
}
