package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a {@link Source} owes. Extended by the test of a connector. */
public abstract non-sealed class SourceContract extends SourceBlockRules {
    private static final long MEGABYTE = 1 << 20;
    private static final int MANY = 100_000;

    private final List<List<SourceLab.Change>> committed = new ArrayList<>();

    /** For the connector's test. */
    protected SourceContract() {}

    private Source open() {
        return history.open();
    }

    /** Two tables, transactions over both, every key changed often. */
    private void rowsOfTwoTables() {
        history.createTable("a");
        history.createTable("b");
        SplittableRandom random = new SplittableRandom(7);
        TreeSet<String> live = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            TreeMap<String, SourceLab.Change> changes = new TreeMap<>();
            for (int j = random.nextInt(4); j >= 0; j--) {
                String table = random.nextBoolean() ? "a" : "b";
                String key = "k" + random.nextInt(40);
                String row = table + key;
                if (changes.containsKey(row)) {
                    continue;
                }
                boolean goes = live.contains(row) && random.nextInt(4) == 0;
                changes.put(row, new SourceLab.Change(table, key, goes ? null : i));
                if (goes) {
                    live.remove(row);
                } else {
                    live.add(row);
                }
            }
            history.commit(List.copyOf(changes.values()));
            committed.add(List.copyOf(changes.values()));
        }
    }

    private List<SourceLab.Change> committed(String table) {
        return committed.stream()
                .flatMap(List::stream)
                .filter(change -> change.table().equals(table))
                .toList();
    }

    private TableId idOf(Source source, String table) {
        return history.idOf(source, table);
    }

    private static RowReader reader(Source source, TableSpan span, long startTs) {
        return source.rows(span, startTs, () -> {});
    }

    /** Reads until so many have come, in portions of {@code max}. */
    private List<RowEvent> read(Source source, RowReader reader, int count, int max) {
        List<RowEvent> rows = new ArrayList<>();
        long began = System.nanoTime();
        while (rows.size() < count) {
            List<RowEvent> portion = reader.poll(max, source.resolvedTs());
            assertThat(portion).hasSizeLessThanOrEqualTo(max);
            rows.addAll(portion);
            if (System.nanoTime() - began > history.patience().toNanos()) {
                fail("only %s of %s rows came", rows.size(), count);
            }
        }
        assertThat(reader.poll(max, source.resolvedTs()))
                .as("more than were committed")
                .isEmpty();
        return rows;
    }

    private List<RowEvent> readAll(Source source, String table, int max) {
        try (RowReader reader = reader(source, TableSpan.whole(idOf(source, table)), source.startTs())) {
            return read(source, reader, committed(table).size(), max);
        }
    }

    @Test
    @DisplayName("R1: all rows of a table come, each once, in the order of their commits")
    public final void r01AllRowsInOrder() {
        rowsOfTwoTables();
        Source source = open();
        for (String table : List.of("a", "b")) {
            List<RowEvent> rows = readAll(source, table, 64);

            assertThat(rows).extracting(RowEvent::commitTs).isSorted();
            // Within a transaction there is no order between keys.
            assertThat(normalised(rows)).isEqualTo(expected(table));
        }
    }

    private List<String> normalised(List<RowEvent> rows) {
        List<String> all = new ArrayList<>();
        List<String> transaction = new ArrayList<>();
        long ts = -1;
        for (RowEvent row : rows) {
            if (row.commitTs() != ts) {
                Collections.sort(transaction);
                all.addAll(transaction);
                transaction.clear();
                ts = row.commitTs();
            }
            String json = row.row();
            transaction.add(
                    plainKey(row) + "=" + (json == null ? "gone" : history.lab().valueOf(json)));
        }
        Collections.sort(transaction);
        all.addAll(transaction);
        return all;
    }

    /** The key as it was given, whatever the source puts around it. */
    private static String plainKey(RowEvent row) {
        return row.key().replaceAll("[^A-Za-z0-9]", "");
    }

    private List<String> expected(String table) {
        List<String> all = new ArrayList<>();
        for (List<SourceLab.Change> together : committed) {
            together.stream()
                    .filter(change -> change.table().equals(table))
                    .map(change -> change.key() + "=" + (change.value() == null ? "gone" : change.value()))
                    .sorted()
                    .forEach(all::add);
        }
        return all;
    }

    @Test
    @DisplayName("R2: spans share the rows of a table: each row is in one of them, in the right one")
    public final void r02SpansShareTheRows() {
        rowsOfTwoTables();
        Source source = open();
        TableId table = idOf(source, "a");
        List<RowEvent> all = readAll(source, "a", 64);
        TreeSet<SpanBound> positions =
                new TreeSet<>(all.stream().map(RowEvent::position).toList());
        SpanBound cut =
                positions.stream().skip(positions.size() / 2).findFirst().orElseThrow();
        List<RowEvent> parts = new ArrayList<>();
        for (TableSpan span :
                List.of(new TableSpan(table, SpanBound.LOWEST, cut), new TableSpan(table, cut, SpanBound.HIGHEST))) {
            int expected = (int) all.stream().filter(row -> row.isWithin(span)).count();
            try (RowReader reader = reader(source, span, source.startTs())) {
                List<RowEvent> part = read(source, reader, expected, 64);
                assertThat(part).allMatch(row -> row.isWithin(span));
                parts.addAll(part);
            }
        }
        assertThat(parts).hasSize(positions.isEmpty() ? 0 : all.size()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    @DisplayName("R3: a reader that starts at a position gives exactly what was committed after it")
    public final void r03StartsAnywhere() {
        rowsOfTwoTables();
        Source source = open();
        List<RowEvent> all = readAll(source, "a", 64);
        for (int i = 0; i < all.size(); i += 17) {
            long startTs = all.get(i).commitTs();
            List<RowEvent> after =
                    all.stream().filter(row -> row.commitTs() > startTs).toList();
            try (RowReader reader = reader(source, TableSpan.whole(idOf(source, "a")), startTs)) {
                assertThat(read(source, reader, after.size(), 64)).isEqualTo(after);
            }
        }
    }

    @Test
    @DisplayName("R4: what a reader says is next is never later than what it gives next")
    public final void r04NextIsABound() {
        rowsOfTwoTables();
        Source source = open();
        List<RowEvent> all = readAll(source, "a", 64);
        long startTs = all.get(all.size() / 3).commitTs();
        try (RowReader reader = reader(source, TableSpan.whole(idOf(source, "a")), startTs)) {
            long resolved = source.resolvedTs();
            long next = reader.nextTs();
            for (List<RowEvent> rows = reader.poll(1, resolved); !rows.isEmpty(); rows = reader.poll(1, resolved)) {
                assertThat(next)
                        .as("said before %s", rows)
                        .isLessThanOrEqualTo(rows.get(0).commitTs());
                assertThat(next).as("nothing that was given").isGreaterThan(startTs);
                next = reader.nextTs();
            }
            assertThat(next).as("when all was given").isGreaterThan(resolved);
        }
    }

    @Test
    @DisplayName("R5: a slow reader gets no more than it asks for, and misses nothing")
    public final void r05BackPressure() {
        rowsOfTwoTables();
        Source source = open();
        assertThat(readAll(source, "a", 1)).isEqualTo(readAll(source, "a", 1_000));
    }

    @Test
    @DisplayName("R6: nothing is given before its time, and what is resolved does not go back")
    public final void r06NothingBeforeItsTime() {
        rowsOfTwoTables();
        Source source = open();
        List<RowEvent> all = readAll(source, "a", 64);
        long resolved = 0;
        try (RowReader reader = reader(source, TableSpan.whole(idOf(source, "a")), source.startTs())) {
            int given = 0;
            for (int i = 0; i < all.size(); i += 13) {
                long upTo = all.get(i).commitTs();
                List<RowEvent> rows = reader.poll(1_000, upTo);
                assertThat(rows).allMatch(row -> row.commitTs() <= upTo);
                given += rows.size();
                assertThat(given).isEqualTo((int)
                        all.stream().filter(row -> row.commitTs() <= upTo).count());
                assertThat(source.resolvedTs()).isGreaterThanOrEqualTo(resolved);
                resolved = source.resolvedTs();
            }
        }
    }

    @Test
    @DisplayName(
            "R7: DDLs come in order, all of a transaction together, from anywhere, and say the same as the list of tables")
    public final void r07DdlsAndTables() {
        history.createTable("a");
        history.commit(List.of(new SourceLab.Change("a", "k", 1)));
        history.createTable("b");
        history.dropTable("a");
        history.createTable("a");
        Source source = open();
        List<DdlEvent> ddls = new ArrayList<>();
        try (DdlReader reader = source.ddls(source.startTs())) {
            long began = System.nanoTime();
            while (ddls.size() < 4
                    && System.nanoTime() - began < history.patience().toNanos()) {
                long next = reader.nextTs();
                List<DdlEvent> together = reader.poll(source.resolvedTs());
                assertThat(together)
                        .allMatch(ddl -> ddl.commitTs() == together.get(0).commitTs());
                if (!together.isEmpty()) {
                    assertThat(next).isLessThanOrEqualTo(together.get(0).commitTs());
                }
                ddls.addAll(together);
            }
        }
        assertThat(ddls)
                .extracting(DdlEvent::kind)
                .containsExactly(
                        DdlEvent.Kind.CREATE_TABLE,
                        DdlEvent.Kind.CREATE_TABLE,
                        DdlEvent.Kind.DROP_TABLE,
                        DdlEvent.Kind.CREATE_TABLE);
        assertThat(ddls).extracting(DdlEvent::commitTs).isSorted();
        assertThat(ddls).extracting(DdlEvent::ordinal).doesNotHaveDuplicates();
        for (DdlEvent ddl : ddls) {
            assertThat(history.ddls(source, ddl.commitTs()))
                    .as("behind %s", ddl)
                    .isEqualTo(ddls.stream()
                            .filter(each -> each.commitTs() > ddl.commitTs())
                            .map(List::of)
                            .toList());
        }
        TableId first = Objects.requireNonNull(ddls.get(0).after()).table();
        assertThat(ddls.get(2).dropped()).contains(first);
        assertThat(Objects.requireNonNull(ddls.get(3).after()).table())
                .as("made anew")
                .isNotEqualTo(first);
        Source second = open();
        TreeMap<TableName, TableInfo> live = new TreeMap<>();
        for (DdlEvent ddl : ddls) {
            ddl.applyTo(live);
            for (Source each : List.of(source, second)) {
                assertThat(each.tablesAt(ddl.commitTs()).ts()).isEqualTo(ddl.commitTs());
                assertThat(each.tablesAt(ddl.commitTs()).tables())
                        .as("after %s", ddl)
                        .containsExactlyInAnyOrderElementsOf(live.values());
            }
        }
        assertThat(source.table(idOf(source, "b")).orElseThrow().name()).isEqualTo(history.name("b"));
    }

    @Test
    @DisplayName("R8: a reader that was closed does no harm to others, nor when it is closed again")
    public final void r08ClosingAReader() {
        rowsOfTwoTables();
        Source source = open();
        List<RowEvent> all = readAll(source, "a", 64);
        RowReader closed = reader(source, TableSpan.whole(idOf(source, "a")), source.startTs());
        closed.poll(3, source.resolvedTs());
        closed.close();
        closed.close();
        assertThat(readAll(source, "a", 64)).isEqualTo(all);
    }

    @Test
    @DisplayName(
            "R9: a source that is opened again is the same one, with the same positions, and time does not go back")
    public final void r09OpenedAgain() {
        rowsOfTwoTables();
        Source source = open();
        Source second = open();
        assertThat(second.identity()).isEqualTo(source.identity()).isNotEmpty();
        assertThat(second.startTs()).isEqualTo(source.startTs()).isPositive();
        List<RowEvent> all = readAll(source, "a", 64);
        assertThat(readAll(second, "a", 64)).isEqualTo(all);
        assertThat(all).extracting(row -> source.wallMillis(row.commitTs())).isSorted();
        assertThat(source.startTs()).isLessThan(all.get(0).commitTs());
    }

    @Test
    @DisplayName("R10: memory does not grow with what was not read")
    public final void r10MemoryIsBounded() {
        history.createTable("a");
        List<SourceLab.Change> changes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            changes.add(new SourceLab.Change("a", "key" + "x".repeat(300) + i, i));
            if (changes.size() == 500) {
                history.commit(changes);
                changes.clear();
            }
        }
        long before = Memory.used();
        Source source = open();
        try (RowReader reader = reader(source, TableSpan.whole(idOf(source, "a")), source.startTs())) {
            int count = 0;
            long last = System.nanoTime();
            while (count < MANY && System.nanoTime() - last < history.patience().toNanos()) {
                int polled = reader.poll(256, source.resolvedTs()).size();
                count += polled;
                if (count > MANY / 2 && count < MANY / 2 + 300) {
                    // 30 MB of keys alone, and more in objects.
                    assertThat(Memory.used() - before).isLessThan(24 * MEGABYTE);
                }
                if (polled > 0) {
                    last = System.nanoTime();
                }
            }
            assertThat(count).isEqualTo(MANY);
        }
    }
}
