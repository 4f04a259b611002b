package dev.maintainer.it.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.RunListener;
import dev.maintainer.node.run.RunOptions;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.node.run.RunSink;
import dev.maintainer.node.run.SchedulerOptions;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Change logs with all kinds of DDLs, replicated into a database while nodes die and tables are divided. */
class PostgresRunTest {
    private static final int EVENTS = 1_200;

    private final String database = PostgresServer.shared().newDatabase();

    private static ChangeLog log(long seed) {
        byte[] lines = String.join("\n", RandomChangeLog.lines(seed, EVENTS)).getBytes(StandardCharsets.UTF_8);
        return ChangeLogReader.read("log " + seed, new ByteArrayInputStream(lines));
    }

    private RunResult run(long seed) throws Exception {
        ChangeLog log = log(seed);
        ConnectorAddress address = ConnectorAddress.parse(
                "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:"
                        + PostgresServer.shared().port() + "/" + database,
                "--sink");
        SchedulerOptions scheduler = new SchedulerOptions(
                "balance-splits",
                new TreeMap<>(Map.of("split-bytes-per-second", "2000")),
                null,
                null,
                List.of(),
                Collections.emptySortedMap());
        return new RunDriver(
                        new ChangeLogSource(log, new Frontier(log.startTs())),
                        new RunSink(
                                address,
                                new TreeMap<>(),
                                Connectors.load(getClass().getClassLoader())),
                        RunOptions.builder(scheduler)
                                .nodes(3)
                                .handoffs(1)
                                .kills(1)
                                .joins(1)
                                .seed(seed)
                                .build(),
                        null,
                        snapshot -> {},
                        RunListener.NONE)
                .run();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName("In the end the database equals the log")
    void equalsTheLog(long seed) throws Exception {
        RunResult result = run(seed);

        assertThat(result.isGood()).as(result.toString()).isTrue();
    }

    @Test
    @DisplayName("A second run of the same log finds everything done, and one of another log is refused")
    void again() throws Exception {
        assertThat(run(3).isGood()).isTrue();
        RunResult again = run(3);

        assertThat(again.isGood()).as(again.toString()).isTrue();
        assertThat(again.rowsApplied()).as("rows that were new").isZero();
        assertThatThrownBy(() -> run(4))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE))
                .hasMessageContaining("another source");
    }
}
