package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.OTHER;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.Shop.order;
import static dev.maintainer.connector.postgres.sink.Shop.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Servers whose place is taken by a standby that had not received all that was committed. */
class LostCommitsTest {
    private static final TableSpan LEFT = new TableSpan(Shop.ORDERS, SpanBound.LOWEST, SpanBound.before("m"));
    private static final TableSpan RIGHT = new TableSpan(Shop.ORDERS, SpanBound.before("m"), SpanBound.HIGHEST);

    private final PostgresServer server = PostgresServer.start(new TreeMap<>());
    private final Shop shop = new Shop(server);
    private final Shop.SinkProcess process = shop.owner();

    @AfterEach
    void close() throws Exception {
        shop.close();
        server.close();
    }

    private static void assertWentBack(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_WENT_BACK))
                .hasMessageContaining("set went_back = null");
    }

    private static ThrowingCallable writing(SpanWriter writer, long ts) {
        return () -> writer.write(List.of(order(ts, "a", ts)));
    }

    @Test
    @DisplayName(
            "a writer notices that its last transaction is missing, and nobody writes any more until somebody has decided")
    void lostTransaction() {
        SpanWriter writer = process.open(WHOLE, DISPATCHER);
        write(writer, order(20, "a", 1));
        server.keepData();
        write(writer, order(21, "b", 2));
        server.promoteKept();

        assertWentBack(writing(writer, 22));
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1"));
        assertWentBack(() -> process.open(WHOLE, OTHER));
        assertWentBack(() -> shop.process().open(WHOLE, OTHER));

        shop.sql("update maintainer_sink.owner set went_back = null");
        write(process.open(WHOLE, OTHER), order(23, "c", 3));
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1", "c", "3"));
    }

    @Test
    @DisplayName("what a writer has lost that has nothing to write is noticed by the next one of its process that has")
    void lostByOneThatIsIdle() {
        SpanWriter idle = process.open(LEFT, DISPATCHER);
        SpanWriter busy = process.open(RIGHT, OTHER);
        write(busy, order(20, "x", 1));
        server.keepData();
        write(idle, order(21, "a", 1));
        server.promoteKept();

        assertWentBack(() -> busy.write(List.of(order(22, "y", 1))));
        assertThat(shop.orders()).isEqualTo(Map.of("x", "1"));
    }

    @Test
    @DisplayName("a session that is missing with its opening was not superseded")
    void lostOpening() {
        write(process.open(WHOLE, DISPATCHER), order(20, "a", 1));
        server.keepData();
        SpanWriter writer = process.open(WHOLE, OTHER);
        write(writer, order(21, "b", 1));
        server.promoteKept();

        assertWentBack(writing(writer, 22));
    }

    @Test
    @DisplayName("a DDL that is missing is noticed by whoever executes the next one")
    void lostDdl() {
        SpanWriter trigger = process.trigger();
        server.keepData();
        assertThat(trigger.writeDdls(List.of(DdlEvent.dropTable(30, 1, Shop.TABLE, List.of(Shop.ORDERS)))))
                .isEqualTo(WriteResult.DURABLE);
        server.promoteKept();

        assertWentBack(() -> trigger.writeDdls(List.of(DdlEvent.dropTable(31, 1, Shop.TABLE, List.of(Shop.ORDERS)))));
    }

    @Test
    @DisplayName("a standby that had received all is written to as before")
    void nothingLost() {
        SpanWriter writer = process.open(LEFT, DISPATCHER);
        SpanWriter other = process.open(RIGHT, OTHER);
        write(writer, order(20, "a", 1));
        write(other, order(20, "x", 1));
        server.promote();

        write(writer, order(21, "b", 1));
        write(other, order(21, "y", 1));
        assertThat(shop.orders()).hasSize(4);
    }
}
