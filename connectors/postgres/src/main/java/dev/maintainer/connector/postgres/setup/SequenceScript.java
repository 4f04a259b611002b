package dev.maintainer.connector.postgres.setup;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.source.SourceSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A script that lets tables of a sink go on counting where those of the source are, for when applications move there. Numbers that sequences give
 * are in no log. It never sets a sequence back, so it may be executed again. Used by one thread.
 */
final class SequenceScript {
    /** Of partitions, columns that are identities have the sequence of the root. */
    private static final String USES = """
            select format('%I.%I', n.nspname, c.relname), quote_ident(a.attname), a.attidentity <> '',
              format('%L', format('%I.%I', n.nspname, c.relname)), format('%L', a.attname),
              format('%I.%I', m.nspname, s.relname), format('%L', format('%I.%I', m.nspname, s.relname)),
              format_type(q.seqtypid, null), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,
              has_sequence_privilege(s.oid, 'select, usage'),
              case when has_sequence_privilege(s.oid, 'select, usage') then pg_sequence_last_value(s.oid) end,
              pg_get_expr(d.adbin, d.adrelid), pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)
                is not distinct from format('%I.%I', m.nspname, s.relname)
            from unnest(?::bigint[]) with ordinality t(id, place)
              join pg_class c on c.oid = t.id::oid
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
              cross join lateral (
                select to_regclass(coalesce(
                    pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname),
                    (select pg_get_serial_sequence(format('%I.%I', rn.nspname, r.relname), a.attname)
                     from pg_class r join pg_namespace rn on rn.oid = r.relnamespace
                     where r.oid = pg_partition_root(c.oid)))) as id
                where a.attidentity <> ''
                union
                select p.refobjid from pg_depend p
                where a.attidentity = '' and p.classid = 'pg_attrdef'::regclass and p.objid = d.oid
                  and p.refclassid = 'pg_class'::regclass) u
              join pg_class s on s.oid = u.id and s.relkind = 'S'
              join pg_namespace m on m.oid = s.relnamespace
              join pg_sequence q on q.seqrelid = s.oid
            order by t.place, a.attnum, s.oid""";

    private final SourceSettings settings;
    private final long margin;
    private final List<String> lines = new ArrayList<>();
    private final Set<String> made = new LinkedHashSet<>();

    private SequenceScript(SourceSettings settings, long margin) {
        this.settings = settings;
        this.margin = margin;
    }

    /**
     * Asks the source.
     *
     * @param connection outside a transaction, with {@code pg_catalog} alone in the search path
     * @param settings which tables
     * @param margin how many numbers to leave out, for what the source gives out meanwhile; at least 0
     * @throws MaintainerException with {@code NOT_ALLOWED_BY_DATABASE} if the role may not look at a sequence
     */
    static List<String> of(Connection connection, SourceSettings settings, long margin)
            throws SQLException, MaintainerException {
        SequenceScript script = new SequenceScript(settings, margin);
        script.lines.add(
                "-- To be executed in the sink when applications have stopped writing to the source, and before they begin there.");
        script.ask(connection);
        return List.copyOf(script.lines);
    }

    private void ask(Connection connection) throws SQLException {
        Object[] tables =
                CatalogQueries.tables(connection, settings.publication(), settings.appendOnly()::matches).stream()
                        .map(SourceTable::info)
                        .filter(table -> settings.tables().matches(table.name()))
                        .map(table -> table.table().value())
                        .toArray();
        try (PreparedStatement select = connection.prepareStatement(USES)) {
            select.setArray(1, connection.createArrayOf("bigint", tables));
            try (ResultSet use = select.executeQuery()) {
                while (use.next()) {
                    add(use);
                }
            }
        }
    }

    private void add(ResultSet use) throws SQLException {
        if (!use.getBoolean(15)) {
            throw new MaintainerException(
                    ErrorCode.NOT_ALLOWED_BY_DATABASE,
                    "the role may not look at sequence " + Printable.line(use.getString(6))
                            + " of the source; GRANT SELECT ON it");
        }
        if (use.getBoolean(3)) {
            identity(use);
        } else {
            named(use);
        }
    }

    /** What the sequence of an identity is called in the sink is found there; where DDLs are detected, there is none yet. */
    private void identity(ResultSet use) throws SQLException {
        String column = "alter column " + use.getString(2);
        String sequence = "pg_catalog.pg_get_serial_sequence(" + use.getString(4) + ", " + use.getString(5) + ")";
        lines.add("do $sequence$ declare s pg_catalog.regclass := " + sequence + "; begin");
        lines.add("  if s is null then");
        lines.add("    alter table " + use.getString(1) + " " + column + " set not null, " + column
                + " add generated by default as identity;");
        lines.add("    s := " + sequence + ";");
        lines.add("  end if;");
        lines.add("  if pg_catalog.pg_sequence_last_value(s) is null then");
        lines.add("    execute pg_catalog.format('alter sequence %s" + options(use) + " restart', s);");
        lines.add("  end if;");
        if (use.getObject(16) != null) {
            lines.add("  perform " + raised("s", next(use), use.getLong(10)) + ";");
        }
        lines.add("end $sequence$;");
    }

    private static String options(ResultSet use) throws SQLException {
        return " as " + use.getString(8) + " start " + use.getLong(9) + " increment " + use.getLong(10) + " minvalue "
                + use.getLong(11) + " maxvalue " + use.getLong(12) + " cache " + use.getLong(13)
                + (use.getBoolean(14) ? " cycle" : " no cycle");
    }

    private void named(ResultSet use) throws SQLException {
        String name = use.getString(6);
        String literal = use.getString(7) + "::pg_catalog.regclass";
        if (made.add(name)) {
            lines.add("create sequence if not exists " + name + options(use) + ";");
            if (use.getObject(16) != null) {
                lines.add("select " + raised(literal, next(use), use.getLong(10)) + ";");
            }
        }
        String column = use.getString(1) + " alter column " + use.getString(2);
        String expression = use.getString(17);
        if (expression.equals("nextval(" + literal.replace("::pg_catalog.regclass", "::regclass") + ")")) {
            lines.add("alter table " + column + " set default pg_catalog.nextval(" + literal + ");");
        } else {
            lines.add("-- By hand, if it is to be so in the sink: alter table " + Printable.line(column)
                    + " set default " + Printable.line(expression) + ";");
        }
        if (use.getBoolean(18)) {
            // Whoever executes it may be another role than the one that has the table, which then has to have the
            // sequence.
            lines.add(
                    "do $sequence$ begin execute pg_catalog.format('alter sequence %s owner to %I', " + use.getString(7)
                            + "::pg_catalog.regclass, (select pg_catalog.pg_get_userbyid(relowner) from pg_catalog.pg_class where oid = "
                            + use.getString(4) + "::pg_catalog.regclass)); end $sequence$;");
            lines.add("alter sequence " + name + " owned by " + use.getString(1) + "." + use.getString(2) + ";");
        }
    }

    /** The last number that may have been given out, within what the sequence can give. */
    private long next(ResultSet use) throws SQLException {
        long last = use.getLong(16);
        long increment = use.getLong(10);
        try {
            long with = Math.addExact(last, Math.multiplyExact(margin, increment));
            return Math.max(use.getLong(11), Math.min(use.getLong(12), with));
        } catch (ArithmeticException e) {
            return increment > 0 ? use.getLong(12) : use.getLong(11);
        }
    }

    private static String raised(String sequence, long value, long increment) {
        return "pg_catalog.setval(" + sequence + ", " + (increment > 0 ? "greatest" : "least") + "(" + value
                + ", coalesce(pg_catalog.pg_sequence_last_value(" + sequence + "), " + value + ")))";
    }
}
