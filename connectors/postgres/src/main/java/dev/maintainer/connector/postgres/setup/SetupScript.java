package dev.maintainer.connector.postgres.setup;

import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.source.SourceSettings;
import dev.maintainer.connector.postgres.source.SourceSettings.Ddls;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.connector.postgres.sql.Literals;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * The statements that an administrator executes in a source. Pure.
 *
 * @param role that reads it
 * @param publication its name
 * @param tables which are published, as {@code SCHEMA.TABLE} with stars
 * @param appendOnly those whose rows are never changed, likewise: that they refuse it from then on is known
 * @param ddls how DDLs are followed; that they are noted only a superuser can arrange
 * @param marksSyncPoints whether sync points are marked
 */
record SetupScript(
        String role,
        String publication,
        List<String> tables,
        List<String> appendOnly,
        Ddls ddls,
        boolean marksSyncPoints) {
    /** The names of event triggers that note DDLs. */
    static final List<String> TRIGGERS = List.of("maintainer_ddl", "maintainer_drop", "maintainer_rewrite");

    static SetupScript of(SourceSettings settings) {
        return new SetupScript(
                settings.server().user(),
                settings.publication(),
                settings.tables().texts(),
                settings.appendOnly().texts(),
                settings.ddls(),
                settings.marksSyncPoints());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        String quoted = Identifiers.quoted(role);
        lines.add("-- Executed once by an administrator" + (ddls == Ddls.CAPTURE ? " (a superuser)" : "")
                + " in the database that is read. It may be executed again.");
        lines.add("-- A role with REPLICATION can read every table of the database: guard its password accordingly.");
        lines.add("do $setup$ begin");
        lines.add(
                "  if not exists (select from pg_catalog.pg_roles where rolname = " + Literals.quoted(role) + ") then");
        lines.add("    create role " + quoted + " login replication; -- give it a password: \\password");
        lines.add("  end if;");
        lines.add("end $setup$;");
        lines.add("create schema if not exists maintainer;");
        lines.add("revoke all on schema maintainer from public;");
        lines.add("grant usage on schema maintainer to " + quoted + ";");
        lines.add("-- Where changefeeds began, and which timeline was read last.");
        lines.add("create table if not exists maintainer.changefeed (name text primary key, system_id text not null,"
                + " database_oid bigint not null, publication_oid bigint not null, start_ts bigint not null);");
        lines.add("alter table maintainer.changefeed add column if not exists schemas bigint[];");
        lines.add("alter table maintainer.changefeed add column if not exists listed bigint[];");
        lines.add("alter table maintainer.changefeed add column if not exists timeline int;");
        lines.add("grant select, insert, update, delete on maintainer.changefeed to " + quoted + ";");
        switch (ddls) {
            case CAPTURE -> {
                lines.addAll(DdlLog.statements());
                lines.add("grant select on maintainer.ddl_log to " + quoted + ";");
                lines.add("grant select, insert on maintainer.ddl_position, maintainer.truncation to " + quoted + ";");
                lines.add("grant select, insert, update, delete on maintainer.copy_window to " + quoted + ";");
            }
            case DETECT -> lines.addAll(DetectedLog.statements(quoted));
            case NONE -> {}
        }
        if (marksSyncPoints) {
            lines.add("-- Of each beginning of a changefeed, the last sync point; its rows come in the log.");
            lines.add("create table if not exists maintainer.sync_point (source text primary key, due timestamptz not"
                    + " null, checkpoint_ts bigint not null);");
            lines.add("grant select, insert, update, delete on maintainer.sync_point to " + quoted + ";");
        }
        lines.addAll(grants(quoted));
        lines.add(
                "-- Before anything is published: a table without a replica identity would refuse changes from then on.");
        lines.add("do $setup$ declare refusing text; begin");
        lines.add("  if not exists (select from pg_catalog.pg_publication where pubname = "
                + Literals.quoted(publication) + ") then");
        lines.add("    select pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', '"
                + " order by n.nspname, c.relname) into refusing");
        lines.add("      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace");
        lines.add("      where c.relkind = 'r' and c.relpersistence = 'p' and (" + isPublished() + ")");
        lines.add("      and c.relreplident <> 'f' and not exists (select from pg_catalog.pg_index i"
                + " where i.indrelid = c.oid and i.indisvalid and i.indimmediate and"
                + " case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident end)"
                + isChanged() + ";");
        lines.add("    if refusing is not null then");
        lines.add(
                "      raise exception 'nothing is published: updates and deletions of % would be refused from then on',"
                        + " refusing using hint = 'Add a primary key, or set REPLICA IDENTITY FULL, or name tables whose"
                        + " rows are never changed in the setting append-only, or those that are replicated, one by one, as"
                        + " SCHEMA.TABLE in the setting tables.';");
        lines.add("    end if;");
        lines.add("    create publication " + Identifiers.quoted(publication) + " for " + published()
                + " with (publish = 'insert, update, delete, truncate', publish_via_partition_root = false);");
        lines.add("  end if;");
        lines.add("end $setup$;");
        if (marksSyncPoints) {
            lines.addAll(publishedSyncPoints());
        }
        if (ddls == Ddls.CAPTURE) {
            lines.add("-- What tables look like now; later changes are noted by the triggers.");
            lines.add(DdlLog.BASELINE);
        }
        return lines;
    }

    /** Also of a publication that was there before. */
    private List<String> publishedSyncPoints() {
        return List.of(
                "do $setup$ begin",
                "  if not exists (select from pg_catalog.pg_publication_tables where pubname = "
                        + Literals.quoted(publication)
                        + " and schemaname = 'maintainer' and tablename = 'sync_point') then",
                "    alter publication " + Identifiers.quoted(publication) + " add table maintainer.sync_point;",
                "  end if;",
                "end $setup$;");
    }

    private List<String> grants(String quoted) {
        List<String> grants = new ArrayList<>();
        for (String table : tables) {
            String schema = schemaOf(table);
            if (schema.indexOf('*') >= 0) {
                grants.add("-- For each schema that is read: grant usage on schema S to " + quoted
                        + "; grant select on all tables in schema S to " + quoted + ";");
                continue;
            }
            String name = Identifiers.quoted(schema);
            grants.add("grant usage on schema " + name + " to " + quoted + ";");
            if (nameOf(table).indexOf('*') < 0) {
                grants.add("grant select on " + name + "." + Identifiers.quoted(nameOf(table)) + " to " + quoted + ";");
            } else {
                grants.add("grant select on all tables in schema " + name + " to " + quoted + ";");
                grants.add("alter default privileges in schema " + name + " grant select on tables to " + quoted + ";");
            }
        }
        return grants;
    }

    /** A publication knows single tables, all of a schema, and all. */
    private boolean publishesAll() {
        return tables.stream().anyMatch(table -> schemaOf(table).indexOf('*') >= 0);
    }

    private TreeSet<String> wholeSchemas() {
        TreeSet<String> schemas = new TreeSet<>();
        for (String table : tables) {
            if (nameOf(table).indexOf('*') >= 0) {
                schemas.add(schemaOf(table));
            }
        }
        return schemas;
    }

    private List<String> singleTables() {
        TreeSet<String> schemas = wholeSchemas();
        List<String> single = new ArrayList<>();
        for (String table : tables) {
            if (!schemas.contains(schemaOf(table))) {
                single.add(Identifiers.quoted(schemaOf(table)) + "." + Identifiers.quoted(nameOf(table)));
            }
        }
        return single;
    }

    private String published() {
        if (publishesAll()) {
            return "all tables";
        }
        StringJoiner parts = new StringJoiner(", ");
        switch (ddls) {
            case CAPTURE -> parts.add("table maintainer.ddl_log");
            case DETECT -> parts.add("table maintainer.detected_ddl");
            case NONE -> {}
        }
        singleTables().forEach(table -> parts.add("table " + table));
        wholeSchemas().forEach(schema -> parts.add("tables in schema " + Identifiers.quoted(schema)));
        return parts.toString();
    }

    /** A condition for table {@code c} of schema {@code n}; a partition is published with its root. */
    private String isPublished() {
        if (publishesAll()) {
            return "n.nspname <> 'information_schema' and n.nspname !~ '^pg_'";
        }
        StringJoiner conditions = new StringJoiner(" or ");
        for (String table : singleTables()) {
            String oid = "pg_catalog.to_regclass(" + Literals.quoted(table) + ")";
            conditions.add("c.oid = " + oid);
            conditions.add(oid + " in (select relid from pg_catalog.pg_partition_ancestors(c.oid))");
        }
        wholeSchemas().forEach(schema -> conditions.add("n.nspname = " + Literals.quoted(schema)));
        return conditions.toString();
    }

    /** A condition for table {@code c} of schema {@code n}. */
    private String isChanged() {
        StringBuilder conditions = new StringBuilder();
        for (String pattern : appendOnly) {
            String like = pattern.replace("\\", "\\\\")
                    .replace("%", "\\%")
                    .replace("_", "\\_")
                    .replace('*', '%');
            conditions.append(" and n.nspname || '.' || c.relname not like ").append(Literals.quoted(like));
        }
        return conditions.toString();
    }

    private static String schemaOf(String table) {
        return table.substring(0, table.indexOf('.'));
    }

    private static String nameOf(String table) {
        return table.substring(table.indexOf('.') + 1);
    }

    List<String> removal() {
        List<String> lines = new ArrayList<>();
        lines.add("-- Executed by an administrator when no changefeed reads the database any more.");
        lines.add("-- Slots that are left retain the log: select pg_drop_replication_slot(slot_name) from"
                + " pg_replication_slots where slot_name like 'maintainer%' and not active;");
        TRIGGERS.forEach(trigger -> lines.add("drop event trigger if exists " + trigger + ";"));
        lines.add("drop publication if exists " + Identifiers.quoted(publication) + ";");
        lines.add("drop schema if exists " + CatalogQueries.OWN_SCHEMA + " cascade;");
        lines.add("-- The role stays: drop owned by " + Identifiers.quoted(role) + "; drop role "
                + Identifiers.quoted(role) + ";");
        return lines;
    }
}
