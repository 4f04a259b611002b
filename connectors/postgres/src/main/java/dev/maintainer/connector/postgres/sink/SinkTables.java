package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The tables in which the sink keeps what it has to know of itself. One schema serves all changefeeds of a database. */
final class SinkTables {
    /** The schema; no table of a source can be in it. */
    static final String SCHEMA = "maintainer_sink";

    /** Raised whenever another release could misread what is there. */
    private static final int LAYOUT = 5;
    /** Whoever makes the tables holds it; any number that nobody else uses. */
    private static final long MAKING = 0x6d61696e7461696eL;

    /** Which moment of the source was there when. */
    private static final String SYNC_POINT = "create table maintainer_sink.sync_point (changefeed text collate \"C\","
            // A position of the source, and what time it was there.
            + " commit_ts bigint, source_time timestamptz not null,"
            // Up to here the log of this server has it, and nothing behind it; and what a transaction sees that sees
            // just that.
            + " sink_lsn pg_lsn not null, sink_snapshot pg_snapshot not null,"
            + " written_at timestamptz not null default clock_timestamp(), primary key (changefeed, commit_ts))";

    private static final String[] TABLES = {
        "create schema " + SCHEMA,
        "create table maintainer_sink.layout (version integer not null)",
        "insert into maintainer_sink.layout values (" + LAYOUT + ")",
        // Who may write.
        "create table maintainer_sink.owner (changefeed text collate \"C\" primary key, epoch bigint not null,"
                + " source text not null, created_at timestamptz not null default now(),"
                // That something is missing which was committed, and where; null if nothing is known to be.
                + " went_back text)",
        // Which table of the source is which table here.
        "create table maintainer_sink.target (changefeed text collate \"C\", table_id bigint, schema_id bigint not null,"
                + " schema_name text not null, table_name text not null, state text not null,"
                // What it looks like in the source; null of one that has no columns of the source.
                + " definition text, primary key (changefeed, table_id))",
        // One row per opening that may write; and one, without a dispatcher, for each range that nobody has opened
        // again.
        "create table maintainer_sink.span (changefeed text collate \"C\", session bigint, table_id bigint not null,"
                + " lower bytea not null, upper bytea, dispatcher text, batches bigint not null,"
                + " written_ts bigint not null, progress text not null,"
                // Which rows of a table without a key are there; null of any other one.
                + " keyless text, primary key (changefeed, session)) with (fillfactor = 50)",
        "create index on maintainer_sink.span (changefeed, table_id)",
        "create sequence maintainer_sink.session",
        // Keys that were deleted, until everything up to then is known to be there.
        "create table maintainer_sink.tombstone (changefeed text collate \"C\", table_id bigint, key text collate \"C\","
                + " position bytea not null, commit_ts bigint not null, primary key (changefeed, table_id, key))",
        // What was executed.
        "create table maintainer_sink.ddl (changefeed text collate \"C\", commit_ts bigint, ordinal integer,"
                + " statement text not null, done_at timestamptz not null default now(),"
                + " primary key (changefeed, commit_ts, ordinal))",
        // Schemas that were not there before.
        "create table maintainer_sink.made_schema (changefeed text collate \"C\", name text,"
                + " primary key (changefeed, name))",
        SYNC_POINT,
    };

    /** From each layout to the next one, beginning with the first. */
    private static final String[][] UPGRADES = {
        {"alter table maintainer_sink.target add column definition text"},
        {"alter table maintainer_sink.owner add column went_back text"},
        {"alter table maintainer_sink.span add column keyless text"},
        {SYNC_POINT}
    };

    private SinkTables() {}

    /**
     * Makes the tables if they are not there, in the connection's transaction.
     *
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if another release has made them, or the database is not in UTF-8
     */
    static void make(Connection connection) throws SQLException {
        refuseEncoding(connection);
        try (Statement statement = connection.createStatement()) {
            if (!exist(connection)) {
                statement.execute("select pg_advisory_xact_lock(" + MAKING + ")");
                if (!exist(connection)) {
                    for (String sql : TABLES) {
                        statement.execute(sql);
                    }
                }
            }
            upgrade(connection, statement);
        }
        refuseLayout(connection);
    }

    private static void upgrade(Connection connection, Statement statement) throws SQLException {
        int found = layout(connection);
        if (found >= 1 && found < LAYOUT) {
            statement.execute("select pg_advisory_xact_lock(" + MAKING + ")");
            for (int layout = layout(connection); layout < LAYOUT; layout++) {
                for (String sql : UPGRADES[layout - 1]) {
                    statement.execute(sql);
                }
                statement.execute("update maintainer_sink.layout set version = " + (layout + 1));
            }
        }
    }

    /** Whether they are there. */
    static boolean exist(Connection connection) throws SQLException {
        return text(connection, "select to_regclass('maintainer_sink.made_schema')::text") != null;
    }

    /** Keys are compared as bytes of UTF-8, in the source and here. */
    private static void refuseEncoding(Connection connection) throws SQLException {
        String encoding = text(connection, "select current_setting('server_encoding')");
        if (!"UTF8".equals(encoding)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "the database has encoding " + encoding
                            + ", and keys of any language need UTF8; make another database");
        }
    }

    static void refuseLayout(Connection connection) throws SQLException {
        int layout = layout(connection);
        if (layout != LAYOUT) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "the schema " + SCHEMA + " has layout " + layout + ", and this release knows " + LAYOUT
                            + (layout < LAYOUT
                                    ? "; it is upgraded when a changefeed writes to it"
                                    : "; use the release that has made it, or another database"));
        }
    }

    private static int layout(Connection connection) throws SQLException {
        String version = text(connection, "select version::text from maintainer_sink.layout");
        return version == null ? 0 : Integer.parseInt(version);
    }

    private static @Nullable String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }
}
