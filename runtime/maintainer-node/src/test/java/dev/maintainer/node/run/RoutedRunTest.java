package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.route.RoutedSource;
import dev.maintainer.replication.route.TableRoutes;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in which tables have other names in the sink. */
class RoutedRunTest {
    private static final TableName ORDERS = new TableName("shard_1", "orders");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private static ChangeLogBuilder log(long syncPointInterval) {
        ChangeLogBuilder log = new ChangeLogBuilder(syncPointInterval).createTable(10, ORDERS);
        for (int row = 0; row < 40; row++) {
            log.row(100 + row, ORDERS, RowEvent.Op.I, "k" + row, "{}");
        }
        return log;
    }

    private Path sink() {
        return temporary.resolve("sink");
    }

    private RunResult run(ChangeLogBuilder log, int handoffs, String... routes)
            throws RunFailedException, InterruptedException {
        return new RunDriver(
                        new RoutedSource(
                                new ChangeLogSource(log.build("digest"), new Frontier(9)),
                                TableRoutes.parse(List.of(routes))),
                        new RunSink(
                                new ConnectorAddress(FileSinkProvider.SCHEME, sink().toString()),
                                new TreeMap<>(),
                                null),
                        RunFixture.options(SchedulerOptions.of("balance"))
                                .seed(7)
                                .handoffs(handoffs)
                                .build(),
                        null,
                        snapshot -> {},
                        RunListener.NONE)
                .run();
    }

    private List<String> names() {
        return FinishedTables.of(SinkDirectory.of(sink())).names().stream()
                .map(TableName::toString)
                .toList();
    }

    @Test
    @DisplayName("tables are in the sink under their target names, also after renames and drops of schemas")
    void routed() throws Exception {
        TableName users = new TableName("shard_2", "users");
        ChangeLogBuilder log = log(0).createTable(200, users)
                .row(201, users, RowEvent.Op.I, "u", "{}")
                .renameTable(210, ORDERS, new TableName("shard_2", "bills"))
                .createTable(220, new TableName("gone", "t"))
                .dropSchema(230, "gone");

        RunResult result = run(log, 3, "shard_*.*=shop.{table}", "gone.*=shop.gone_{table}");

        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(names()).containsExactly("shop.bills", "shop.users");
    }

    @Test
    @DisplayName("7.16: a table that would come where another one is stops the changefeed, with both named")
    void conflict() {
        ChangeLogBuilder log = log(0).createTable(200, new TableName("shard_2", "orders"))
                .row(210, ORDERS, RowEvent.Op.I, "last", "{}");

        assertThatThrownBy(() -> run(log, 0, "shard_*.*=shop.{table}"))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("ddl@200 (CREATE TABLE shop.orders) is refused")
                .hasMessageContaining("tables 1 and 2 of the source would both be shop.orders in the target");
    }

    @Test
    @DisplayName("what is refused is named as in the target, also if tables wait for it")
    void statement() {
        ChangeLogBuilder log = log(0).createTable(200, new TableName("shard_2", "b"))
                .renameTable(210, new TableName("shard_2", "b"), new TableName("shard_2", "orders"));

        assertThatThrownBy(() -> run(log, 0, "shard_*.*=shop.{table}"))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("RENAME TABLE shop.b TO shop.orders");
    }

    @Test
    @DisplayName("a name that was left in the same transaction is free")
    void madeRoom() throws Exception {
        ChangeLogBuilder log = log(0).renameTable(200, ORDERS, new TableName("shard_1", "old"))
                .createTable(200, new TableName("shard_2", "orders"));

        RunResult result = run(log, 0, "shard_*.*=shop.{table}");
        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(names()).containsExactly("shop.old", "shop.orders");
    }

    @Test
    @DisplayName("a sink that was begun with other routes is refused")
    void otherRoutes() throws Exception {
        assertThat(run(log(0), 0, "shard_*.*=shop.{table}").isGood()).isTrue();

        assertThatThrownBy(() -> run(log(0), 0, "shard_*.*=other.{table}")).isInstanceOf(MaintainerException.class);
    }
}
