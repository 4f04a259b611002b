package dev.maintainer.connector.postgres.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader of a real server that goes on running. */
class SlotReaderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final RecordingLog log = new RecordingLog();

    @SuppressWarnings("NullAway.Init")
    private ReadDatabase database;

    @BeforeEach
    void database() {
        database = new ReadDatabase(PostgresServer.shared(), directory);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void awaitChanges(RecordingLog log, SlotReader reader, int count) {
        log.await(count + " changes", () -> log.changes().size() >= count, reader::status);
    }

    private void awaitFailure(SlotReader reader, ErrorCode code, String text) {
        log.await("the failure of the reader", () -> reader.status().state() == ReaderState.FAILED, reader::status);
        MaintainerException failure = Objects.requireNonNull(reader.status().failure());
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getMessage()).contains(text);
    }

    private void awaitConfirmed(SlotReader reader, long ts) {
        log.await("the slot to be confirmed up to " + ts, () -> database.confirmed() >= ts, reader::status);
    }

    @Test
    @DisplayName("transactions come in the order of commits, at positions that a later reader goes on from")
    void goesOn() {
        SlotReader first = database.read(1, null, database.startTs, log);
        database.execute("insert into t values (1, 'a'), (2, null)", "update t set v = 'b' where id = 1");
        awaitChanges(log, first, 3);
        first.close();
        database.execute("delete from t where id = 2", "truncate t");

        RecordingLog after = new RecordingLog();
        SlotReader second = database.read(2, first.known(), log.commits().get(1), after);
        awaitChanges(after, second, 2);
        RecordingLog between = new RecordingLog();
        second.close();
        SlotReader third = database.read(3, second.known(), log.commits().get(0), between);
        awaitChanges(between, third, 3);

        assertThat(log.changes()).containsExactly("+t[id=1, v=a]", "+t[id=2, v=null]", "~t[id=1, v=b]");
        assertThat(after.changes()).containsExactly("-t[id=2, v=null]", "0[t]");
        assertThat(between.changes()).containsExactly("~t[id=1, v=b]", "-t[id=2, v=null]", "0[t]");
        assertThat(between.commits().get(0)).isEqualTo(log.commits().get(1));
    }

    @Test
    @DisplayName("a value has the same text whatever role, database and process have set")
    void textOfValues() {
        database.execute(
                "create table v (id int primary key, t timestamptz, i interval, f float8, b bytea, d date)",
                "alter database " + database.name + " set DateStyle = 'German, DMY'",
                "alter database " + database.name + " set IntervalStyle = 'iso_8601'",
                "alter database " + database.name + " set bytea_output = 'escape'",
                "alter database " + database.name + " set extra_float_digits = -5");
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
        try {
            SlotReader reader = database.read(1, null, database.startTs, log);
            database.execute(
                    "insert into v values (1, '2026-11-30 12:00:00.000001+00', '1 year 2 days', 0.1, '\\x00ff',"
                            + " '0044-03-15 BC')");
            awaitChanges(log, reader, 1);
        } finally {
            TimeZone.setDefault(before);
        }

        assertThat(log.changes())
                .containsExactly("+v[id=1, t=2026-11-30 12:00:00.000001+00, i=1 year 2 days, f=0.1, b=\\x00ff,"
                        + " d=0044-03-15 BC]");
    }

    @Test
    @DisplayName("the source forgets what was confirmed, and nothing that was only read")
    void confirms() {
        SlotReader reader = database.read(1, null, database.startTs, log);
        database.execute("insert into t values (1, 'a')");
        awaitChanges(log, reader, 1);
        long read = log.commits().get(0);
        // The position of the server moves on, and with it that which a careless reader would confirm.
        database.execute("select pg_logical_emit_message(false, 'x', 'y')", "checkpoint");
        log.await("the position of the server", () -> log.resolved() > read, reader::status);
        assertThatThrownBy(() -> reader.confirm(log.resolved() + 1_000_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was delivered");
        reader.close();
        assertThat(database.confirmed()).isEqualTo(database.startTs);

        SlotReader next = database.read(2, reader.known(), log.resolved(), new RecordingLog());
        // It has not met the commits that are durable, and knows only where it has begun itself.
        next.confirm(read);
        next.confirm(log.resolved());
        awaitConfirmed(next, log.resolved());
        assertThat(database.confirmed()).isEqualTo(log.resolved());
    }

    @Test
    @DisplayName(
            "in a database where nothing happens the position moves on with what others write, and the slot after it")
    void idle() {
        PostgresServer server = PostgresServer.shared();
        String other = server.newDatabase();
        server.execute(other, "create table elsewhere (x text)");
        SlotReader reader = database.read(1, null, database.startTs, log);
        server.execute(other, "insert into elsewhere select repeat('x', 100) from generate_series(1, 10000)");
        long end = database.walEnd();

        log.await("the position of the server", () -> log.resolved() >= end, reader::status);
        reader.confirm(log.resolved());
        awaitConfirmed(reader, end);

        assertThat(log.changes()).isEmpty();
    }

    @Test
    @DisplayName("signs of life that the server asks for confirm nothing either")
    void signsOfLife() {
        database.execute("alter database " + database.name + " set wal_sender_timeout = '1s'");
        SlotReader reader = database.read(1, null, database.startTs, log);
        log.await("the slot to be read", database::isRead, reader::status);
        database.execute("select pg_logical_emit_message(false, 'x', 'y')", "checkpoint");
        long end = database.walEnd();
        log.await("the position of the server", () -> log.resolved() >= end, reader::status);

        String reached = database.query("select clock_timestamp()");
        log.await(
                "signs of life for longer than the server waits for one",
                () -> database.query("select clock_timestamp() > '" + reached + "'::timestamptz + interval '2 s'")
                        .equals("t"),
                reader::status);

        assertThat(database.confirmed()).isEqualTo(database.startTs);
        assertThat(reader.status().state()).isEqualTo(ReaderState.STREAMING);
    }

    @Test
    @DisplayName("where nobody writes anything the reader does, if it may")
    void heartbeat() {
        database.heartbeat = Duration.ofMillis(300);
        SlotReader reader = database.read(1, null, database.startTs, log);
        log.await("the first position", () -> log.resolved() > 0, reader::status);
        long quiet = log.resolved();

        log.await("a later position", () -> log.resolved() > quiet, reader::status);

        assertThat(log.changes()).isEmpty();
        log.await("what the slot retains", () -> reader.status().slot().walEnd() > 0, reader::status);
        assertThat(reader.status().slot().walStatus()).isEqualTo("reserved");
    }

    @Test
    @DisplayName("a transaction much larger than memory comes whole, without what was rolled back in it")
    void large() {
        database.memoryBytes = 100_000;
        database.execute("alter database " + database.name + " set logical_decoding_work_mem = '64kB'");
        SlotReader reader = database.read(1, null, database.startTs, log);
        List<Long> held = Collections.synchronizedList(new ArrayList<>());

        database.execute("begin; insert into t select g, repeat('x', 100) from generate_series(1, 20000) g;"
                + " savepoint s; insert into t select g, 'never' from generate_series(20001, 40000) g;"
                + " rollback to s; insert into t values (0, 'last'); commit");
        log.await(
                "all of it",
                () -> {
                    held.add(reader.status().heldBytes());
                    return log.changes().size() >= 20_001;
                },
                reader::status);

        assertThat(log.commits()).hasSize(1);
        assertThat(log.changes()).hasSize(20_001).last().isEqualTo("+t[id=0, v=last]");
        assertThat(log.changes()).noneMatch(change -> change.contains("never"));
        assertThat(held).allMatch(bytes -> bytes <= 100_000);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    @DisplayName("transactions whose changes alternate come one after the other")
    void interleaved() throws SQLException {
        database.execute("alter database " + database.name + " set logical_decoding_work_mem = '64kB'");
        SlotReader reader = database.read(1, null, database.startTs, log);
        try (Connection one = PostgresServer.shared().connect(database.name);
                Connection other = PostgresServer.shared().connect(database.name);
                Statement ofOne = one.createStatement();
                Statement ofOther = other.createStatement()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            for (int round = 0; round < 4; round++) {
                ofOne.execute("insert into t select g, repeat('1', 100) from generate_series(" + round * 1000 + ", "
                        + (round * 1000 + 999) + ") g");
                ofOther.execute("insert into t select g, repeat('2', 100) from generate_series("
                        + (50_000 + round * 1000) + ", " + (50_000 + round * 1000 + 999) + ") g");
            }
            other.commit();
            one.commit();
        }
        awaitChanges(log, reader, 8000);

        assertThat(log.commits()).hasSize(2).isSorted();
        assertThat(log.changes().subList(0, 4000)).allMatch(change -> change.contains("v=2"));
        assertThat(log.changes().subList(4000, 8000)).allMatch(change -> change.contains("v=1"));
    }

    @Test
    @DisplayName("a log without room stops the reading, and nothing else: the session stays, and goes on")
    void full() {
        log.setFull(true);
        SlotReader reader = database.read(1, null, database.startTs, log);
        database.execute("insert into t values (1, 'a')", "insert into t values (2, 'b')");
        log.await("a refusal", () -> log.refusals() > 10, reader::status);
        assertThat(reader.status().detail()).contains("no room");
        assertThat(reader.status().resolvedTs()).isEqualTo(database.startTs);

        log.setFull(false);
        awaitChanges(log, reader, 2);
        assertThat(log.changes()).containsExactly("+t[id=1, v=a]", "+t[id=2, v=b]");
    }

    @Test
    @DisplayName("a slot that was dropped and made anew has lost what came in between, and nothing is delivered")
    void slotMadeAnew() {
        SlotReader reader = database.read(1, null, database.startTs, log);
        database.execute("insert into t values (1, 'a')");
        awaitChanges(log, reader, 1);
        reader.close();
        SlotSetup setup = new SlotSetup(database.connections());
        setup.drop(database.slot);
        database.execute("insert into t values (2, 'lost')");
        long read = log.commits().get(0);

        awaitFailure(database.read(2, reader.known(), read, log), ErrorCode.SOURCE_HISTORY_LOST, "is not there");
        setup.create(database.slot, "p", false, Duration.ofSeconds(30), SlotSetup.Look.NOTHING);
        awaitFailure(database.read(3, reader.known(), read, log), ErrorCode.SOURCE_HISTORY_LOST, "made anew");

        assertThat(log.changes()).containsExactly("+t[id=1, v=a]");
        assertThatThrownBy(
                        () -> setup.create(database.slot, "p", false, Duration.ofSeconds(30), SlotSetup.Look.NOTHING))
                .hasMessageContaining("already");
    }

    @Test
    @DisplayName("a slot that is dropped under a reader ends it, with what to do")
    void slotDropped() {
        SlotReader reader = database.read(1, null, database.startTs, log);
        log.await("the slot to be read", database::isRead, reader::status);
        database.execute(
                "select pg_terminate_backend(active_pid), pg_sleep(0.1) from pg_replication_slots where slot_name = '"
                        + database.slot + "'; select pg_drop_replication_slot('" + database.slot + "')");

        awaitFailure(reader, ErrorCode.SOURCE_HISTORY_LOST, "copy the tables anew");
    }

    @Test
    @DisplayName("a publication that was dropped and made anew has lost history, though the server says nothing")
    void publicationMadeAnew() {
        SlotReader reader = database.read(1, null, database.startTs, log);
        database.execute("insert into t values (1, 'a')");
        awaitChanges(log, reader, 1);
        reader.close();
        database.execute(
                "drop publication p", "insert into t values (2, 'lost')", "create publication p for all tables");

        awaitFailure(
                database.read(2, reader.known(), log.commits().get(0), log),
                ErrorCode.SOURCE_HISTORY_LOST,
                "made anew");
        assertThat(log.changes()).containsExactly("+t[id=1, v=a]");
    }

    @Test
    @DisplayName("the same while it is read: the server goes on without a word, and has nothing to tell")
    void publicationMadeAnewMeanwhile() {
        SlotReader reader = database.read(1, null, database.startTs, log);
        log.await("the slot to be read", database::isRead, reader::status);
        database.execute(
                "drop publication p", "insert into t values (2, 'lost')", "create publication p for all tables");

        awaitFailure(reader, ErrorCode.SOURCE_HISTORY_LOST, "made anew");
    }

    @Test
    @DisplayName("a role that may not replicate is named, and tried again until it may")
    void forbidden() {
        database.execute(
                "create role " + database.name + "_role login password 'secret'",
                "grant usage on schema public to " + database.name + "_role");
        database.asRole(database.name + "_role", "secret");
        SlotReader reader = database.read(1, null, database.startTs, log);
        log.await("the refusal", () -> reader.status().state() == ReaderState.WAITING, reader::status);
        assertThat(reader.status().detail()).contains("42501").doesNotContain("secret");

        database.execute("alter role " + database.name + "_role replication", "insert into t values (1, 'a')");
        awaitChanges(log, reader, 1);
        reader.close();
        database.execute("drop owned by " + database.name + "_role", "drop role " + database.name + "_role");
        database.asRole(PostgresServer.ADMIN, "");
    }

    @Test
    void aPublicationWithoutAllRowsIsRefused() {
        database.execute(
                "drop publication p", "create publication p for table t where (id > 5) with (publish = 'insert')");

        awaitFailure(
                database.read(1, null, database.startTs, log),
                ErrorCode.BAD_CONFIGURATION,
                "it leaves out update, delete, truncate; it has not all rows or columns of public.t");
    }

    @Test
    @DisplayName("a reader of a later epoch takes the slot over, and the one before learns it")
    void takenOver() {
        SlotReader old = database.read(1, null, database.startTs, log);
        log.await("the slot to be read", database::isRead, old::status);

        RecordingLog other = new RecordingLog();
        SlotReader next = database.read(2, null, database.startTs, other);
        database.execute("insert into t values (1, 'a')");
        awaitChanges(other, next, 1);

        awaitFailure(old, ErrorCode.FENCED, "epoch 2");
        database.execute("insert into t values (2, 'b')");
        awaitChanges(other, next, 2);
        assertThat(next.status().state()).isEqualTo(ReaderState.STREAMING);
    }

    @Test
    @DisplayName("the making of a slot says for whom it waits, and leaves none behind")
    void waitsForTransactions() throws SQLException {
        SlotSetup setup = new SlotSetup(database.connections());
        SlotName late = new SlotName(database.name + "_late");
        try (Connection running = PostgresServer.shared().connect(database.name);
                Statement statement = running.createStatement()) {
            running.setAutoCommit(false);
            statement.execute("insert into t values (99, 'not yet')");

            assertThatThrownBy(() -> setup.create(late, "p", false, Duration.ofSeconds(1), SlotSetup.Look.NOTHING))
                    .isInstanceOfSatisfying(
                            MaintainerException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_REFUSED))
                    .hasMessageContaining("session ")
                    .hasMessageContaining(" of postgres for ");
        }
        assertThat(database.query("select count(*) from pg_replication_slots where slot_name = '" + late + "'"))
                .isEqualTo("0");
        setup.drop(late);
        assertThatThrownBy(() -> setup.create(late, "nowhere", false, Duration.ofSeconds(1), SlotSetup.Look.NOTHING))
                .hasMessageContaining("no publication \"nowhere\"");
    }

    @Test
    void tablesWhoseUpdatesTheSourceWouldRefuseAreNamed() {
        database.execute(
                "create table \"No Key\" (a int)",
                "create table nothing (a int primary key)",
                "alter table nothing replica identity nothing",
                "create table whole (a int)",
                "alter table whole replica identity full");

        assertThat(new SlotSetup(database.connections()).tablesWithoutIdentity("p"))
                .containsExactly("public.\"No Key\"", "public.nothing");
    }
}
