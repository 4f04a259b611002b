package dev.maintainer.demo.postgres;

import dev.maintainer.connector.postgres.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The database at both ends, with roles that may do what they have to, and no more. */
final class Databases {
    /** That of the shop, on both servers. */
    static final String NAME = "shop";

    private static final String SOURCE_ROLE = "maintainer_source";
    private static final String SINK_ROLE = "maintainer_sink";
    private static final String PASSWORD = "of-the-demonstration";

    private final PostgresServer source;
    private final PostgresServer sink;
    private final Path passwordFile;

    private Databases(PostgresServer source, PostgresServer sink, Path passwordFile) {
        this.source = source;
        this.sink = sink;
        this.passwordFile = passwordFile;
    }

    static Databases prepare(PostgresServer source, PostgresServer sink, Path directory) throws IOException {
        Path passwordFile = Files.createFile(
                directory.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, PASSWORD + "\n");
        Databases databases = new Databases(source, sink, passwordFile);
        databases.prepareSource();
        databases.prepareSink();
        return databases;
    }

    private void prepareSource() {
        source.execute("postgres", "create database " + NAME);
        source.execute(NAME, ShopTables.creation().toArray(String[]::new));
        source.execute(
                NAME,
                "create role " + SOURCE_ROLE + " login replication password '" + PASSWORD + "'",
                "grant usage on schema shop to " + SOURCE_ROLE,
                "grant select on all tables in schema shop to " + SOURCE_ROLE,
                "create schema maintainer",
                "grant usage on schema maintainer to " + SOURCE_ROLE,
                "create table maintainer.changefeed (name text primary key, system_id text not null,"
                        + " database_oid bigint not null, publication_oid bigint not null, start_ts bigint not null)",
                "grant select, insert, delete on maintainer.changefeed to " + SOURCE_ROLE,
                "create publication maintainer for tables in schema shop");
    }

    private void prepareSink() {
        sink.execute(
                "postgres",
                "create role " + SINK_ROLE + " login password '" + PASSWORD + "'",
                "create database " + NAME,
                "grant create on database " + NAME + " to " + SINK_ROLE,
                "grant set on parameter session_replication_role to " + SINK_ROLE);
    }

    PostgresServer source() {
        return source;
    }

    PostgresServer sink() {
        return sink;
    }

    String sourceAddress() {
        return address(SOURCE_ROLE, source) + "&tables=" + ShopTables.SCHEMA + ".*";
    }

    String sinkAddress() {
        return address(SINK_ROLE, sink);
    }

    private String address(String role, PostgresServer server) {
        return "postgresql://" + role + "@127.0.0.1:" + server.port() + "/" + NAME + "?password-file=" + passwordFile;
    }

    long rowsOfSource() throws SQLException {
        return number(
                source,
                "select sum((xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || c.oid::regclass, false,"
                        + " true, '')))[1]::text::bigint) from pg_class c where relkind = 'r' and relnamespace = 'shop'::regnamespace");
    }

    /** {@return where the log of the source ends now} */
    long endOfLog() throws SQLException {
        return number(source, "select pg_current_wal_lsn() - '0/0'::pg_lsn");
    }

    /** From now on the sink counts what is written a second time to a table to which the source only appends. */
    void watchSink() {
        sink.execute(
                NAME,
                "create table public.written_again (id bigint)",
                "grant insert on public.written_again to " + SINK_ROLE,
                "create function public.note_again() returns trigger language plpgsql as"
                        + " 'begin insert into public.written_again values (new.id); return new; end'",
                "create trigger again before update on shop.history for each row execute function public.note_again()",
                "alter table shop.history enable always trigger again");
    }

    long appliedTwice() throws SQLException {
        return number(sink, "select count(*) from public.written_again");
    }

    List<String> slots() throws SQLException {
        List<String> slots = new ArrayList<>();
        try (Connection connection = source.connect(NAME);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select slot_name from pg_replication_slots")) {
            while (result.next()) {
                slots.add(result.getString(1));
            }
        }
        return slots;
    }

    private static long number(PostgresServer server, String query) throws SQLException {
        try (Connection connection = server.connect(NAME);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            if (!result.next()) {
                throw new SQLException("no answer to: " + query);
            }
            return result.getLong(1);
        }
    }
}
