package dev.maintainer.connector.postgres.setup;

import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.Obstacle;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.source.SourceSettings;
import dev.maintainer.connector.postgres.source.SourceSettings.Ddls;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.replication.SourceSetup.Finding;
import dev.maintainer.replication.SourceSetup.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks whether a database is ready to be read by a role. Changes nothing. Used by one thread. */
final class SetupCheck {
    private static final int MOST_NAMED = 100;
    private static final String DETECTED = "detected_ddl";
    private static final String SYNC_POINT = "sync_point";
    private static final String BY_SCRIPT = "; execute what 'maintainer postgres setup-sql' prints";

    private static final String TRIGGERS = """
            select count(*)::text from pg_event_trigger where evtname = any (?::text[]) and evtenabled = 'A'""";
    private static final String PUBLISHES = """
            select (pubinsert and pubupdate and pubdelete and pubtruncate and not pubviaroot)::text
            from pg_publication where pubname = ?""";
    private static final String LOG_IS_PUBLISHED = """
            select 'true' from pg_publication_tables
            where pubname = ? and schemaname = 'maintainer' and tablename = ?""";
    private static final String HAS_ALL = """
            select bool_and(has_table_privilege(?, p))::text from regexp_split_to_table(?, ', ') p""";
    private static final String UNREADABLE = """
            select concat(n.nspname, '.', c.relname)
            from unnest(?::bigint[]) as u(oid) join pg_class c on c.oid = u.oid::oid
              join pg_namespace n on n.oid = c.relnamespace
            where not has_table_privilege(c.oid, 'select') or not has_schema_privilege(n.oid, 'usage')
            order by 1 limit 100""";
    private static final String FREE_SLOTS = """
            select (current_setting('max_replication_slots')::int - count(*))::text from pg_replication_slots""";
    private static final String FREE_SENDERS = """
            select (current_setting('max_wal_senders')::int - count(*))::text
            from pg_stat_activity where backend_type = 'walsender'""";

    private final Connection connection;
    private final SourceSettings settings;
    private final List<Finding> findings = new ArrayList<>();

    SetupCheck(Connection connection, SourceSettings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    List<Finding> findings() throws SQLException {
        server();
        role();
        ownTables();
        publication();
        return List.copyOf(findings);
    }

    private void problem(String text) {
        findings.add(new Finding(Level.PROBLEM, text));
    }

    private void warning(String text) {
        findings.add(new Finding(Level.WARNING, text));
    }

    /** A changefeed that is to follow DDLs cannot be created. */
    private void unfollowed(String text) {
        if (settings.followsDdls()) {
            problem(text + ", or set ddl=none");
        } else {
            warning(text + ", so a DDL ends the changefeed");
        }
    }

    private @Nullable String text(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getString(1) : null;
            }
        }
    }

    private boolean isTrue(String sql, Object... parameters) throws SQLException {
        return "true".equals(text(sql, parameters));
    }

    private void server() throws SQLException {
        String level = text("select current_setting('wal_level')");
        if (!"logical".equals(level)) {
            problem("wal_level is " + level + "; set wal_level = logical and restart the server");
        }
        String encoding = text("select current_setting('server_encoding')");
        if (!"UTF8".equals(encoding)) {
            problem("the database has encoding " + encoding + ", and rows are read as UTF8; convert it");
        }
        if (isTrue("select pg_is_in_recovery()::text")) {
            problem("the server is a standby; name its primary");
        }
        for (String[] limit :
                new String[][] {{FREE_SLOTS, "max_replication_slots"}, {FREE_SENDERS, "max_wal_senders"}}) {
            String free = text(limit[0]);
            if (free == null || Long.parseLong(free) < 1) {
                problem("none is free of " + limit[1]
                        + "; raise it by the number of nodes and one, and restart the server");
            }
        }
        String kept = text("select current_setting('max_slot_wal_keep_size')");
        if (!"-1".equals(kept)) {
            warning("max_slot_wal_keep_size is " + kept
                    + ": a changefeed that stands still until so much was written is lost");
        }
        String idle = text("select current_setting('idle_replication_slot_timeout', true)");
        if (idle != null && !"0".equals(idle)) {
            warning("idle_replication_slot_timeout is " + idle
                    + ": a changefeed that is paused for longer is lost; set it to 0");
        }
    }

    private void role() throws SQLException {
        if (!isTrue("select (rolreplication or rolsuper)::text from pg_roles where rolname = current_user")) {
            problem("the role may not replicate; ALTER ROLE ... REPLICATION");
        }
    }

    private void ownTables() throws SQLException {
        if (text("select to_regclass('maintainer.changefeed')::text") == null) {
            problem("there is no table maintainer.changefeed, in which a source keeps where changefeeds began"
                    + BY_SCRIPT);
        } else if (!isTrue(
                "select has_table_privilege('maintainer.changefeed', 'select, insert, update, delete')::text")) {
            problem("the role may not write maintainer.changefeed" + BY_SCRIPT);
        }
        if (settings.marksSyncPoints()) {
            syncPoints();
        }
        if (settings.ddls() == Ddls.DETECT) {
            for (String table : List.of(DETECTED, "truncation", "copy_window")) {
                requireWritable(
                        table, table.equals("truncation") ? "select, insert" : "select, insert, update, delete");
            }
            return;
        }
        if (text("select to_regclass('maintainer.ddl_log')::text") == null) {
            unfollowed("there is no table maintainer.ddl_log" + BY_SCRIPT);
            return;
        }
        for (String table : List.of("ddl_position", "truncation", "copy_window")) {
            requireWritable(table, "select, insert");
        }
        String enabled = text(TRIGGERS, connection.createArrayOf("text", SetupScript.TRIGGERS.toArray()));
        if (!String.valueOf(SetupScript.TRIGGERS.size()).equals(enabled)) {
            warning("not all event triggers " + String.join(", ", SetupScript.TRIGGERS)
                    + " are there and enabled always, so DDLs are not noted" + BY_SCRIPT);
        }
    }

    private void syncPoints() throws SQLException {
        String name = "maintainer." + SYNC_POINT;
        if (text("select to_regclass('" + name + "')::text") == null) {
            problem("there is no table " + name + BY_SCRIPT + ", or leave out sync-point-seconds");
        } else if (!isTrue(HAS_ALL, name, "select, insert, update, delete")) {
            problem("the role may not write " + name + BY_SCRIPT);
        }
    }

    private void requireWritable(String table, String privileges) throws SQLException {
        String name = "maintainer." + table;
        if (text("select to_regclass('" + name + "')::text") == null) {
            unfollowed("there is no table " + name + BY_SCRIPT);
        } else if (!isTrue(HAS_ALL, name, privileges)) {
            unfollowed("the role may not write " + name + BY_SCRIPT);
        }
    }

    private void publication() throws SQLException {
        String name = settings.publication();
        String publishes = text(PUBLISHES, name);
        if (publishes == null) {
            problem("there is no publication " + Printable.quoted(name) + BY_SCRIPT);
            return;
        }
        if (!publishes.equals("true")) {
            problem("publication " + Printable.quoted(name)
                    + " has to publish inserts, updates, deletions and truncations,"
                    + " and partitions as they are; ALTER PUBLICATION ... SET (publish = 'insert, update, delete,"
                    + " truncate', publish_via_partition_root = false)");
        }
        String log = settings.ddls() == Ddls.DETECT ? DETECTED : "ddl_log";
        if (text(LOG_IS_PUBLISHED, name, log) == null) {
            unfollowed(unpublished(name, log));
        }
        if (settings.marksSyncPoints() && text(LOG_IS_PUBLISHED, name, SYNC_POINT) == null) {
            problem(unpublished(name, SYNC_POINT) + ", or leave out sync-point-seconds");
        }
        List<SourceTable> tables = CatalogQueries.tables(connection, name, settings.appendOnly()::matches).stream()
                .filter(table -> settings.tables().matches(table.info().name()))
                .toList();
        if (tables.isEmpty()) {
            problem("publication " + Printable.quoted(name) + " has none of the tables "
                    + Printable.line(settings.tables().toString()) + "; add them by ALTER PUBLICATION");
        }
        tables.stream()
                .filter(table -> !table.obstacles().isEmpty())
                .limit(MOST_NAMED)
                .forEach(this::obstacles);
        tables.stream()
                .filter(SetupCheck::refusesChanges)
                .limit(MOST_NAMED)
                .forEach(table -> warning("table "
                        + Printable.line(table.info().name().toString())
                        + " is only inserted into, by the setting append-only: the source refuses updates and deletions of"
                        + " it as long as it is published"));
        unreadable(tables);
    }

    private static String unpublished(String publication, String table) {
        return "publication " + Printable.quoted(publication) + " has no table maintainer." + table
                + "; ALTER PUBLICATION ... ADD TABLE maintainer." + table;
    }

    private static boolean refusesChanges(SourceTable table) {
        return table.image().key().isEmpty()
                && table.image().identity() != ReplicaIdentity.FULL
                && table.obstacles().isEmpty();
    }

    private void unreadable(List<SourceTable> tables) throws SQLException {
        Object[] oids =
                tables.stream().map(table -> table.info().table().value()).toArray();
        try (PreparedStatement statement = connection.prepareStatement(UNREADABLE)) {
            statement.setArray(1, connection.createArrayOf("bigint", oids));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    problem("the role may not read table " + Printable.line(result.getString(1))
                            + "; GRANT SELECT ON it, and USAGE ON its schema");
                }
            }
        }
    }

    private void obstacles(SourceTable table) {
        for (Obstacle obstacle : table.obstacles()) {
            problem("table " + Printable.line(table.info().name().toString()) + " " + obstacle.text());
        }
    }
}
