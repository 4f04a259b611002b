package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.Spool;
import dev.maintainer.threads.testing.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TailedRowsTest {
    private static final TableId ORDERS = new TableId(1);

    private final Object lock = new Object();
    private final Spool spool = new Spool(1 << 20);
    private final GrowingTable table = new GrowingTable(ORDERS, new SchemaId(1), new TableName("shop", "orders"), 1);
    private final TailedRows rows = new TailedRows(lock, ORDERS, new BlockCache(spool, 1 << 20));

    private void committed(long ts) {
        table.add(new RowEvent(ts, ORDERS, RowEvent.Op.I, "k" + ts, "{}"), null);
    }

    private void published() {
        rows.publish(table, new ArrayList<>());
    }

    @Test
    @DisplayName("A reader goes on behind rows before its start that are forgotten while it reads them")
    void forgottenWhileRead() throws Exception {
        published();
        RowReader reader = rows.read(TableSpan.whole(ORDERS), 10, () -> {}, () -> {});
        committed(9);
        committed(10);
        int unused = table.putAside(spool);
        committed(11);
        published();

        FutureTask<List<RowEvent>> poll = new FutureTask<>(() -> reader.poll(100, 20));
        Thread dispatcher = new Thread(poll, "dispatcher");
        synchronized (spool) {
            dispatcher.start();
            Until.holds(
                    "the dispatcher reads the block",
                    () -> dispatcher.getState() == Thread.State.BLOCKED,
                    dispatcher::getState);
            synchronized (lock) {
                table.forgetUpTo(10, spool);
            }
        }

        assertThat(poll.get(30, TimeUnit.SECONDS))
                .extracting(RowEvent::commitTs)
                .containsExactly(11L);
        assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
    }
}
