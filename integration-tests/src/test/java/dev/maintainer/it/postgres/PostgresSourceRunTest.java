package dev.maintainer.it.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.RunListener;
import dev.maintainer.node.run.RunOptions;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.node.run.RunSink;
import dev.maintainer.node.run.SchedulerOptions;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.PacedSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database, replicated while nodes die and a maintainer hands over. */
class PostgresSourceRunTest {
    private final PostgresServer server = PostgresServer.shared();

    private final String source = server.newDatabase();
    private final Connectors connectors = Connectors.load(getClass().getClassLoader());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @BeforeEach
    void fill() {
        server.execute(
                source,
                "create schema shop",
                "create table shop.orders (id bigint primary key, customer int, total numeric(10, 2), placed timestamptz)",
                "create table shop.lines (id bigint, line int, article text, primary key (id, line))",
                "create table shop.nothing (name text primary key)",
                "create table shop.note (name varchar(40) primary key, text text, seen bool, raw bytea)",
                "insert into shop.orders select i, i % 7, i * 1.25, '2026-01-01'::timestamptz + i * interval '1 min'"
                        + " from generate_series(1, 5000) i",
                "insert into shop.lines select i, j, 'article ' || i * j from generate_series(1, 1500) i,"
                        + " generate_series(1, 3) j",
                "insert into shop.note select 'Ärger \"' || i, repeat('ü', i * 100), i % 2 = 0, '\\x00ff' from"
                        + " generate_series(1, 50) i",
                "create publication maintainer for tables in schema shop");
    }

    private ConnectorAddress address(String database) {
        return ConnectorAddress.parse(
                "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + database, "--source");
    }

    private RunResult run(ConnectorAddress sink) throws Exception {
        SchedulerOptions scheduler =
                new SchedulerOptions("balance", new TreeMap<>(), null, null, List.of(), Collections.emptySortedMap());
        try (PacedSource opened = connectors.openPaced(address(source), new TreeMap<>())) {
            return new RunDriver(
                            opened,
                            new RunSink(sink, new TreeMap<>(), connectors),
                            RunOptions.builder(scheduler)
                                    .nodes(3)
                                    .handoffs(1)
                                    .kills(1)
                                    .joins(1)
                                    .seed(1)
                                    .build(),
                            null,
                            snapshot -> {},
                            RunListener.NONE)
                    .run();
        }
    }

    private List<String> slots() throws SQLException {
        try (Connection connection = server.connect(source);
                Statement statement = connection.createStatement();
                ResultSet slots = statement.executeQuery(
                        "select slot_name from pg_replication_slots where database = current_database()")) {
            return slots.next() ? List.of(slots.getString(1)) : List.of();
        }
    }

    @Test
    @DisplayName("Into a database: what is there is equal in the end, and no slot is left")
    void intoADatabase() throws Exception {
        RunResult result = run(address(server.newDatabase()));

        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(result.tables()).isEqualTo(4);
        assertThat(slots()).isEmpty();
    }

    @Test
    @DisplayName("Into files: what is there is equal in the end")
    void intoFiles() throws Exception {
        RunResult result = run(ConnectorAddress.parse("files:" + temporary.resolve("sink"), "--sink"));

        assertThat(result.isGood()).as(result.toString()).isTrue();
        assertThat(slots()).isEmpty();
    }
}
