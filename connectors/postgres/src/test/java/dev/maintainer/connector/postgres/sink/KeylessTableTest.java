package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.Images;
import dev.maintainer.connector.postgres.catalog.KeylessKey;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeylessTableTest {
    private static final TableId CLICKS = new TableId(8);

    private static final TableImage IMAGE =
            new TableImage(List.of(Images.column(1, "a", "text")), List.of(), ReplicaIdentity.FULL);

    private final Shop shop = new Shop();

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private SpanWriter open() {
        Shop.SinkProcess owner = shop.owner();
        TableInfo table = new TableInfo(CLICKS, new SchemaId(3), new TableName("shop", "clicks"), true);
        shop.execute(owner, DdlEvent.createTable(11, 1, table, IMAGE.json()));
        SpanWriter clicks = owner.open(TableSpan.whole(CLICKS), new DispatcherId(1, 3));
        RowEvent begins =
                new RowEvent(20, CLICKS, RowEvent.Op.D, new KeylessKey.CopyBegins().text(), null, null, IMAGE.json());
        assertThat(clicks.write(List.of(begins))).isEqualTo(WriteResult.DURABLE);
        return clicks;
    }

    private static RowEvent copied(String value) {
        return new RowEvent(
                20,
                CLICKS,
                RowEvent.Op.I,
                new KeylessKey.Copied().text(),
                null,
                "{\"a\":\"" + value + "\"}",
                IMAGE.json());
    }

    @Test
    @DisplayName("Copied rows that are given again, as after a lease that was gone for a moment, are written once")
    void again() {
        SpanWriter clicks = open();
        List<RowEvent> rows = List.of(copied("x"));
        assertThat(clicks.write(rows)).isEqualTo(WriteResult.DURABLE);
        assertThat(clicks.write(rows)).isEqualTo(WriteResult.DURABLE);

        assertThat(shop.query("select a from shop.clicks")).containsExactly("x");
    }

    @Test
    @DisplayName("Other rows in the list of those before are other rows")
    void listUsedAgain() {
        SpanWriter clicks = open();
        List<RowEvent> rows = new ArrayList<>(List.of(copied("x")));
        assertThat(clicks.write(rows)).isEqualTo(WriteResult.DURABLE);
        rows.set(0, copied("y"));
        assertThat(clicks.write(rows)).isEqualTo(WriteResult.DURABLE);

        assertThat(shop.query("select a from shop.clicks order by a")).containsExactly("x", "y");
    }
}
