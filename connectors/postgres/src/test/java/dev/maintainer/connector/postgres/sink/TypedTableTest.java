package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static dev.maintainer.connector.postgres.catalog.Images.keyed;
import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.OTHER;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.TypedShop.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.replication.CompletePart;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rows are written into tables that have the columns of the source. */
class TypedTableTest {
    private static final TableImage ORDERS =
            keyed("bigint", column(2, "note", "text"), column(3, "total", "numeric(10,2)", true, "0"));

    private final TypedShop typed = new TypedShop(ORDERS);
    private final Shop shop = typed.shop;

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private SpanWriter open() {
        return typed.owner.open(WHOLE, DISPATCHER);
    }

    @Test
    @DisplayName("Rows are inserted, changed and deleted; the last change of each key in a batch counts")
    void changes() {
        SpanWriter writer = open();
        write(
                writer,
                typed.row(11, "9", "a", "1.00"),
                typed.row(11, "10", null, "2.00"),
                typed.row(12, "9", "b", "3.50"),
                typed.row(12, "11", "c", "4.00"),
                typed.deleted(13, "11"));
        assertThat(typed.rows())
                .containsExactly(
                        "[\"10\"] {\"id\":\"10\",\"note\":null,\"total\":\"2.00\"}",
                        "[\"9\"] {\"id\":\"9\",\"note\":\"b\",\"total\":\"3.50\"}");
        assertThat(shop.query("select sum(total)::text from shop.orders")).containsExactly("5.50");

        write(writer, typed.deleted(14, "9"), typed.inserted(14, "12", "moved", "3.50"));
        assertThat(shop.query("select id::text from shop.orders order by id")).containsExactly("10", "12");
        assertThat(typed.owner.sink.rowsApplied()).isEqualTo(7);
        assertThat(typed.owner.sink.rowsAppliedAgain()).isZero();
    }

    private RowEvent[] many(long ts, int from, int rows) {
        return IntStream.range(from, from + rows)
                .mapToObj(id -> typed.inserted(ts, Integer.toString(id), "note " + id, "1.00"))
                .toArray(RowEvent[]::new);
    }

    @Test
    @DisplayName("Many new rows are copied, whatever their texts have that means something there")
    void copied() {
        String[] notes = {
            null,
            "",
            "\\N",
            "\\.",
            "\t\n\r\b",
            "a\\tb\\\\",
            "\"',",
            "äß語\ud83d\ude00",
            "x".repeat(100_000) + "ä".repeat(70_000)
        };
        RowEvent[] rows = many(11, 1, 600);
        for (int i = 0; i < notes.length; i++) {
            rows[i] = typed.inserted(11, Integer.toString(i + 1), notes[i], "1.00");
        }
        write(open(), rows);

        assertThat(shop.query("select note from shop.orders where id <= " + notes.length + " order by id"))
                .isEqualTo(Arrays.asList(notes));
        assertThat(typed.rows())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(rows)
                        .map(row -> row.key() + " " + row.row())
                        .toList());
    }

    @Test
    @DisplayName("A row that is in the way of many is written over, and all others are there, too")
    void copiedAndThere() {
        SpanWriter writer = open();
        shop.sql("insert into shop.orders values (599, 'made by hand', 7)");
        write(writer, many(11, 1, 600));
        write(writer, many(12, 601, 600));

        assertThat(shop.query("select count(*)::text from shop.orders where note = 'note ' || id"))
                .containsExactly("1200");
        assertThat(typed.owner.sink.rowsApplied()).isEqualTo(1200);
    }

    @Test
    @DisplayName("What is in the way of the first of many rows ends the statement while others are still on their way")
    void copiedBehindWhatIsThere() {
        SpanWriter writer = open();
        shop.sql("insert into shop.orders values (1, 'made by hand', 7)");
        RowEvent[] rows = IntStream.rangeClosed(1, 4000)
                .mapToObj(id -> typed.inserted(11, Integer.toString(id), "n".repeat(2000), "1.00"))
                .toArray(RowEvent[]::new);
        write(writer, rows);

        assertThat(shop.query("select count(*)::text from shop.orders where length(note) = 2000"))
                .containsExactly("4000");
    }

    @Test
    @DisplayName(
            "Of a part that was copied whoever opens it next knows, with whatever bounds, if later rows were written")
    void completeParts() {
        SpanBound middle = typed.row(11, "300", null, "1").position();
        TableSpan lower = new TableSpan(WHOLE.table(), SpanBound.LOWEST, middle);
        SpanWriter writer = open();
        write(writer, many(11, 1, 299));
        writer.complete(new CompletePart(lower, 11));
        assertThat(open().completeParts(11)).as("nothing was written since").isEmpty();

        writer = open();
        writer.complete(new CompletePart(lower, 11));
        write(writer, many(11, 300, 10));
        SpanWriter next = open();
        assertThat(next.completeParts(11)).containsExactly(lower);
        assertThat(next.completeParts(12)).isEmpty();

        SpanBound within = typed.row(11, "100", null, "1").position();
        TableSpan part = new TableSpan(WHOLE.table(), within, SpanBound.HIGHEST);
        assertThat(typed.owner.open(part, OTHER).completeParts(11))
                .containsExactly(new TableSpan(WHOLE.table(), within, middle));
        assertThat(open().completeParts(11)).as("both parts of it").containsExactly(lower);
    }

    @Test
    @DisplayName(
            "A row that is new to the source and in the table all the same is written over, and the next ones are, too")
    void newAndThere() {
        SpanWriter writer = open();
        shop.sql("insert into shop.orders values (1, 'made by hand', 7), (3, 'made by hand', 7)");
        write(writer, typed.inserted(11, "1", "a", "1.00"), typed.inserted(11, "2", "b", "2.00"));
        write(writer, typed.inserted(12, "3", "c", "3.00"));
        assertThat(typed.rows())
                .containsExactly(
                        "[\"1\"] {\"id\":\"1\",\"note\":\"a\",\"total\":\"1.00\"}",
                        "[\"2\"] {\"id\":\"2\",\"note\":\"b\",\"total\":\"2.00\"}",
                        "[\"3\"] {\"id\":\"3\",\"note\":\"c\",\"total\":\"3.00\"}");
        assertThat(typed.owner.sink.rowsApplied()).isEqualTo(3);
    }

    @Test
    @DisplayName("What is not told stays as it was, within a batch and from one to the next")
    void unchangedValues() {
        SpanWriter writer = open();
        write(
                writer,
                typed.row(11, "1", "long", "1.00"),
                typed.part(12, RowEvent.Op.U, "id", "1", "total", "2.00"),
                typed.row(12, "2", "longer", "1.00"));
        write(
                writer,
                typed.part(13, RowEvent.Op.U, "id", "1", "total", "3.00"),
                typed.part(13, RowEvent.Op.U, "id", "2", "total", "3.00"),
                typed.part(14, RowEvent.Op.U, "id", "2", "note", "short"),
                typed.part(14, RowEvent.Op.I, "id", "3", "note", "with a default"));
        assertThat(typed.rows())
                .containsExactly(
                        "[\"1\"] {\"id\":\"1\",\"note\":\"long\",\"total\":\"3.00\"}",
                        "[\"2\"] {\"id\":\"2\",\"note\":\"short\",\"total\":\"3.00\"}",
                        "[\"3\"] {\"id\":\"3\",\"note\":\"with a default\",\"total\":\"0.00\"}");
    }

    @Test
    @DisplayName(
            "A change that leaves values out of a row that is not there stops the table, and nothing of it is written")
    void missingRow() {
        SpanWriter writer = open();
        write(writer, typed.row(11, "1", "a", "1.00"));
        shop.sql("delete from shop.orders");
        assertThatThrownBy(() -> write(
                        writer,
                        typed.row(12, "2", "b", "1.00"),
                        typed.part(12, RowEvent.Op.U, "id", "1", "total", "2.00")))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContainingAll("1 rows", "shop.orders");
        assertThat(typed.rows()).isEmpty();
    }

    @Test
    @DisplayName("Rows that come again change nothing: no value goes back, and what was deleted stays so")
    void repeated() {
        shop.sql(
                "create table audit (what text, id bigint)",
                "create function note() returns trigger language plpgsql as $$ begin"
                        + " insert into audit values (tg_op, coalesce(new.id, old.id)); return null; end $$",
                "create trigger note after insert or update or delete on shop.orders for each row"
                        + " execute function note()",
                "alter table shop.orders enable always trigger note");
        List<RowEvent> history = List.of(
                typed.row(11, "1", "a", "1.00"),
                typed.row(12, "2", "a", "1.00"),
                typed.part(12, RowEvent.Op.U, "id", "1", "note", "b"),
                typed.deleted(13, "2"),
                typed.row(14, "3", "a", "1.00"));
        SpanWriter first = open();
        for (RowEvent event : history) {
            write(first, event);
        }
        List<String> audited = shop.query("select what || ' ' || id from audit");
        assertThat(audited).hasSize(history.size());
        for (int from = 0; from < history.size(); from++) {
            SpanWriter again = open();
            assertThat(again.write(history.subList(from, history.size()))).isEqualTo(WriteResult.DURABLE);
        }
        assertThat(shop.query("select what || ' ' || id from audit")).isEqualTo(audited);
        assertThat(typed.owner.sink.rowsApplied()).isEqualTo(5);
        assertThat(typed.owner.sink.rowsAppliedAgain()).isEqualTo(15);
    }

    @Test
    @DisplayName("A transaction that was written in parts when its writer was lost is completed, and not begun anew")
    void partOfATransaction() {
        List<RowEvent> transaction = List.of(
                typed.row(12, "1", "a", "1.00"),
                typed.row(12, "2", "a", "1.00"),
                typed.deleted(12, "5"),
                typed.row(12, "3", "a", "1.00"),
                typed.part(12, RowEvent.Op.U, "id", "3", "note", "b"));
        SpanWriter first = open();
        write(first, typed.row(11, "5", "a", "1.00"));
        assertThat(first.write(transaction.subList(0, 3))).isEqualTo(WriteResult.DURABLE);
        SpanWriter second = open();
        assertThat(second.write(transaction)).isEqualTo(WriteResult.DURABLE);
        assertThat(typed.rows())
                .containsExactly(
                        "[\"1\"] {\"id\":\"1\",\"note\":\"a\",\"total\":\"1.00\"}",
                        "[\"2\"] {\"id\":\"2\",\"note\":\"a\",\"total\":\"1.00\"}",
                        "[\"3\"] {\"id\":\"3\",\"note\":\"b\",\"total\":\"1.00\"}");
        assertThat(typed.owner.sink.rowsApplied()).isEqualTo(6);
        assertThat(typed.owner.sink.rowsAppliedAgain()).isEqualTo(3);
    }

    @Test
    @DisplayName("When parts with unlike progress are merged, each goes on where it was")
    void mergedParts() {
        SpanBound middle = typed.row(0, "100", null, "0.00").position();
        TableSpan left = new TableSpan(Shop.ORDERS, SpanBound.LOWEST, middle);
        TableSpan right = new TableSpan(Shop.ORDERS, middle, SpanBound.HIGHEST);
        SpanWriter one = typed.owner.open(left, DISPATCHER);
        SpanWriter other = typed.owner.open(right, OTHER);
        write(one, typed.row(11, "1", "a", "1.00"), typed.row(20, "1", "b", "2.00"), typed.deleted(30, "2"));
        write(other, typed.row(11, "101", "a", "1.00"));

        SpanWriter whole = open();
        write(
                whole,
                typed.row(11, "1", "a", "1.00"),
                typed.row(11, "101", "a", "1.00"),
                typed.row(15, "2", "x", "1.00"));
        assertThat(shop.query("select note from shop.orders where id in (1, 2)"))
                .containsExactly("b");
        write(
                whole,
                typed.row(16, "102", "new", "1.00"),
                typed.row(20, "1", "b", "2.00"),
                typed.row(31, "3", "c", "1.00"));
        assertThat(shop.query("select id || note from shop.orders order by id"))
                .containsExactly("1b", "3c", "101a", "102new");
    }

    @Test
    @DisplayName("Rows that have exchanged a unique value are written")
    void exchangedUniqueValue() {
        shop.sql("create unique index on shop.orders (note)");
        SpanWriter writer = open();
        write(
                writer,
                typed.row(11, "1", "x", "1.00"),
                typed.row(11, "2", "y", "2.00"),
                typed.row(11, "3", "z", "3.00"));
        write(
                writer,
                typed.row(12, "1", "y", "1.00"),
                typed.part(12, RowEvent.Op.U, "id", "2", "note", "x"),
                typed.deleted(12, "3"));
        assertThat(typed.rows())
                .containsExactly(
                        "[\"1\"] {\"id\":\"1\",\"note\":\"y\",\"total\":\"1.00\"}",
                        "[\"2\"] {\"id\":\"2\",\"note\":\"x\",\"total\":\"2.00\"}");
        assertThatThrownBy(() -> write(writer, typed.row(13, "4", "y", "1.00")))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_REJECTED))
                .hasMessageContaining("23505");
    }

    @Test
    @DisplayName("Triggers and foreign keys of the target do not come in the way of a role that may replicate")
    void asReplica() {
        shop.sql(
                "create table shop.customer (name text primary key)",
                "alter table shop.orders add foreign key (note) references shop.customer",
                "create function fail() returns trigger language plpgsql as $$ begin raise 'no'; end $$",
                "create trigger fail before insert on shop.orders for each row execute function fail()");
        write(open(), typed.row(11, "1", "nobody", "1.00"));
        assertThat(typed.rows()).hasSize(1);
    }

    @Test
    @DisplayName("A table follows its rows through rename and truncation, and keeps its columns")
    void renamedAndTruncated() {
        write(open(), typed.row(11, "1", "a", "1.00"));
        TableInfo moved = new TableInfo(Shop.ORDERS, Shop.TABLE.schema(), new TableName("shop", "old_orders"), true);
        shop.execute(typed.owner, DdlEvent.renameTable(20, 1, Shop.TABLE, moved));
        assertThat(typed.rows(moved.name())).hasSize(1);

        TableInfo emptied = new TableInfo(new TableId(77), moved.schema(), moved.name(), true);
        shop.execute(typed.owner, DdlEvent.truncateTable(30, 2, moved, emptied, List.of(moved.table())));
        assertThat(typed.rows(moved.name())).isEmpty();
        SpanWriter writer = typed.owner.open(TableSpan.whole(emptied.table()), OTHER);
        RowEvent row = typed.row(31, "2", "b", "1.00");
        write(writer, new RowEvent(31, emptied.table(), row.op(), row.key(), row.order(), row.row(), row.definition()));
        assertThat(typed.rows(moved.name()))
                .containsExactly("[\"2\"] {\"id\":\"2\",\"note\":\"b\",\"total\":\"1.00\"}");
    }

    @Test
    @DisplayName("What an earlier release has made of the sink's own tables is used on")
    void formerLayout() {
        write(open(), typed.row(11, "1", "a", "1.00"));
        typed.owner.sink.close();
        shop.sql(
                "alter table maintainer_sink.target drop column definition",
                "alter table maintainer_sink.owner drop column went_back",
                "alter table maintainer_sink.span drop column keyless",
                "drop table maintainer_sink.sync_point",
                "update maintainer_sink.layout set version = 1");
        Shop.SinkProcess later = shop.process();
        assertThat(later.sink.tables()).containsExactly(Shop.NAME);
        assertThat(shop.query("select version::text from maintainer_sink.layout"))
                .containsExactly("5");
    }

    @Test
    @DisplayName("Rows of a table with columns that do not say which they have are refused")
    void withoutImage() {
        SpanWriter writer = open();
        assertThatThrownBy(() -> write(writer, typed.row(11, "1", "a", "1.00").under(null)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_REJECTED));
    }
}
