package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.OTHER;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.Shop.order;
import static dev.maintainer.connector.postgres.sink.Shop.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.Images;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two tables of a shop whose rows are written together. */
class SharedTransactionTest {
    private static final TableId PARCELS = new TableId(8);
    private static final TableSpan ALL_PARCELS = TableSpan.whole(PARCELS);
    private static final DispatcherId PARCEL_DISPATCHER = new DispatcherId(1, 3);
    private static final String TRANSACTIONS =
            "select count(distinct xmin::text) from (select xmin from shop.orders union all select xmin from shop.parcels) r";

    private final Shop shop = new Shop();
    private final Shop.SinkProcess owner = shop.owner();

    @BeforeEach
    void createParcels() {
        shop.execute(
                owner,
                DdlEvent.createTable(
                        11, 1, new TableInfo(PARCELS, new SchemaId(3), new TableName("shop", "parcels"), true), null));
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private static RowEvent parcel(long ts, String key, int value) {
        return new RowEvent(ts, PARCELS, RowEvent.Op.U, key, Integer.toString(value));
    }

    private static SpanBatch batch(SpanWriter writer, RowEvent... rows) {
        return new SpanBatch(writer, List.of(rows));
    }

    private List<String> parcels() {
        return shop.query("select key || '=' || value from shop.parcels order by key");
    }

    @Test
    @DisplayName("Rows of two tables are committed at once, and each session knows how far it is")
    void oneCommit() {
        SpanWriter orders = owner.open(WHOLE, DISPATCHER);
        SpanWriter parcels = owner.open(ALL_PARCELS, PARCEL_DISPATCHER);

        assertThat(owner.sink.writeTogether(
                        List.of(batch(parcels, parcel(21, "p", 1)), batch(orders, order(20, "a", 1)))))
                .isTrue();

        assertThat(shop.query(TRANSACTIONS)).containsExactly("1");
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1"));
        assertThat(parcels()).containsExactly("p=1");
        assertThat(shop.query("select written_ts from maintainer_sink.span where table_id in (7, 8) order by table_id"))
                .containsExactly("20", "21");
        assertThat(owner.sink.rowsApplied()).isEqualTo(2);
        write(orders, order(22, "a", 2));
        write(parcels, parcel(23, "p", 2));
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST", "ANSWER_LOST"})
    @DisplayName("If the commit, or its answer, is lost, each writer finds out whether its rows are there")
    void lostCommit(Wire.Fate fate) {
        shop.audit();
        Wire wire = shop.wire();
        Shop.SinkProcess process = shop.processBehind(wire);
        SpanWriter orders = process.open(WHOLE, DISPATCHER);
        SpanWriter parcels = process.open(ALL_PARCELS, PARCEL_DISPATCHER);
        SpanBatch first = batch(orders, order(20, "a", 1));
        SpanBatch second = batch(parcels, parcel(21, "p", 1));
        Wire.Plan commit = wire.next(Wire.COMMIT, fate);

        assertThat(process.sink.writeTogether(List.of(first, second))).isFalse();
        commit.awaitMet();
        assertThat(orders.mayShare()).as("before that is found out").isFalse();
        assertThat(orders.write(first.rows())).isEqualTo(WriteResult.DURABLE);
        assertThat(parcels.write(second.rows())).isEqualTo(WriteResult.DURABLE);

        assertThat(shop.query("select what || ' ' || key from audit")).containsExactly("INSERT a");
        assertThat(parcels()).containsExactly("p=1");
        assertThat(process.sink.rowsApplied()).isEqualTo(2);
        assertThat(process.sink.rowsAppliedAgain()).isZero();
        assertThat(process.sink.writeTogether(
                        List.of(batch(orders, order(22, "a", 2)), batch(parcels, parcel(23, "p", 2)))))
                .as("and they go on")
                .isTrue();
    }

    @Test
    @DisplayName("A row that the database refuses is its table's alone, and that table keeps apart from then on")
    void refusedRow() {
        shop.sql("alter table shop.parcels add constraint cheap check (value::text::int < 10)");
        SpanWriter orders = owner.open(WHOLE, DISPATCHER);
        SpanWriter parcels = owner.open(ALL_PARCELS, PARCEL_DISPATCHER);

        assertThat(owner.sink.writeTogether(
                        List.of(batch(orders, order(20, "a", 1)), batch(parcels, parcel(21, "p", 10)))))
                .isFalse();

        assertThat(shop.orders()).isEmpty();
        assertThat(orders.mayShare()).isTrue();
        assertThat(parcels.mayShare()).isFalse();
        write(orders, order(20, "a", 1));
        assertThatThrownBy(() -> parcels.write(List.of(parcel(21, "p", 10))))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("cheap");
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    @DisplayName("A span that was opened elsewhere meanwhile gets nothing, and neither do those it would write with")
    void superseded() {
        SpanWriter orders = owner.open(WHOLE, DISPATCHER);
        SpanWriter parcels = owner.open(ALL_PARCELS, PARCEL_DISPATCHER);
        Shop.SinkProcess other = shop.process();
        write(other.open(WHOLE, OTHER), order(20, "a", 1));

        assertThat(owner.sink.writeTogether(
                        List.of(batch(orders, order(20, "a", 0)), batch(parcels, parcel(21, "p", 1)))))
                .isFalse();

        assertThat(parcels()).isEmpty();
        assertThat(orders.write(List.of(order(20, "a", 0)))).isEqualTo(WriteResult.SEALED);
        write(parcels, parcel(21, "p", 1));
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    @DisplayName("Rows that come again are known also where they come together with others")
    void again() {
        SpanWriter orders = owner.open(WHOLE, DISPATCHER);
        SpanWriter parcels = owner.open(ALL_PARCELS, PARCEL_DISPATCHER);
        write(orders, order(20, "a", 1));

        assertThat(owner.sink.writeTogether(
                        List.of(batch(orders, order(20, "a", 1)), batch(parcels, parcel(22, "p", 2)))))
                .isTrue();

        assertThat(owner.sink.rowsApplied()).isEqualTo(2);
        assertThat(owner.sink.rowsAppliedAgain()).isEqualTo(1);
    }

    @Test
    @DisplayName("A table whose creation somebody has skipped keeps apart, and the others write together")
    void leftOut() {
        SpanWriter orders = owner.open(WHOLE, DISPATCHER);
        SpanWriter parcels = owner.open(ALL_PARCELS, PARCEL_DISPATCHER);
        shop.sql("update maintainer_sink.target set state = 'REFUSED' where table_id = 8");

        assertThat(owner.sink.writeTogether(
                        List.of(batch(orders, order(20, "a", 1)), batch(parcels, parcel(21, "p", 1)))))
                .isFalse();

        assertThat(parcels.mayShare()).isFalse();
        assertThat(orders.mayShare()).isTrue();
    }

    @Test
    @DisplayName("Triggers of a table without columns count, so it is not written together with one that has some")
    void triggers() {
        shop.audit();
        TableImage image = Images.keyed("bigint", Images.column(2, "note", "text"));
        TableId bills = new TableId(9);
        shop.execute(
                owner,
                DdlEvent.createTable(
                        12,
                        2,
                        new TableInfo(bills, new SchemaId(3), new TableName("shop", "bills"), true),
                        image.json()));
        SpanWriter orders = owner.open(WHOLE, DISPATCHER);
        SpanWriter others = owner.open(TableSpan.whole(bills), PARCEL_DISPATCHER);
        RowFormat format = new RowFormat(image);
        RowValues row = new RowValues.Builder(2).set(0, "1").set(1, "paid").build();
        SpanBatch first = batch(orders, order(20, "a", 1));

        assertThat(owner.sink.writeTogether(List.of(
                        first,
                        batch(
                                others,
                                new RowEvent(21, bills, RowEvent.Op.I, format.content(row, true), image.json())))))
                .isFalse();
        assertThat(orders.write(first.rows())).isEqualTo(WriteResult.DURABLE);

        assertThat(shop.query("select what || ' ' || key from audit")).containsExactly("INSERT a");
    }
}
