package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoggedStateTest {
    private static final TableName A = new TableName("s", "a");
    private static final TableName B = new TableName("s", "b");
    private static final int SYNC_POINT_INTERVAL = 20;

    static ChangeLog read(List<String> lines, long syncPointInterval) {
        return ChangeLogReader.read(
                "log",
                new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)),
                syncPointInterval);
    }

    private static ChangeLog read(String... lines) {
        return read(List.of(lines), 0);
    }

    private static List<Row> rows(LoggedState state, TableName name) {
        List<Row> rows = new ArrayList<>();
        try (RowCursor cursor = state.rows(name)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static SortedMap<TableName, List<Row>> all(LoggedState state) {
        SortedMap<TableName, List<Row>> all = new TreeMap<>();
        state.names().forEach(name -> all.put(name, rows(state, name)));
        return all;
    }

    private static Set<Long> syncPoints(ChangeLog log) {
        Set<Long> times = new TreeSet<>();
        BlockReader events = log.blocks().read(log.startTs(), PartialCommit.NONE, () -> {});
        while (events.nextTs() < Long.MAX_VALUE) {
            times.add(events.nextTs());
            events.poll(Long.MAX_VALUE);
        }
        return times;
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("whatever happens to tables, the state of each moment is what the lines up to it say, one by one")
    void everyMoment(long seed) {
        List<String> lines = RandomChangeLog.lines(seed, 1_200);
        ChangeLog log = read(lines, SYNC_POINT_INTERVAL);
        Set<Long> moments = syncPoints(log);
        moments.add(log.endTs());
        assertThat(moments).hasSizeGreaterThan(50);

        ReplayedLog replayed = new ReplayedLog(lines);
        SortedMap<TableName, TableInfo> live = new TreeMap<>();
        int applied = 0;
        for (long ts : moments) {
            SortedMap<TableName, List<Row>> expected = replayed.at(ts);
            assertThat(all(log.stateAt(ts))).as("rows at %s", ts).isEqualTo(expected);
            assertThat(log.tablesAt(ts).tables())
                    .as("tables at %s", ts)
                    .extracting(TableInfo::name)
                    .containsExactlyInAnyOrderElementsOf(expected.keySet());
            while (applied < log.ddls().size() && log.ddls().get(applied).commitTs() <= ts) {
                log.ddls().get(applied++).applyTo(live);
            }
            assertThat(log.tablesAt(ts).tables())
                    .as("as the DDLs say up to %s", ts)
                    .containsExactlyInAnyOrderElementsOf(live.values());
        }
    }

    @Test
    @DisplayName(
            "random logs have every kind of DDL, also within one transaction, renames across schemas and names that"
                    + " come back")
    void everyKind() {
        Set<DdlEvent.Kind> kinds = EnumSet.noneOf(DdlEvent.Kind.class);
        int together = 0;
        int acrossSchemas = 0;
        int again = 0;
        for (long seed : seeds().toArray()) {
            ChangeLog log = read(RandomChangeLog.lines(seed, 1_200), 0);
            Set<TableName> names = new HashSet<>();
            long last = 0;
            for (DdlEvent ddl : log.ddls()) {
                kinds.add(ddl.kind());
                together += ddl.commitTs() == last ? 1 : 0;
                last = ddl.commitTs();
                TableInfo before = ddl.before();
                TableInfo after = ddl.after();
                if (before != null && after != null && !before.schema().equals(after.schema())) {
                    acrossSchemas++;
                }
                if (ddl.kind() == DdlEvent.Kind.CREATE_TABLE && after != null && !names.add(after.name())) {
                    again++;
                }
            }
        }
        assertThat(kinds).containsExactly(DdlEvent.Kind.values());
        assertThat(List.of(together, acrossSchemas, again))
                .allSatisfy(count -> assertThat(count).isGreaterThan(50));
    }

    @Test
    @DisplayName("two tables that exchange their names in one transaction keep their rows and their numbers")
    void swap() {
        ChangeLog log = read(
                "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"a\"}",
                "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"b\"}",
                "{\"commitTs\":11,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"k\",\"row\":{\"of\":\"a\"}}",
                "{\"commitTs\":20,\"ddl\":\"RENAME_TABLE\",\"schema\":\"s\",\"table\":\"a\",\"toTable\":\"x\"}",
                "{\"commitTs\":20,\"ddl\":\"RENAME_TABLE\",\"schema\":\"s\",\"table\":\"b\",\"toTable\":\"a\"}",
                "{\"commitTs\":20,\"ddl\":\"RENAME_TABLE\",\"schema\":\"s\",\"table\":\"x\",\"toTable\":\"b\"}",
                "{\"commitTs\":21,\"op\":\"U\",\"schema\":\"s\",\"table\":\"b\",\"key\":\"k\",\"row\":{\"of\":\"b\"}}");

        assertThat(rows(log.stateAt(19), A)).containsExactly(new Row("k", "{\"of\":\"a\"}", null));
        assertThat(rows(log.stateAt(20), B)).containsExactly(new Row("k", "{\"of\":\"a\"}", null));
        assertThat(rows(log.stateAt(21), B)).containsExactly(new Row("k", "{\"of\":\"b\"}", null));
        assertThat(log.stateAt(20).names()).containsExactly(A, B);
        assertThat(rows(log.stateAt(21), A)).isEmpty();
        assertThat(log.tablesAt(20).tables())
                .extracting(TableInfo::table)
                .containsExactly(new TableId(1), new TableId(2));
    }

    @Test
    @DisplayName("rows of the time of a DDL come before it, wherever they are in the transaction")
    void definitionOfTheSameTime() {
        ChangeLog log = read(
                "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"a\",\"definition\":\"one\"}",
                "{\"commitTs\":20,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"1\",\"row\":{}}",
                "{\"commitTs\":20,\"ddl\":\"ALTER_TABLE\",\"schema\":\"s\",\"table\":\"a\",\"definition\":\"two\"}",
                "{\"commitTs\":20,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"2\",\"row\":{}}",
                "{\"commitTs\":20,\"ddl\":\"ALTER_TABLE\",\"schema\":\"s\",\"table\":\"a\",\"definition\":\"three\"}",
                "{\"commitTs\":21,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"3\",\"row\":{}}");

        assertThat(rows(log.endState(), A))
                .containsExactly(new Row("1", "{}", "one"), new Row("2", "{}", "one"), new Row("3", "{}", "three"));
    }

    @Test
    @DisplayName("a table that was renamed into a schema goes with it, and one that was renamed out of it does not")
    void renamedAcrossSchemas() {
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, A)
                .createTable(10, B)
                .createTable(10, new TableName("t", "c"))
                .renameTable(20, A, new TableName("t", "a"))
                .renameTable(21, new TableName("t", "c"), new TableName("s", "c"))
                .dropSchema(30, "s")
                .build("digest");

        assertThat(log.endState().names()).containsExactly(new TableName("t", "a"));
        assertThat(log.ddls().get(5).dropped()).containsExactly(new TableId(2), new TableId(3));
    }

    @Test
    @DisplayName("a truncated table begins anew with the definition that it had, and shares the text")
    void truncated() {
        ChangeLog log = read(
                "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"a\",\"definition\":\"one\"}",
                "{\"commitTs\":11,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"1\",\"row\":{}}",
                "{\"commitTs\":20,\"ddl\":\"TRUNCATE_TABLE\",\"schema\":\"s\",\"table\":\"a\"}",
                "{\"commitTs\":21,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"2\",\"row\":{}}",
                "{\"commitTs\":22,\"op\":\"I\",\"schema\":\"s\",\"table\":\"a\",\"key\":\"3\",\"row\":{}}");

        assertThat(rows(log.stateAt(19), A)).containsExactly(new Row("1", "{}", "one"));
        assertThat(rows(log.stateAt(20), A)).isEmpty();
        List<Row> rows = rows(log.endState(), A);
        assertThat(rows).containsExactly(new Row("2", "{}", "one"), new Row("3", "{}", "one"));
        assertThat(rows.get(0).definition()).isSameAs(rows.get(1).definition());
    }
}
