package dev.maintainer.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server goes, and comes back. */
class ServerAwayTest {
    private static final ChangefeedId FEED = new ChangefeedId("shop");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final TableInfo ORDERS =
            new TableInfo(new TableId(7), new SchemaId(3), new TableName("shop", "orders"), true);

    private static SpanWriter open(Sink sink, TableSpan span) {
        return sink.open(span, new DispatcherId(span.table().value(), 1), EPOCH, () -> EPOCH);
    }

    private static List<RowEvent> row(long ts, String key) {
        return List.of(new RowEvent(ts, ORDERS.table(), RowEvent.Op.I, key, "1"));
    }

    private static void unavailable(Runnable what) {
        assertThatThrownBy(what::run)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE));
    }

    @Test
    @DisplayName(
            "While it is away all that is tried fails as something to try again; when it is back, a span that is opened goes on")
    void goesOnAfterARestart() {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>())) {
            ConnectorAddress address = ConnectorAddress.parse(
                    "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + server.newDatabase(),
                    "--sink");
            try (Sink sink = new PostgresSinkProvider().open(address, address.options(), FEED, "the log")) {
                sink.fence(FEED, EPOCH);
                assertThat(open(sink, TableSpan.DDL).writeDdls(List.of(DdlEvent.createTable(10, 0, ORDERS, null))))
                        .isEqualTo(WriteResult.DURABLE);
                SpanWriter writer = open(sink, TableSpan.whole(ORDERS.table()));
                assertThat(writer.write(row(11, "a"))).isEqualTo(WriteResult.DURABLE);

                server.crash();
                unavailable(() -> writer.write(row(12, "b")));
                unavailable(() -> open(sink, TableSpan.whole(ORDERS.table())));
                unavailable(() -> sink.fence(FEED, new MaintainerEpoch(2)));

                server.resume();
                SpanWriter next = openWhenBack(sink);
                assertThat(next.write(row(12, "b"))).isEqualTo(WriteResult.DURABLE);
                assertThat(sink.rowsApplied()).isEqualTo(2);
            }
        }
    }

    private static SpanWriter openWhenBack(Sink sink) {
        MaintainerException last = null;
        for (int attempt = 1; attempt <= 1_000; attempt++) {
            try {
                return open(sink, TableSpan.whole(ORDERS.table()));
            } catch (MaintainerException e) {
                last = e;
                // A server that was away is not asked at once.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        throw new AssertionError("the span could not be opened, though the server is back", last);
    }
}
