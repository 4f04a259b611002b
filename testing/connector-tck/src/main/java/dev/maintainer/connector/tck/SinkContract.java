package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a {@link Sink} owes. Extended by the test of a connector. */
public abstract non-sealed class SinkContract extends SinkBlockRules {
    private static final int MANY_WRITES = 300;
    private static final long MEGABYTE = 1 << 20;

    /** For the connector's test. */
    protected SinkContract() {}

    @Test
    @DisplayName("S1: rows that are written are there, and those that are deleted are not")
    public final void s01WhatIsWrittenIsThere() {
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        write(writer, row(11, "a", json(1)), row(12, "b", json(2)), row(13, "a", null), row(14, "c", json(3)));
        write(writer, row(15, "c", json(4)));

        assertThat(rows(NAME)).containsExactlyInAnyOrderEntriesOf(Map.of("b", json(2), "c", json(4)));
    }

    @Test
    @DisplayName("S2: of all writes of a key the one with the highest commitTs counts, whoever writes it, and when")
    public final void s02TheLatestCommitCounts() {
        create(TABLE, NAME, 10, 0);
        write(writer(FIRST), row(20, "a", json(2)), row(21, "b", null), row(22, "c", json(3)));
        SpanWriter again = writer(SECOND);
        write(again, row(11, "a", json(1)), row(12, "b", json(1)), row(13, "c", json(1)), row(14, "d", json(1)));
        assertThat(rows(NAME))
                .as("older writes come later")
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", json(2), "c", json(3), "d", json(1)));
        write(again, row(20, "a", json(2)), row(21, "b", null), row(22, "c", json(3)));
        assertThat(rows(NAME)).containsExactlyInAnyOrderEntriesOf(Map.of("a", json(2), "c", json(3), "d", json(1)));
    }

    @Test
    @DisplayName("S3: replays are harmless: any part of the history again, by openings that follow each other")
    public final void s03ReplaysAreHarmless() {
        create(TABLE, NAME, 10, 0);
        for (long seed = 1; seed <= 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<RowEvent> history = new ArrayList<>();
            SortedMap<String, String> expected = new TreeMap<>(rows(NAME));
            for (int i = 0; i < 120; i++) {
                String key = seed + "-" + random.nextInt(20);
                String value = random.nextInt(4) == 0 ? null : json(i);
                history.add(row(100 * seed * 10 + i, key, value));
                if (value == null) {
                    expected.remove(key);
                } else {
                    expected.put(key, value);
                }
            }
            int done = 0;
            for (int opening = 1; done < history.size(); opening++) {
                SpanWriter writer = writer(new DispatcherId(seed + 1, opening));
                int from = random.nextInt(done + 1);
                int to = Math.min(history.size(), from + 1 + random.nextInt(60));
                assertThat(writer.write(history.subList(from, to))).isEqualTo(WriteResult.DURABLE);
                done = Math.max(done, to);
            }
            assertThat(rows(NAME)).as("seed %s", seed).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("S4: what a write has called durable is there when the process has died and another goes on")
    public final void s04DurableIsDurable() {
        create(TABLE, NAME, 10, 0);
        write(writer(FIRST), row(11, "a", json(1)), row(12, "b", json(2)));
        restart();
        write(writer(SECOND), row(12, "b", json(2)), row(13, "c", json(3)));

        assertThat(rows(NAME)).containsExactlyInAnyOrderEntriesOf(Map.of("a", json(1), "b", json(2), "c", json(3)));
    }

    @Test
    @DisplayName(
            "S5: once a later epoch is fenced, writes of nodes that have not accepted it are held and change nothing")
    public final void s05FormerOwnersAreHeld() {
        assumeThat(sink.fencing()).isNotEqualTo(Sink.Fencing.LEASED);
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        write(writer, row(11, "a", json(1)));
        sink.fence(FEED, E2);

        assertThat(writer.write(List.of(row(12, "a", json(2))))).isEqualTo(WriteResult.HELD);
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1)));
        accepted.set(E2);
        write(writer, row(12, "a", json(2)));
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(2)));
    }

    @Test
    @DisplayName("S6: a node that has not accepted the sink's epoch opens nothing, and seals nothing")
    public final void s06LateCreatesAreRefused() {
        assumeThat(sink.fencing()).isNotEqualTo(Sink.Fencing.LEASED);
        create(TABLE, NAME, 10, 0);
        sink.fence(FEED, E2);
        SpanWriter present = sink.open(WHOLE, FIRST, E2, () -> E2);
        write(present, row(11, "a", json(1)));

        assertThatThrownBy(() -> sink.open(WHOLE, FIRST, E1, () -> E1))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_FENCED));
        write(present, row(12, "a", json(2)));
    }

    @Test
    @DisplayName(
            "S7: an epoch that was fenced stays so: lower ones are refused, now and after a restart; the same one is not")
    public final void s07TheFenceIsDurable() {
        assumeThat(sink.fencing()).isNotEqualTo(Sink.Fencing.LEASED);
        sink.fence(FEED, E2);
        sink.fence(FEED, E2);
        refuses(E1);
        restart();
        refuses(E1);
        sink.fence(FEED, E2);
    }

    private void refuses(MaintainerEpoch epoch) {
        assertThatThrownBy(() -> sink.fence(FEED, epoch))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_FENCED));
    }

    @Test
    @DisplayName("S8: a dispatcher that is opened again seals its earlier writer, which changes nothing any more")
    public final void s08EarlierOpeningsAreSealed() {
        assumeThat(sink.fencing()).isNotEqualTo(Sink.Fencing.LEASED);
        create(TABLE, NAME, 10, 0);
        SpanWriter older = writer(FIRST);
        write(older, row(11, "a", json(1)));
        SpanWriter newer = writer(FIRST);

        assertThat(older.write(List.of(row(13, "a", json(3))))).isEqualTo(WriteResult.SEALED);
        write(newer, row(12, "a", json(2)));
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(2)));
    }

    @Test
    @DisplayName("S9: a writer that was sealed writes nothing, and may be sealed again")
    public final void s09SealedIsTheEnd() {
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        write(writer, row(11, "a", json(1)));
        writer.seal();
        writer.seal();

        assertThat(writer.write(List.of(row(12, "a", json(2))))).isEqualTo(WriteResult.SEALED);
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1)));
    }

    @Test
    @DisplayName(
            "S10: DDLs that come again are harmless; a table that went is gone, and one made anew begins without rows")
    public final void s10DdlsAreIdempotent() {
        create(TABLE, NAME, 10, 0);
        write(writer(FIRST), row(11, "a", json(1)));
        SpanWriter ddls = sink.open(TableSpan.DDL, TRIGGER, E1, accepted::get);
        TableId second = new TableId(2);
        List<DdlEvent> history =
                List.of(created(TABLE, NAME, 10, 0), dropped(TABLE, NAME, 20, 1), created(second, NAME, 30, 2));
        assertThat(ddls.writeDdls(history.subList(0, 2))).isEqualTo(WriteResult.DURABLE);
        assertThat(rows(NAME)).isEmpty();
        assertThat(ddls.writeDdls(history)).isEqualTo(WriteResult.DURABLE);
        SpanWriter rows = sink.open(TableSpan.whole(second), SECOND, E1, accepted::get);
        assertThat(rows.write(List.of(new RowEvent(31, second, RowEvent.Op.I, "b", json(2)))))
                .isEqualTo(WriteResult.DURABLE);
        assertThat(ddls.writeDdls(history)).isEqualTo(WriteResult.DURABLE);

        assertThat(rows(NAME)).isEqualTo(Map.of("b", json(2)));
    }

    @Test
    @DisplayName("S11: parts of a table are written side by side")
    public final void s11PartsOfATable() {
        create(TABLE, NAME, 10, 0);
        SpanBound middle = SpanBound.before("m");
        SpanWriter left = sink.open(new TableSpan(TABLE, SpanBound.LOWEST, middle), FIRST, E1, accepted::get);
        SpanWriter right = sink.open(new TableSpan(TABLE, middle, SpanBound.HIGHEST), SECOND, E1, accepted::get);
        write(left, row(11, "a", json(1)));
        write(right, row(11, "z", json(1)));
        right.complete(11);
        write(left, row(12, "b", json(2)));
        left.complete(12);
        write(right, row(12, "z", json(2)));

        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1), "b", json(2), "z", json(2)));
    }

    @Test
    @DisplayName(
            "S12: keys and rows stay as they are: any characters, long ones, and keys that are ordered by other bytes")
    public final void s12AnyText() {
        create(TABLE, NAME, 10, 0);
        String strange = "'\"; DROP TABLE t; --\\\n\r\t\u0001\u00e9\u6f22\ud83d\ude00%2F../";
        String longRow = "{\"v\":\"" + "x".repeat(300_000) + "\"}";
        write(
                writer(FIRST),
                row(11, strange, "{\"v\":\"\\u0001\\\"\\n\ud83d\ude00\"}"),
                row(12, "k".repeat(5_000), longRow),
                new RowEvent(
                        13, TABLE, RowEvent.Op.I, "(1,x)", SpanBound.before(new byte[] {-1, 0, 1}), json(1), null));
        restart();
        write(
                writer(SECOND),
                new RowEvent(
                        13, TABLE, RowEvent.Op.I, "(1,x)", SpanBound.before(new byte[] {-1, 0, 1}), json(1), null));

        assertThat(rows(NAME))
                .isEqualTo(Map.of(
                        strange,
                        "{\"v\":\"\\u0001\\\"\\n\ud83d\ude00\"}",
                        "k".repeat(5_000),
                        longRow,
                        "(1,x)",
                        json(1)));
    }

    @Test
    @DisplayName("S13: what is complete need not be remembered: memory does not grow with what was written")
    public final void s13MemoryIsBounded() {
        assumeThat(lab.isInMemory()).isFalse();
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        String json = "{\"v\":\"" + "x".repeat(400);
        long before = 0;
        for (int batch = 0; batch < 150; batch++) {
            List<RowEvent> rows = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                rows.add(row(1_000 + batch, "key-of-some-length-" + batch + "-" + i, json + i + "\"}"));
            }
            assertThat(writer.write(rows)).isEqualTo(WriteResult.DURABLE);
            writer.complete(1_000 + batch);
            if (batch == 20) {
                before = Memory.used();
            }
        }
        // 65,000 rows since: 26 MB in bytes, 52 in characters, and more in objects.
        assertThat(Memory.used() - before).isLessThan(8 * MEGABYTE);
    }

    @Test
    @DisplayName("S14: a sink that holds rows of one source is refused to another")
    public final void s14AnotherSourceIsRefused() {
        create(TABLE, NAME, 10, 0);
        write(writer(FIRST), row(11, "a", json(1)));
        sink.close();
        assertThatThrownBy(() -> lab.open(FEED, "another history")).isInstanceOf(MaintainerException.class);
        restart();
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1)));
    }

    @Test
    @DisplayName("S16: of many writes by one writer none is missing after a restart")
    public final void s16NoneOfManyWritesIsMissing() {
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < MANY_WRITES; i++) {
            write(writer, row(1_000 + i, "key " + i, json(i)));
            expected.put("key " + i, json(i));
        }
        restart();
        assertThat(rows(NAME)).isEqualTo(expected);
    }

    @Test
    @DisplayName("S17: rows that can be read back come in the order of the bytes of their keys")
    public final void s17RowsComeInOrder() {
        assumeThat(sink).isInstanceOf(ReadableSink.class);
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        // In UTF-16 the second begins with a surrogate, and comes before the first.
        List<String> keys = List.of("", "a", "a b", "ab", "b", "\uffee", "\ud83d\ude00");
        for (int i = keys.size() - 1; i > 0; i--) {
            write(writer, row(100 + i, keys.get(i), json(i)));
        }
        List<String> read = new ArrayList<>();
        try (RowCursor cursor = ((ReadableSink) sink).rows(NAME)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                read.add(row.key());
            }
        }
        assertThat(read).isEqualTo(keys.subList(1, keys.size()));
    }

    @Test
    @DisplayName("S15: rows that are new are counted apart from those that come again")
    public final void s15RowsAreCounted() {
        create(TABLE, NAME, 10, 0);
        SpanWriter writer = writer(FIRST);
        write(writer, row(11, "a", json(1)), row(12, "b", json(2)));
        write(writer, row(11, "a", json(1)), row(13, "b", json(3)));

        assertThat(sink.rowsApplied()).isEqualTo(3);
        assertThat(sink.rowsAppliedAgain()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "S25: rows follow their table through all its names, however often the DDLs come, and keep the definition"
                    + " under which they were written")
    public final void s25TablesAreRenamedTruncatedAndAltered() {
        TableId other = new TableId(2);
        TableId truncated = new TableId(3);
        TableName name = new TableName("shop", "other");
        TableName aside = new TableName("archive", "aside");
        List<DdlEvent> swap = List.of(
                DdlEvent.renameTable(20, 2, info(TABLE, NAME), info(TABLE, aside)),
                DdlEvent.renameTable(20, 3, info(other, name), info(other, NAME)),
                DdlEvent.renameTable(20, 4, info(TABLE, aside), info(TABLE, name)));
        List<DdlEvent> later = List.of(
                DdlEvent.alterTable(30, 5, info(TABLE, name), "second"),
                DdlEvent.truncateTable(40, 6, info(other, NAME), info(truncated, NAME), List.of(other)));
        create(TABLE, NAME, 10, 0);
        create(other, name, 10, 1);
        write(writer(FIRST), row(11, "a", json(1)), row(12, "b", json(1)).under("first"));
        SpanWriter second = sink.open(TableSpan.whole(other), SECOND, E1, accepted::get);
        write(second, new RowEvent(11, other, RowEvent.Op.I, "z", json(2)));
        SpanWriter ddls = sink.open(TableSpan.DDL, TRIGGER, E1, accepted::get);

        assertThat(ddls.writeDdls(swap)).isEqualTo(WriteResult.DURABLE);
        assertThat(rows(NAME)).isEqualTo(Map.of("z", json(2)));
        assertThat(rows(name)).isEqualTo(Map.of("a", json(1), "b", json(1)));
        assertThat(rows(aside)).isEmpty();

        assertThat(ddls.writeDdls(swap)).isEqualTo(WriteResult.DURABLE);
        assertThat(ddls.writeDdls(later)).isEqualTo(WriteResult.DURABLE);
        write(writer(FIRST), row(31, "c", json(3)).under("second"));
        restart();

        assertThat(rows(NAME)).isEmpty();
        assertThat(rows(name)).isEqualTo(Map.of("a", json(1), "b", json(1), "c", json(3)));
        if (sink instanceof ReadableSink readable) {
            List<Row> read = new ArrayList<>();
            try (RowCursor cursor = readable.rows(name)) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    read.add(row);
                }
            }
            assertThat(read)
                    .containsExactly(
                            new Row("a", json(1), null),
                            new Row("b", json(1), "first"),
                            new Row("c", json(3), "second"));
        }
    }

    @Test
    @DisplayName(
            "S26: of several changes of a key at one position the one with the highest number counts, also in several"
                    + " writes and again")
    public final void s26TheLastOfATransactionCounts() {
        create(TABLE, NAME, 10, 0);
        List<RowEvent> first = List.of(
                row(20, "a", json(1)).numbered(1),
                row(20, "a", json(2)).numbered(3),
                row(20, "b", json(1)).numbered(4),
                row(20, "b", null).numbered(5),
                row(20, "c", null).numbered(6),
                row(20, "d", json(1)).numbered(7));
        List<RowEvent> second = List.of(
                row(20, "c", json(2)).numbered(8),
                row(20, "d", json(2)).numbered(9),
                row(20, "e", json(1)).numbered(10),
                row(20, "e", json(2)).numbered(11));
        Map<String, String> expected = Map.of("a", json(2), "c", json(2), "d", json(2), "e", json(2));
        write(writer(FIRST), row(11, "c", json(0)));
        SpanWriter writer = writer(FIRST);
        write(writer, first.toArray(RowEvent[]::new));
        write(writer, second.toArray(RowEvent[]::new));
        assertThat(rows(NAME)).containsExactlyInAnyOrderEntriesOf(expected);

        restart();
        SpanWriter again = writer(SECOND);
        write(again, first.toArray(RowEvent[]::new));
        write(again, second.toArray(RowEvent[]::new));
        assertThat(rows(NAME)).as("written again").containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    @DisplayName("S27: what a row does not tell stays as it was, whenever and however often it is written")
    public final void s27PartsOfRows() {
        assumeThat(sink.takesPartsOfRows() && lab.takesPartsOfRows()).isTrue();
        create(TABLE, NAME, 10, 0);
        RowEvent whole = row(11, "a", "{\"v\":1,\"w\":\"large\"}");
        RowEvent part = part(12, "a", "{\"v\":2,\"w\":{}}");
        RowEvent later = part(13, "a", "{\"v\":{},\"w\":\"larger\"}");
        write(writer(FIRST), whole, part);
        assertThat(rows(NAME)).isEqualTo(Map.of("a", "{\"v\":2,\"w\":\"large\"}"));

        restart();
        write(writer(SECOND), whole, part, later);
        assertThat(rows(NAME)).isEqualTo(Map.of("a", "{\"v\":2,\"w\":\"larger\"}"));
        write(writer(FIRST), part, later, part(14, "a", "{\"v\":3,\"w\":{}}"));
        assertThat(rows(NAME)).isEqualTo(Map.of("a", "{\"v\":3,\"w\":\"larger\"}"));
        write(writer(SECOND), row(15, "a", "{\"v\":4,\"w\":\"whole\"}"), row(16, "b", "{\"v\":5,\"w\":\"new\"}"));
        write(writer(FIRST), part, part(17, "b", "{\"v\":{},\"w\":{}}"));
        assertThat(rows(NAME)).isEqualTo(Map.of("a", "{\"v\":4,\"w\":\"whole\"}", "b", "{\"v\":5,\"w\":\"new\"}"));
    }

    @Test
    @DisplayName(
            "S28: rows of several spans that are written together are all there, or each writer writes its own, once")
    public final void s28WrittenTogether() {
        create(TABLE, NAME, 10, 0);
        SpanBound middle = SpanBound.before("m");
        SpanWriter left = sink.open(new TableSpan(TABLE, SpanBound.LOWEST, middle), FIRST, E1, accepted::get);
        SpanWriter right = sink.open(new TableSpan(TABLE, middle, SpanBound.HIGHEST), SECOND, E1, accepted::get);
        assumeThat(left.mayShare() && right.mayShare()).isTrue();
        writeTogether(left, row(11, "a", json(1)), right, row(12, "x", json(1)));
        writeTogether(left, row(13, "a", json(2)), right, row(14, "x", null));
        writeTogether(left, row(15, "b", json(3)), right, row(16, "y", json(3)));
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(2), "b", json(3), "y", json(3)));
        assertThat(sink.rowsApplied()).as("new rows").isEqualTo(6);

        restart();
        assertThat(rows(NAME)).as("after a restart").isEqualTo(Map.of("a", json(2), "b", json(3), "y", json(3)));
    }

    @Test
    @DisplayName("S29: if one of several writers may not write, what they write together is of none of them")
    public final void s29NobodyIfNotAll() {
        create(TABLE, NAME, 10, 0);
        SpanBound middle = SpanBound.before("m");
        SpanWriter left = sink.open(new TableSpan(TABLE, SpanBound.LOWEST, middle), FIRST, E1, accepted::get);
        SpanWriter right = sink.open(new TableSpan(TABLE, middle, SpanBound.HIGHEST), SECOND, E1, accepted::get);
        assumeThat(left.mayShare() && right.mayShare()).isTrue();
        RowEvent first = row(11, "a", json(1));
        RowEvent second = row(12, "x", json(1));
        right.seal();
        assertThat(together(left, first, right, second)).as("one is sealed").isFalse();
        assertThat(rows(NAME)).as("one is sealed").isEmpty();
        write(left, first);
        assertThat(right.write(List.of(second))).isEqualTo(WriteResult.SEALED);

        SpanWriter again = sink.open(new TableSpan(TABLE, middle, SpanBound.HIGHEST), SECOND, E1, accepted::get);
        sink.fence(FEED, E2);
        assertThat(together(left, row(13, "b", json(1)), again, second))
                .as("their owner is a former one")
                .isFalse();
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1)));
        accepted.set(E2);
        write(left, row(13, "b", json(1)));
        write(again, second);
        assertThat(rows(NAME)).isEqualTo(Map.of("a", json(1), "b", json(1), "x", json(1)));
    }

    private boolean together(SpanWriter left, RowEvent first, SpanWriter right, RowEvent second) {
        return sink.writeTogether(List.of(new SpanBatch(left, List.of(first)), new SpanBatch(right, List.of(second))));
    }

    private void writeTogether(SpanWriter left, RowEvent first, SpanWriter right, RowEvent second) {
        if (!together(left, first, right, second)) {
            write(left, first);
            write(right, second);
        }
    }

    private static RowEvent part(long ts, String key, String json) {
        return new RowEvent(ts, TABLE, RowEvent.Op.P, key, json);
    }
}
