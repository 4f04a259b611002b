package dev.maintainer.connector.postgres.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A database with a publication of all tables, a slot, and the readers of a test. */
final class ReadDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final Path directory;
    private final Properties credentials = new Properties();
    private final List<SlotReader> readers = new ArrayList<>();
    final String name;
    final SlotName slot;
    final long startTs;
    /** The settings of new readers. */
    long memoryBytes = ReaderSettings.DEFAULT_MEMORY_BYTES;

    Duration heartbeat = Duration.ZERO;

    ReadDatabase(PostgresServer server, Path directory) {
        this.server = server;
        this.directory = directory;
        name = server.newDatabase();
        slot = new SlotName(name + "_slot");
        execute("create table t (id int primary key, v text)", "create publication p for all tables");
        startTs = new SlotSetup(connections()).create(slot, "p", false, Duration.ofSeconds(30), SlotSetup.Look.NOTHING);
    }

    /** Connects under another role from now on. */
    void asRole(String role, String password) {
        credentials.setProperty("user", role);
        credentials.setProperty("password", password);
    }

    ConnectionSource connections() {
        return properties -> {
            Properties all = new Properties();
            all.putAll(credentials);
            all.putAll(properties);
            return server.connect(name, all);
        };
    }

    SlotReader read(long epoch, @Nullable KnownSource known, long startTs, TransactionLog log) {
        ReaderSettings settings = new ReaderSettings(
                slot, "p", epoch, directory, memoryBytes, ReaderSettings.DEFAULT_SPOOL_BYTES, heartbeat);
        SlotReader reader = SlotReader.start(connections(), settings, known, startTs, startTs, this.startTs, log);
        readers.add(reader);
        return reader;
    }

    void execute(String... statements) {
        server.execute(name, statements);
    }

    String query(String sql) {
        try (Connection connection = server.connect(name);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).as(sql).isTrue();
            return String.valueOf(result.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Up to where the slot was confirmed. */
    long confirmed() {
        return Lsn.parse(
                query("select confirmed_flush_lsn from pg_replication_slots where slot_name = '" + slot + "'"));
    }

    long walEnd() {
        return Lsn.parse(query("select pg_current_wal_lsn()"));
    }

    boolean isRead() {
        return query("select active from pg_replication_slots where slot_name = '" + slot + "'")
                .equals("t");
    }

    @Override
    public void close() {
        readers.forEach(SlotReader::close);
        new SlotSetup(connections()).drop(slot);
    }
}
