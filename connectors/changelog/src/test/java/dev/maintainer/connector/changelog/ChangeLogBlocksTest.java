package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeLogBlocksTest {
    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final TableName ITEMS = new TableName("shop", "items");
    private static final TableName USERS = new TableName("site", "users");
    private static final TableSpan ORDERS_SPAN = TableSpan.whole(new TableId(1));
    private static final TableSpan ITEMS_SPAN = TableSpan.whole(new TableId(2));
    private static final TableSpan USERS_SPAN = TableSpan.whole(new TableId(3));

    private static ChangeLogBuilder threeTables(long syncPointInterval) {
        return new ChangeLogBuilder(syncPointInterval)
                .createTable(10, ORDERS)
                .createTable(10, ITEMS)
                .createTable(11, USERS);
    }

    private static void rows(ChangeLogBuilder log, long ts, TableName table, int count) {
        for (int i = 0; i < count; i++) {
            log.row(ts, table, RowEvent.Op.U, ts + "-" + i, "{}");
        }
    }

    private static BlockReader read(ChangeLogBuilder log, TableSpan span, long startTs, PartialCommit partial) {
        ChangeLog built = log.build("digest");
        return new ChangeLogSource(built, new Frontier(built.endTs())).blocks(span, startTs, partial, () -> {});
    }

    private static List<String> events(ChangeLogBuilder log, TableSpan span, long startTs) {
        return events(log, span, startTs, PartialCommit.NONE);
    }

    private static List<String> events(ChangeLogBuilder log, TableSpan span, long startTs, PartialCommit partial) {
        return all(read(log, span, startTs, partial)).stream()
                .map(event -> event.key().toString())
                .toList();
    }

    private static List<BlockEvent> all(BlockReader reader) {
        List<BlockEvent> events = new ArrayList<>();
        for (BlockEvent event = reader.poll(Long.MAX_VALUE); event != null; event = reader.poll(Long.MAX_VALUE)) {
            events.add(event);
        }
        assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
        return events;
    }

    @Test
    @DisplayName(
            "a sync point is where every so many rows are reached, at the end of their transaction, and there once")
    void syncPoints() {
        ChangeLogBuilder log = threeTables(3);
        rows(log, 20, ORDERS, 2);
        rows(log, 21, USERS, 2); // the third row, and one more
        rows(log, 22, ITEMS, 1);
        rows(log, 23, ITEMS, 1); // the sixth
        rows(log, 24, ORDERS, 7); // the ninth and the twelfth
        rows(log, 25, ORDERS, 2); // the fifteenth
        rows(log, 26, ORDERS, 2);

        assertThat(events(log, TableSpan.DDL, 9))
                .containsExactly("syncpoint@21", "syncpoint@23", "syncpoint@24", "syncpoint@25");
        assertThat(events(log, USERS_SPAN, 11))
                .as("every table stops at them, whether it has rows there or not")
                .containsExactly("syncpoint@21", "syncpoint@23", "syncpoint@24", "syncpoint@25");
        assertThat(events(log, USERS_SPAN, 23)).containsExactly("syncpoint@24", "syncpoint@25");
    }

    @Test
    @DisplayName("without a setting there are none")
    void noSyncPoints() {
        ChangeLogBuilder log = threeTables(0);
        rows(log, 20, ORDERS, 9);
        assertThat(events(log, TableSpan.DDL, 9)).isEmpty();
        assertThat(events(log, ORDERS_SPAN, 10)).isEmpty();
    }

    @Test
    @DisplayName("a table stops at its own drop and at that of its schema, and at no other table's")
    void scopes() {
        ChangeLogBuilder log = threeTables(0).dropTable(20, ITEMS).dropSchema(21, "shop");

        assertThat(events(log, TableSpan.DDL, 9)).containsExactly("ddl@20", "ddl@21");
        assertThat(events(log, ITEMS_SPAN, 10))
                .as("the schema goes after the table")
                .containsExactly("ddl@20");
        assertThat(events(log, ORDERS_SPAN, 10)).containsExactly("ddl@21");
        assertThat(events(log, USERS_SPAN, 11)).isEmpty();
    }

    @Test
    @DisplayName("a table that is created in the transaction that drops its schema is not concerned; the former one is")
    void bornWithTheDrop() {
        ChangeLogBuilder log = threeTables(0).dropSchema(20, "shop").createTable(20, ORDERS);
        rows(log, 21, ORDERS, 1);
        log.dropTable(22, ORDERS);

        assertThat(events(log, ORDERS_SPAN, 10)).containsExactly("ddl@20");
        assertThat(events(log, TableSpan.whole(new TableId(4)), 19)).containsExactly("ddl@22");
    }

    @Test
    @DisplayName("all DDLs of one transaction are one event, with their changes in order")
    void oneTransaction() {
        ChangeLogBuilder log = threeTables(0)
                .dropTable(20, ORDERS)
                .dropTable(20, USERS)
                .createTable(20, ORDERS)
                .createTable(30, USERS);

        List<BlockEvent> events = all(read(log, TableSpan.DDL, 9, PartialCommit.NONE));

        assertThat(events).hasSize(1);
        assertThat(events.get(0).scope())
                .isEqualTo(new BlockScope.Tables(List.of(ORDERS_SPAN.table(), USERS_SPAN.table())));
        assertThat(events.get(0).changes())
                .isEqualTo(log.build("digest").ddls().stream()
                        .filter(ddl -> ddl.commitTs() == 20)
                        .flatMap(ddl -> ddl.changes().stream())
                        .toList());
        assertThat(all(read(log, USERS_SPAN, 11, PartialCommit.NONE)))
                .as("the same event for all")
                .isEqualTo(events);
    }

    @Test
    @DisplayName(
            "a drop and a sync point of one commitTs come in this order, and what is dropped does not reach the second")
    void oneTime() {
        ChangeLogBuilder log = threeTables(2);
        rows(log, 20, ORDERS, 2);
        log.dropTable(20, ITEMS);

        assertThat(events(log, TableSpan.DDL, 19)).containsExactly("ddl@20", "syncpoint@20");
        assertThat(events(log, TableSpan.DDL, 19, PartialCommit.ROWS)).containsExactly("ddl@20", "syncpoint@20");
        assertThat(events(log, TableSpan.DDL, 19, PartialCommit.ROWS_AND_DDL)).containsExactly("syncpoint@20");
        assertThat(events(log, TableSpan.DDL, 20)).isEmpty();
        assertThat(events(log, ITEMS_SPAN, 10)).containsExactly("ddl@20");
        assertThat(events(log, USERS_SPAN, 11)).containsExactly("syncpoint@20");
    }

    @Test
    @DisplayName("the next event is known exactly, and is returned once it was committed")
    void next() {
        ChangeLogBuilder log = threeTables(0).dropTable(20, ORDERS);
        BlockReader reader = read(log, ORDERS_SPAN, 10, PartialCommit.NONE);

        assertThat(reader.nextTs()).isEqualTo(20);
        assertThat(reader.poll(19)).isNull();
        assertThat(reader.nextTs()).isEqualTo(20);
        BlockEvent event = Objects.requireNonNull(reader.poll(20));
        assertThat(event.key()).isEqualTo(new BlockKey(20, BlockKind.DDL));
        assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
        assertThat(reader.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    @DisplayName("a table that is not in the log has no events, and whoever asks is told")
    void unknownTable() {
        ChangeLogBuilder log = threeTables(0);
        assertThatThrownBy(() -> read(log, TableSpan.whole(new TableId(9)), 10, PartialCommit.NONE))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("table 9 is not in the change log");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("whatever the log, a table stops at those of all events in whose scope it was right before them")
    void sameEventsForAll(long seed) {
        ChangeLog log = LoggedStateTest.read(RandomChangeLog.lines(seed, 1_200), 1 + seed);
        ChangeLogSource source = new ChangeLogSource(log, new Frontier(log.endTs()));
        List<BlockEvent> all = all(source.blocks(TableSpan.DDL, log.startTs(), PartialCommit.NONE, () -> {}));
        assertThat(all).extracting(BlockEvent::key).isSorted().doesNotHaveDuplicates();
        for (LoggedTable table : log.tables()) {
            for (long startTs : List.of(table.createdTs(), table.createdTs() + 40)) {
                assertThat(all(source.blocks(TableSpan.whole(table.table()), startTs, PartialCommit.NONE, () -> {})))
                        .as("table %s from %s on", table.table(), startTs)
                        .isEqualTo(all.stream()
                                .filter(event -> event.key().commitTs() > startTs && concerns(event, table))
                                .toList());
            }
        }
    }

    private static boolean concerns(BlockEvent event, LoggedTable table) {
        long ts = event.key().commitTs();
        boolean existed = event.key().kind() == BlockKind.DDL
                ? table.createdTs() < ts && ts <= table.droppedTs()
                : table.existsAt(ts);
        return existed
                && (event.scope() instanceof BlockScope.All
                        || (event.scope() instanceof BlockScope.Schema schema
                                && schema.schema().equals(table.infoAt(ts - 1).schema()))
                        || (event.scope() instanceof BlockScope.Tables tables
                                && tables.tables().contains(table.table())));
    }

    @Test
    @DisplayName("a table that comes and goes in one transaction is waited for by nobody, whatever happens to it")
    void passingTables() {
        TableName other = new TableName("site", "other");
        ChangeLogBuilder log = threeTables(0)
                .createTable(20, other)
                .alterTable(20, other, "columns")
                .truncateTable(20, other)
                .dropTable(20, other)
                .createTable(30, other)
                .renameTable(30, other, new TableName("shop", "other"))
                .truncateTable(40, ORDERS)
                .truncateTable(40, ORDERS);

        List<BlockEvent> events = all(read(log, TableSpan.DDL, 9, PartialCommit.NONE));

        assertThat(events).extracting(event -> event.key().commitTs()).containsExactly(40L);
        assertThat(events.get(0).scope()).isEqualTo(new BlockScope.Tables(List.of(ORDERS_SPAN.table())));
    }

    @Test
    @DisplayName("truncation, renaming and a new definition concern the table alone, before and after")
    void ofOneTable() {
        TableName moved = new TableName("site", "orders");
        ChangeLogBuilder log = threeTables(0)
                .alterTable(20, ORDERS, "columns")
                .renameTable(21, ORDERS, moved)
                .dropSchema(22, "shop")
                .truncateTable(23, moved)
                .dropSchema(24, "site");

        assertThat(events(log, ORDERS_SPAN, 10)).containsExactly("ddl@20", "ddl@21", "ddl@23");
        assertThat(events(log, ITEMS_SPAN, 10)).containsExactly("ddl@22");
        assertThat(events(log, USERS_SPAN, 11)).containsExactly("ddl@24");
        assertThat(events(log, TableSpan.whole(new TableId(4)), 23)).containsExactly("ddl@24");
    }

    @Test
    @DisplayName(
            "a schema that goes in one transaction with what happens to other tables concerns its tables and those")
    void union() {
        ChangeLogBuilder log = threeTables(0)
                .createTable(12, new TableName("idle", "table"))
                .renameTable(20, USERS, new TableName("shop", "users"))
                .dropSchema(20, "shop")
                .createTable(20, USERS);

        List<BlockEvent> events = all(read(log, TableSpan.DDL, 12, PartialCommit.NONE));

        assertThat(events.get(0).scope())
                .isEqualTo(new BlockScope.Tables(List.of(ORDERS_SPAN.table(), ITEMS_SPAN.table(), USERS_SPAN.table())));
        assertThat(events(log, TableSpan.whole(new TableId(4)), 12)).isEmpty();
    }

    @Test
    @DisplayName("schemas keep their number when they come back, and their former tables stay out of it")
    void schemaComesBack() {
        ChangeLogBuilder log =
                threeTables(0).dropSchema(20, "shop").createTable(30, ORDERS).dropSchema(40, "shop");
        assertThat(Stream.of(ORDERS_SPAN, ITEMS_SPAN).map(span -> events(log, span, 10)))
                .containsExactly(List.of("ddl@20"), List.of("ddl@20"));
        List<BlockEvent> later = all(read(log, TableSpan.whole(new TableId(4)), 30, PartialCommit.NONE));
        assertThat(later).hasSize(1);
        assertThat(later.get(0).scope()).isEqualTo(new BlockScope.Schema(new SchemaId(1)));
    }
}
