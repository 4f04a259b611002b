package dev.maintainer.connector.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.server.ReplicationTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * All kinds of messages of a real server. With {@code -Dcapture=FILE} they are written there, to become
 * {@code pgoutput-18.txt}.
 */
class CapturedMessagesTest {
    private static final String[] TABLES = {
        "create type mood as enum ('calm', 'glad')",
        "create table keyed (id int primary key, name varchar(20), feeling mood, big text)",
        "alter table keyed alter column big set storage external",
        "create table full_rows (a int, b text)",
        "alter table full_rows replica identity full",
        "create table indexed (u int not null, v text)",
        "create unique index indexed_u on indexed (u)",
        "alter table indexed replica identity using index indexed_u",
        "create table child (id int primary key, parent int references keyed)",
        "create table \"Größe \"\"1\"\"\" (\"ключ\" text primary key)",
        "create table empty ()",
        "create publication p for all tables",
        "select pg_create_logical_replication_slot('golden', 'pgoutput')",
        "select pg_replication_origin_create('elsewhere')"
    };

    private static final String[] COMMITTED = {
        "insert into keyed values (1, 'one', 'calm', repeat('x', 3000)), (2, null, null, '')",
        "update keyed set name = 'eins' where id = 1",
        "update keyed set id = 3 where id = 2",
        "delete from keyed where id = 3",
        "insert into full_rows values (1, 'a'), (null, null)",
        "update full_rows set b = 'c' where a = 1",
        "delete from full_rows where a is null",
        "insert into indexed values (1, 'v')",
        "update indexed set u = 2",
        "delete from indexed",
        "insert into \"Größe \"\"1\"\"\" values ('ключ 𝄞 \uFEFF')",
        "insert into empty default values",
        "truncate keyed restart identity cascade",
        "select pg_logical_emit_message(true, 'with', 'the transaction')",
        "select pg_logical_emit_message(false, 'at once', 'whatever becomes of the transaction')",
        "select pg_replication_origin_session_setup('elsewhere'); begin;"
                + " select pg_replication_origin_xact_setup('0/1234', now());"
                + " insert into keyed values (9, 'from elsewhere', 'glad', null); commit;"
                + " select pg_replication_origin_session_reset()"
    };

    private static final String[] STREAMED = {
        "begin; insert into keyed values (1, 'kept', 'calm', repeat('y', 3000)); savepoint s;"
                + " insert into keyed values (2, 'rolled back', null, null); rollback to s;"
                + " insert into full_rows values (7, 'z'); update keyed set name = 'stays' where id = 1;"
                + " delete from full_rows where a = 7; truncate child;"
                + " select pg_logical_emit_message(true, 'part', 'of it'); commit",
        "begin; insert into keyed values (4, 'never', null, null); insert into keyed values (5, 'never', null, null);"
                + " rollback"
    };

    private static final Map<String, String> OPTIONS =
            Map.of("proto_version", "2", "publication_names", "p", "streaming", "true", "messages", "true");

    private record Captured(Framing framing, String hex, WalMessage message) {}

    @Test
    void everyMessageOfAServerIsReadAndIsTheSameWhenWritten() throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.newDatabase();
        assumeTrue(server.release() >= 16, "earlier servers stream large transactions only");
        server.execute(database, TABLES);
        List<Captured> captured = new ArrayList<>();
        server.execute(database, COMMITTED);
        captured.addAll(read(server, database, ""));
        server.execute(database, "select pg_replication_slot_advance('golden', pg_current_wal_lsn())");
        server.execute(database, STREAMED);
        captured.addAll(read(server, database, "-c debug_logical_replication_streaming=immediate"));
        server.execute(database, "select pg_drop_replication_slot('golden')");

        assertThat(captured)
                .allSatisfy(one -> assertThat(
                                HexFormat.of().formatHex(MessageEncoder.encode(one.message(), one.framing())))
                        .as("%s", one.message())
                        .isEqualTo(one.hex()));
        assertThat(captured)
                .extracting(one -> one.message().getClass().getSimpleName())
                .as("kinds of messages")
                .containsAll(MessageKinds.names());
        write(captured);
    }

    private static List<Captured> read(PostgresServer server, String database, String settings) throws SQLException {
        List<Captured> captured = new ArrayList<>();
        try (ReplicationTap tap = new ReplicationTap(server, database, "golden", new TreeMap<>(OPTIONS), settings)) {
            Framing framing = Framing.WHOLE;
            for (byte[] bytes : tap.messages()) {
                WalMessage message = PgOutput.decode(bytes, 0, bytes.length, framing);
                captured.add(new Captured(framing, HexFormat.of().formatHex(bytes), message));
                if (message instanceof WalMessage.StreamStart) {
                    framing = Framing.STREAMED;
                } else if (message instanceof WalMessage.StreamStop) {
                    framing = Framing.WHOLE;
                }
            }
        }
        return captured;
    }

    private static void write(List<Captured> captured) throws IOException {
        String file = System.getProperty("capture");
        if (file == null) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (Captured one : captured) {
            lines.add("# " + MessageText.of(one.message()));
            lines.add(one.framing() + " " + one.hex());
        }
        Files.write(Path.of(file), lines);
    }
}
