package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.NAME;
import static dev.maintainer.connector.postgres.sink.Shop.OTHER;
import static dev.maintainer.connector.postgres.sink.Shop.TABLE;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.Shop.order;
import static dev.maintainer.connector.postgres.sink.Shop.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** DDLs meet what is in the database besides. */
class DdlExecutionTest {
    private static final SchemaId ARCHIVE = new SchemaId(4);
    private static final TableInfo SECOND =
            new TableInfo(new TableId(8), TABLE.schema(), new TableName("shop", "second"), true);
    private static final DdlEvent CREATE_SECOND = DdlEvent.createTable(20, 1, SECOND, null);
    private static final DdlEvent DROP = DdlEvent.dropTable(40, 2, TABLE, List.of(TABLE.table()));

    private final Shop shop = new Shop();
    private final Shop.SinkProcess owner = shop.owner();

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private void refused(DdlEvent ddl, String... why) {
        assertThatThrownBy(() -> owner.trigger().writeDdls(List.of(ddl)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED))
                .hasMessageContainingAll(why);
    }

    @Test
    @DisplayName("A table that somebody else has made is not taken over; when it is gone, ours can be made")
    void foreignTable() {
        shop.sql("create table shop.second (mine int)", "insert into shop.second values (1)");
        refused(CREATE_SECOND, "CREATE TABLE shop.second", "42P07");
        assertThat(shop.query("select mine from shop.second")).containsExactly("1");

        shop.sql("drop table shop.second");
        shop.execute(owner, CREATE_SECOND);
        assertThat(owner.sink.tables()).contains(SECOND.name());
    }

    @Test
    @DisplayName("What depends on a table is not dropped with it: somebody has to decide")
    void dependentView() {
        shop.sql("create view shop.report as select key from shop.orders");
        refused(DROP, "2BP01");
        assertThat(owner.sink.tables()).containsExactly(NAME);

        shop.sql("drop view shop.report");
        shop.execute(owner, DROP);
        assertThat(owner.sink.tables()).isEmpty();
    }

    @Test
    @DisplayName("A schema that was made for its tables goes with them, unless somebody has put something else into it")
    void droppedSchema() {
        DdlEvent dropSchema = DdlEvent.dropSchema(50, 3, TABLE.schema(), "shop", List.of(TABLE.table()));
        shop.sql("create table shop.mine (v int)");
        shop.execute(owner, dropSchema);
        assertThat(shop.query("select table_name from information_schema.tables where table_schema = 'shop'"))
                .containsExactly("mine");

        TableInfo other = new TableInfo(new TableId(9), ARCHIVE, new TableName("archive", "old"), true);
        shop.execute(owner, DdlEvent.createTable(60, 4, other, null));
        shop.execute(owner, DdlEvent.dropSchema(70, 5, ARCHIVE, "archive", List.of(other.table())));
        assertThat(shop.query("select nspname from pg_namespace where nspname in ('shop', 'archive')"))
                .containsExactly("shop");
    }

    @Test
    @DisplayName(
            "A table can move to another schema in which there is one of its name on the way, and its rows come along")
    void movedTable() {
        SpanWriter writer = owner.open(WHOLE, DISPATCHER);
        write(writer, order(11, "a", 1));
        shop.sql("create schema archive", "create table archive.orders (mine int)");
        TableInfo moved = new TableInfo(TABLE.table(), ARCHIVE, new TableName("archive", "old \"orders\""), true);

        shop.execute(owner, DdlEvent.renameTable(30, 1, TABLE, moved));
        write(writer, order(31, "b", 2));
        assertThat(shop.query("select key from archive.\"old \"\"orders\"\"\" order by 1"))
                .containsExactly("a", "b");

        shop.execute(
                owner, DdlEvent.createTable(32, 2, new TableInfo(SECOND.table(), TABLE.schema(), NAME, true), null));
        shop.execute(
                owner,
                DdlEvent.renameTable(
                        33,
                        3,
                        moved,
                        new TableInfo(TABLE.table(), TABLE.schema(), new TableName("shop", "third"), true)));
        assertThat(shop.query("select key from shop.third order by 1")).containsExactly("a", "b");
    }

    @Test
    @DisplayName("Names that PostgreSQL would cut off, and the schema of the sink itself, are refused")
    void impossibleNames() {
        TableName longName = new TableName("shop", "x".repeat(64));
        refused(
                DdlEvent.createTable(20, 1, new TableInfo(new TableId(9), TABLE.schema(), longName, true), null),
                "64 bytes");
        TableName own = new TableName("maintainer_sink", "t");
        refused(
                DdlEvent.createTable(20, 1, new TableInfo(new TableId(9), ARCHIVE, own, true), null),
                "maintainer_sink");
        assertThat(owner.sink.tables()).containsExactly(NAME);
    }

    @Test
    @DisplayName("If somebody decides to go on without a table that could not be made, its rows are left out")
    void skippedCreation() {
        shop.sql("create table shop.second (mine int)");
        refused(CREATE_SECOND, "42P07");

        SpanWriter rows = owner.open(TableSpan.whole(SECOND.table()), OTHER);
        write(rows, new RowEvent(21, SECOND.table(), RowEvent.Op.I, "a", "1"));
        assertThat(shop.query("select mine from shop.second")).isEmpty();
        assertThat(owner.sink.rowsApplied()).isZero();
    }

    @Test
    @DisplayName("The same of a table that could not be emptied, which is another one from then on")
    void skippedTruncation() {
        shop.sql("create table shop.mine (key text collate \"C\" references shop.orders)");
        refused(
                DdlEvent.truncateTable(
                        20,
                        1,
                        TABLE,
                        new TableInfo(SECOND.table(), TABLE.schema(), NAME, true),
                        List.of(TABLE.table())),
                "0A000");

        SpanWriter rows = owner.open(TableSpan.whole(SECOND.table()), OTHER);
        write(rows, new RowEvent(21, SECOND.table(), RowEvent.Op.I, "a", "1"));
        assertThat(owner.sink.rowsApplied()).isZero();
    }

    @Test
    @DisplayName("Rows of a table of which the sink has never heard are not lost silently")
    void unknownTable() {
        SpanWriter rows = owner.open(TableSpan.whole(SECOND.table()), OTHER);
        assertThatThrownBy(() -> rows.write(List.of(new RowEvent(21, SECOND.table(), RowEvent.Op.I, "a", "1"))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_REJECTED))
                .hasMessageContaining("table 8");
    }

    @Test
    @DisplayName("Rows that come late for a table that was dropped or truncated touch nothing")
    void lateRows() {
        SpanWriter late = owner.open(WHOLE, DISPATCHER);
        write(late, order(11, "a", 1));
        TableInfo emptied = new TableInfo(new TableId(9), TABLE.schema(), NAME, true);
        shop.execute(owner, DdlEvent.truncateTable(20, 1, TABLE, emptied, List.of(TABLE.table())));
        write(late, order(11, "a", 1));
        write(owner.open(WHOLE, OTHER), order(11, "a", 1));
        write(
                owner.open(TableSpan.whole(emptied.table()), OTHER),
                new RowEvent(21, emptied.table(), RowEvent.Op.I, "b", "2"));

        assertThat(shop.orders()).isEqualTo(Map.of("b", "2"));
    }

    @Test
    @DisplayName(
            "Many tables at once are made in several transactions: a server has no room for the locks of all of them")
    void manyTables() {
        int tables = 1_100;
        shop.execute(
                owner,
                IntStream.range(0, tables)
                        .mapToObj(i -> DdlEvent.createTable(
                                20,
                                i,
                                new TableInfo(
                                        new TableId(100 + i), TABLE.schema(), new TableName("many", "t" + i), true),
                                null))
                        .toArray(DdlEvent[]::new));
        assertThat(owner.sink.tables()).hasSize(1 + tables);
        assertThat(shop.query("select count(*)::text from maintainer_sink.ddl where commit_ts = 20 group by xmin::text"
                        + " order by 1"))
                .containsExactly("100", "500", "500");
    }

    @Test
    @DisplayName("Of a changefeed that is gone its tables stay, and nothing else")
    void released() {
        write(owner.open(WHOLE, DISPATCHER), order(11, "a", 1));
        owner.sink.release(Shop.FEED);

        assertThat(shop.orders()).isEqualTo(Map.of("a", "1"));
        assertThat(shop.query("select changefeed from maintainer_sink.owner"
                        + " union all select changefeed from maintainer_sink.span"
                        + " union all select changefeed from maintainer_sink.target"))
                .isEmpty();
    }
}
