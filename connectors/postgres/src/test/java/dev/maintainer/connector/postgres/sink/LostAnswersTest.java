package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.OTHER;
import static dev.maintainer.connector.postgres.sink.Shop.TABLE;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.Shop.order;
import static dev.maintainer.connector.postgres.sink.Shop.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that break, above all when it matters. */
class LostAnswersTest {
    private final Shop shop = new Shop();
    private final Shop.SinkProcess owner = shop.owner();
    private final Wire wire = shop.wire();

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST", "ANSWER_LOST"})
    @DisplayName("A batch whose commit, or its answer, is lost is written once")
    void lostCommit(Wire.Fate fate) {
        shop.audit();
        Shop.SinkProcess process = shop.processBehind(wire);
        SpanWriter writer = process.open(WHOLE, DISPATCHER);
        write(writer, order(20, "a", 1));
        Wire.Plan commit = wire.next(Wire.COMMIT, fate);

        write(writer, order(21, "a", 2), order(22, "b", 1), order(23, "a", null));
        commit.awaitMet();
        write(writer, order(24, "a", 3));

        assertThat(shop.orders()).isEqualTo(Map.of("a", "3", "b", "1"));
        assertThat(process.sink.rowsApplied()).isEqualTo(5);
        assertThat(process.sink.rowsAppliedAgain()).isZero();
        assertThat(shop.query("select what || ' ' || key from audit"))
                .containsExactly("INSERT a", "DELETE a", "INSERT b", "INSERT a");
    }

    @Test
    @DisplayName(
            "If the answer to a commit is lost and the span is opened elsewhere meanwhile, nothing is written again")
    void lostAnswerOfASealedWriter() {
        shop.audit();
        SpanWriter writer = shop.processBehind(wire).open(WHOLE, DISPATCHER);
        Wire.Plan commit = wire.next(Wire.COMMIT, Wire.Fate.ANSWER_LOST);
        write(writer, order(20, "a", 1));
        commit.awaitMet();

        write(owner.open(WHOLE, OTHER), order(20, "a", 1));
        assertThat(writer.write(List.of(order(21, "a", 2)))).isEqualTo(WriteResult.SEALED);
        assertThat(shop.query("select what || ' ' || key from audit")).containsExactly("INSERT a");
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST", "ANSWER_LOST"})
    @DisplayName("A DDL whose commit, or its answer, is lost is executed once")
    void lostCommitOfADdl(Wire.Fate fate) {
        write(owner.open(WHOLE, DISPATCHER), order(20, "a", 1));
        SpanWriter trigger = shop.processBehind(wire).trigger();
        Wire.Plan commit = wire.next(Wire.COMMIT, fate);

        assertThat(trigger.writeDdls(List.of(DdlEvent.dropTable(30, 1, TABLE, List.of(Shop.ORDERS)))))
                .isEqualTo(WriteResult.DURABLE);
        commit.awaitMet();

        assertThat(owner.sink.tables()).isEmpty();
        assertThat(shop.query("select ordinal from maintainer_sink.ddl where commit_ts = 30"))
                .containsExactly("1");
    }

    @Test
    @DisplayName("Sessions that the server ends are replaced")
    void endedSessions() {
        SpanWriter writer = owner.open(WHOLE, DISPATCHER);
        write(writer, order(20, "a", 1));
        shop.query("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");

        write(writer, order(21, "a", 2));
        assertThat(shop.orders()).isEqualTo(Map.of("a", "2"));
    }

    @Test
    @DisplayName(
            "A write that has failed for good says which kind of failure it was, and its writer is of no use any more")
    void failedWrite() {
        SpanWriter writer = owner.open(WHOLE, DISPATCHER);
        shop.sql("alter table shop.orders add column amount int not null default 0");
        write(writer, order(20, "a", 1));
        shop.sql("alter table shop.orders alter column amount drop default");

        assertThatThrownBy(() -> writer.write(List.of(order(21, "b", "{\"secret\":1}"))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_REJECTED))
                .hasMessageContaining("amount")
                .hasMessageContaining("23502")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> writer.write(List.of(order(22, "c", 1))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE));

        shop.sql("alter table shop.orders alter column amount set default 0");
        write(owner.open(WHOLE, DISPATCHER), order(21, "b", 1));
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1", "b", "1"));
    }
}
