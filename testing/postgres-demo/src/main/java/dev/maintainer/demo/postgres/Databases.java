package dev.maintainer.demo.postgres;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.replication.ConnectorAddress;
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
import java.util.SortedMap;
import java.util.TreeMap;

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

    /**
     * Makes and fills them.
     *
     * @param accounts rows of the largest table
     */
    static Databases prepare(PostgresServer source, PostgresServer sink, Path directory, int accounts)
            throws IOException {
        Path passwordFile = Files.createFile(
                directory.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, PASSWORD + "\n");
        Databases databases = new Databases(source, sink, passwordFile);
        databases.prepareSource(accounts);
        databases.prepareSink();
        return databases;
    }

    private void prepareSource(int accounts) {
        source.execute("postgres", "create database " + NAME);
        source.execute(NAME, ShopTables.creation(accounts).toArray(String[]::new));
        ConnectorAddress address = ConnectorAddress.parse(sourceAddress(), "the source");
        SortedMap<String, String> options = address.with(new TreeMap<>());
        source.execute(
                NAME,
                // What "maintainer postgres setup-sql" prints.
                String.join("\n", new PostgresSetup(System::getenv).script(address, options)),
                "alter role " + SOURCE_ROLE + " password '" + PASSWORD + "'");
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
