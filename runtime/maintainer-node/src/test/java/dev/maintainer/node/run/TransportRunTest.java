package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.event.RowEvent;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose nodes reach one another through sockets. */
class TransportRunTest {
    private static final TableName ORDERS = new TableName("shop", "orders");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private RunResult run(String transport) throws RunFailedException, InterruptedException {
        ChangeLogBuilder log = new ChangeLogBuilder(0).createTable(10, ORDERS);
        for (int row = 0; row < 400; row++) {
            log.row(100 + row, ORDERS, RowEvent.Op.I, "k" + row, "{}");
        }
        return new RunDriver(
                        new ChangeLogSource(log.build("digest"), new Frontier(9)),
                        new RunSink(
                                new ConnectorAddress(
                                        FileSinkProvider.SCHEME,
                                        temporary.resolve("sink").toString()),
                                new TreeMap<>(),
                                null),
                        RunOptions.builder(SchedulerOptions.of("balance"))
                                .handoffs(2)
                                .kills(1)
                                .redo(true)
                                .transport(transport)
                                .build(),
                        null,
                        snapshot -> {},
                        RunListener.NONE)
                .run();
    }

    @Test
    @DisplayName("over gRPC, with handoffs, a killed node and a redo log, the sink equals the log in the end")
    void grpc() throws Exception {
        RunResult result = run("grpc");

        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(result.handoffs()).hasSize(2);
    }

    @Test
    @DisplayName("a transport that nobody has is refused, with those that there are, and nothing was begun")
    void unknown() {
        assertThatThrownBy(() -> RunTransports.require("carrier\npigeon"))
                .isInstanceOf(MaintainerException.class)
                .hasMessage("there is no transport \"carrier\\npigeon\"; there is in-process, grpc");
        assertThatThrownBy(() -> run("pigeon"))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("there is no transport \"pigeon\"");
    }
}
