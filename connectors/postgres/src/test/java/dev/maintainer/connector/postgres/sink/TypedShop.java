package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shop whose orders have columns. */
final class TypedShop {
    final Shop shop = new Shop();
    final Shop.SinkProcess owner;
    TableImage image;

    /** Events come in both forms, in turns: as from a source of tables, and as read back from a file. */
    private boolean asTexts = true;

    TypedShop(TableImage image) {
        this.image = image;
        owner = shop.process();
        owner.own(1);
        shop.execute(owner, DdlEvent.createTable(10, 0, Shop.TABLE, image.json()));
    }

    /** A row with values of all columns, in their order. */
    RowEvent row(long ts, @Nullable String... values) {
        return event(ts, RowEvent.Op.U, values(values));
    }

    RowEvent inserted(long ts, @Nullable String... values) {
        return event(ts, RowEvent.Op.I, values(values));
    }

    private RowValues values(@Nullable String... values) {
        RowValues.Builder row = new RowValues.Builder(values.length);
        for (int i = 0; i < values.length; i++) {
            row.set(i, values[i]);
        }
        return row.build();
    }

    /** A row of which only some columns are told: name, value, name, value. */
    RowEvent part(long ts, RowEvent.Op op, @Nullable String... told) {
        List<String> names = image.sent().stream().map(ColumnImage::name).toList();
        RowValues.Builder row = new RowValues.Builder(names.size());
        for (int i = 0; i < told.length; i += 2) {
            row.set(names.indexOf(told[i]), told[i + 1]);
        }
        return event(ts, op, row.build());
    }

    RowEvent deleted(long ts, String... key) {
        RowValues.Builder row = new RowValues.Builder(image.sent().size());
        RowFormat format = new RowFormat(image);
        for (int i = 0; i < key.length; i++) {
            row.set(format.keyPlace(i), key[i]);
        }
        return event(ts, RowEvent.Op.D, row.build());
    }

    private RowEvent event(long ts, RowEvent.Op op, RowValues row) {
        RowFormat format = new RowFormat(image);
        asTexts = !asTexts;
        if (!asTexts) {
            return new RowEvent(ts, Shop.ORDERS, op, format.content(row, op != RowEvent.Op.D), image.json());
        }
        return new RowEvent(
                ts,
                Shop.ORDERS,
                op,
                format.key(row),
                format.order(row),
                op == RowEvent.Op.D ? null : format.row(row),
                image.json());
    }

    void alter(long ts, int ordinal, TableImage after) {
        shop.execute(owner, DdlEvent.alterTable(ts, ordinal, Shop.TABLE, after.json()));
        image = after;
    }

    /** What is read back, as keys and rows. */
    List<String> rows() {
        return rows(Shop.NAME);
    }

    List<String> rows(TableName name) {
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = owner.sink.rows(name)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                assertThat(row.definition()).isEqualTo(image.json());
                rows.add(row.key() + " " + row.json());
            }
        }
        return rows;
    }

    static void write(SpanWriter writer, RowEvent... rows) {
        assertThat(writer.write(List.of(rows))).isEqualTo(WriteResult.DURABLE);
    }
}
