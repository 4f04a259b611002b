package dev.maintainer.connector.postgres.setup;

import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import java.util.ArrayList;
import java.util.List;

/**
 * The table in which a source notes its DDLs, and what notes them. Its rows come in the log between the rows before and behind a
 * DDL. They cannot be written by those who execute DDLs, as messages in the log could.
 */
final class DdlLog {
    private static final String TABLE = """
            create table if not exists maintainer.ddl_log (
              id bigint generated always as identity primary key,
              xid xid8 not null default pg_catalog.pg_current_xact_id(),
              noted_at timestamptz not null default pg_catalog.clock_timestamp(),
              kind text not null, -- baseline, table, dropped, rewritten, schema, dropped schema, publication, other, opaque
              tag text not null,
              object_oid bigint, schema_oid bigint, schema_name text, object_name text,
              relation_kind text, persistence text,
              partition_of bigint, -- the table whose partition it is
              added_values json, -- of columns by number, the value of rows that were there when the column was added
              detail text, image json);""";

    /** Written by those who read the log of the server, which alone knows where something was committed. */
    private static final String POSITIONS =
            "create table if not exists maintainer.ddl_position (entry bigint, commit_ts bigint,"
                    + " primary key (entry, commit_ts));";

    /** Also of a source whose DDLs nobody notes. */
    static final List<String> OF_READERS = List.of(
            "create table if not exists maintainer.truncation (table_oid bigint, commit_ts bigint,"
                    + " primary key (table_oid, commit_ts));",
            "create table if not exists maintainer.copy_window (source text, table_id bigint, end_ts bigint not null,"
                    + " primary key (source, table_id));");

    private static final String IMAGE = """
            create or replace function maintainer.table_image(relation oid) returns json
              language sql stable set search_path = pg_catalog as $image$
            select %s
            from pg_class c where c.oid = relation
            $image$;""".formatted(CatalogQueries.image());

    private static final String NOTE_TABLES = """
            create or replace function maintainer.note_tables(kind text, tag text, relations oid[], detail text)
              returns void language sql set search_path = pg_catalog as $note$
            insert into maintainer.ddl_log (kind, tag, object_oid, schema_oid, schema_name, object_name, relation_kind,
              persistence, partition_of, added_values, detail, image)
            with recursive touched(oid) as (
              select unnest(relations)
              union
              select i.inhrelid from pg_inherits i join touched t on t.oid = i.inhparent)
            select kind, tag, c.oid, n.oid, n.nspname, c.relname, c.relkind::text, c.relpersistence::text,
              case when c.relispartition then (select i.inhparent from pg_inherits i where i.inhrelid = c.oid limit 1) end,
              (select json_object_agg(a.attnum, (a.attmissingval::text::text[])[1])
                from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and a.atthasmissing and not a.attisdropped),
              detail, maintainer.table_image(c.oid)
            from touched t join pg_class c on c.oid = t.oid join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname <> 'maintainer'
              and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
            order by n.nspname, c.relname
            $note$;""";

    /** A failure must not become one of whoever executes the DDL. */
    private static final String GUARDED = """
            create or replace function maintainer.%s() returns event_trigger
              language plpgsql security definer set search_path = pg_catalog as $trigger$
            begin
            %s
            exception when others then
              begin
                insert into maintainer.ddl_log (kind, tag, detail) values ('opaque', tg_tag, sqlerrm);
              exception when others then
                raise warning 'maintainer has not noted %%: %%', tg_tag, sqlerrm;
              end;
            end $trigger$;""";

    /** Otherwise an image would lack what another transaction has done since; it would be taken for what this one has done. */
    private static final String REQUIRE_PRESENT = """
              if current_setting('transaction_isolation') <> 'read committed' and exists (
                select from pg_event_trigger_ddl_commands() d
                  join pg_class c on c.oid = d.objid and d.classid = 'pg_class'::regclass
                where c.relkind in ('r', 'p') and (
                  c.relnatts <> (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
                  or exists (
                    select from pg_attribute a
                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname
                      <> (pg_identify_object_as_address('pg_class'::regclass, c.oid, a.attnum)).object_names[3]))) then
                raise exception 'the transaction does not see what another one has done to the table since it began';
              end if;
            """;

    private static final String NOTE_DDL = REQUIRE_PRESENT + """
              perform maintainer.note_tables('table', tg_tag, array(
                select distinct objid from pg_event_trigger_ddl_commands() where classid = 'pg_class'::regclass), null);
              insert into maintainer.ddl_log (kind, tag, object_oid, schema_name, object_name, detail)
              select case object_type when 'schema' then 'schema' else 'other' end, command_tag, objid, schema_name,
                object_identity, object_type
              from pg_event_trigger_ddl_commands()
              where coalesce(schema_name, '') not in ('maintainer', 'pg_temp') and not in_extension
                and object_type in ('schema', 'type', 'domain', 'composite type');
              if tg_tag in ('ALTER SCHEMA', 'ALTER TYPE', 'ALTER DOMAIN') then
                perform maintainer.note_tables('table', tg_tag, array(
                  with recursive changed(oid) as (
                    select objid from pg_event_trigger_ddl_commands() where classid = 'pg_type'::regclass
                    union
                    select t.oid from changed e join pg_type t
                      on (t.typtype = 'd' and t.typbasetype = e.oid) or (t.typcategory = 'A' and t.typelem = e.oid))
                  select c.oid from pg_class c where c.relkind in ('r', 'p') and (
                    c.relnamespace in (select objid from pg_event_trigger_ddl_commands()
                      where classid = 'pg_namespace'::regclass)
                    or exists (
                      select from pg_attribute a join changed e on e.oid = a.atttypid where a.attrelid = c.oid)
                    or c.reloftype in (
                      select t.oid from pg_type t join pg_event_trigger_ddl_commands() d on d.objid in (t.oid, t.typrelid)
                    ))), null);
              end if;
              if tg_tag = 'ALTER PUBLICATION' then
                insert into maintainer.ddl_log (kind, tag, detail)
                select 'publication', tg_tag, p.pubname
                from pg_event_trigger_ddl_commands() d
                  join pg_publication p on p.oid = d.objid and d.classid = 'pg_publication'::regclass
                where p.pubviaroot or not (p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate);
              end if;""";

    private static final String NOTE_DROP = """
              insert into maintainer.ddl_log (kind, tag, object_oid, schema_name, object_name)
              select case object_type when 'schema' then 'dropped schema' else 'dropped' end, tg_tag, objid, schema_name,
                object_name
              from pg_event_trigger_dropped_objects()
              where object_type in ('table', 'schema') and not is_temporary
                and coalesce(schema_name, '') <> 'maintainer';
              if tg_tag = 'ALTER PUBLICATION' then
                insert into maintainer.ddl_log (kind, tag, schema_oid, schema_name, object_name, detail)
                select 'publication', tg_tag, to_regnamespace(quote_ident(address_names[1]))::oid, address_names[1],
                  address_names[2], address_args[1]
                from pg_event_trigger_dropped_objects()
                where object_type in ('publication relation', 'publication namespace');
              elsif tg_tag <> 'ALTER TABLE' then
                -- Columns and defaults go with what they need, such as a type.
                perform maintainer.note_tables('table', tg_tag, array(
                  select objid from pg_event_trigger_dropped_objects()
                  where classid = 'pg_class'::regclass and objsubid > 0
                  union
                  select to_regclass(format('%I.%I', address_names[1], address_names[2]))::oid
                  from pg_event_trigger_dropped_objects()
                  where object_type in ('default value', 'table constraint') and not is_temporary), null);
              end if;""";

    private static final String NOTE_REWRITE = """
              perform maintainer.note_tables('rewritten', tg_tag, array[pg_event_trigger_table_rewrite_oid()],
                pg_event_trigger_table_rewrite_reason()::text);""";

    /** The tables as they are; those that have an image already have got the later ones by the triggers. */
    static final String BASELINE = """
            select maintainer.note_tables('baseline', 'SETUP', array(
              select c.oid from pg_catalog.pg_class c where c.relkind in ('r', 'p') and not exists (
                select from maintainer.ddl_log l where l.object_oid = c.oid and l.image is not null)), null);""";

    private DdlLog() {}

    static List<String> statements() {
        List<String> statements = new ArrayList<>();
        statements.add("-- What was done by DDLs. Nobody but these functions writes it.");
        statements.add(TABLE);
        statements.add(
                "-- Where that was committed, and where tables were emptied; written by those who read the source.");
        statements.add(POSITIONS);
        statements.addAll(OF_READERS);
        statements.add(IMAGE);
        statements.add(NOTE_TABLES);
        statements.add(GUARDED.formatted("note_ddl", NOTE_DDL));
        statements.add(GUARDED.formatted("note_drop", NOTE_DROP));
        statements.add(GUARDED.formatted("note_rewrite", NOTE_REWRITE));
        statements.add("revoke all on all functions in schema maintainer from public;");
        trigger(statements, SetupScript.TRIGGERS.get(0), "ddl_command_end", "note_ddl");
        trigger(statements, SetupScript.TRIGGERS.get(1), "sql_drop", "note_drop");
        trigger(statements, SetupScript.TRIGGERS.get(2), "table_rewrite", "note_rewrite");
        return statements;
    }

    private static void trigger(List<String> statements, String name, String event, String function) {
        statements.add("drop event trigger if exists " + name + ";");
        statements.add(
                "create event trigger " + name + " on " + event + " execute function maintainer." + function + "();");
        statements.add("alter event trigger " + name + " enable always;");
    }
}
