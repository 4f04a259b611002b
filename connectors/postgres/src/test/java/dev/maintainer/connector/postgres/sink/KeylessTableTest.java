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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeylessTableTest {
    private static final TableId CLICKS = new TableId(8);

    private final Shop shop = new Shop();

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    @Test
    @DisplayName("Copied rows that are given again, as after a lease that was gone for a moment, are written once")
    void again() {
        Shop.SinkProcess owner = shop.owner();
        TableImage image = new TableImage(List.of(Images.column(1, "a", "text")), List.of(), ReplicaIdentity.FULL);
        TableInfo table = new TableInfo(CLICKS, new SchemaId(3), new TableName("shop", "clicks"), true);
        shop.execute(owner, DdlEvent.createTable(11, 1, table, image.json()));
        SpanWriter clicks = owner.open(TableSpan.whole(CLICKS), new DispatcherId(1, 3));
        RowEvent begins =
                new RowEvent(20, CLICKS, RowEvent.Op.D, new KeylessKey.CopyBegins().text(), null, null, image.json());
        List<RowEvent> copied = List.of(new RowEvent(
                20, CLICKS, RowEvent.Op.I, new KeylessKey.Copied().text(), null, "{\"a\":\"x\"}", image.json()));
        assertThat(clicks.write(List.of(begins))).isEqualTo(WriteResult.DURABLE);
        assertThat(clicks.write(copied)).isEqualTo(WriteResult.DURABLE);
        assertThat(clicks.write(copied)).isEqualTo(WriteResult.DURABLE);

        assertThat(shop.query("select count(*) from shop.clicks")).containsExactly("1");
    }
}
