package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads what tables of a source look like. */
public final class CatalogQueries {
    /** The schema that has what a source keeps for its readers; its tables are not replicated. */
    public static final String OWN_SCHEMA = "maintainer";

    private static final int ROWS = 1_000;

    /**
     * An expression that is the image of the table {@code c}, a row of {@code pg_class}. Names are qualified unless they are of
     * {@code pg_catalog} if that alone is the search path.
     */
    private static final String IMAGE = """
            json_build_object(
              'postgresql', 1,
              'columns', (
                select coalesce(json_agg(json_build_object(
                    'number', a.attnum,
                    'name', a.attname,
                    'type', format_type(a.atttypid, a.atttypmod),
                    'collation', case when a.attcollation <> t.typcollation then (
                        select format('%I.%I', n.nspname, o.collname)
                        from pg_collation o join pg_namespace n on n.oid = o.collnamespace
                        where o.oid = a.attcollation) end,
                    'notNull', a.attnotnull,
                    'default', pg_get_expr(d.adbin, d.adrelid),
                    'identity', a.attidentity::text,
                    'generated', a.attgenerated::text) order by a.attnum), '[]')
                from pg_attribute a
                  join pg_type t on t.oid = a.atttypid
                  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
              'key', (
                select coalesce(json_agg(a.attname order by k.place), '[]')
                from pg_index i
                  cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, place)
                  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                where i.indrelid = c.oid and k.place <= i.indnkeyatts and i.indimmediate and i.indisvalid
                  and case c.relreplident
                    when 'n' then false when 'i' then i.indisreplident else i.indisprimary end),
              'replicaIdentity', c.relreplident::text,
              'types', case when exists (
                select from pg_attribute a join pg_type t on t.oid = a.atttypid
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  and t.typnamespace <> 'pg_catalog'::regnamespace) then (
                with recursive used(oid, depth) as (
                  select a.atttypid, 0 from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  union
                  select case when t.typtype = 'd' then t.typbasetype else t.typelem end, u.depth + 1
                  from used u join pg_type t on t.oid = u.oid
                  where t.typtype = 'd' or (t.typcategory = 'A' and t.typelem <> 0))
                select json_agg(json_build_object(
                    'schema', n.nspname,
                    'name', t.typname,
                    'labels', (
                      select coalesce(json_agg(json_build_object('number', e.oid::bigint, 'text', e.enumlabel)
                        order by e.enumsortorder), '[]')
                      from pg_enum e where e.enumtypid = t.oid),
                    'base', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end,
                    'collation', case when t.typtype = 'd' and t.typcollation <> b.typcollation then (
                      select format('%I.%I', m.nspname, o.collname)
                      from pg_collation o join pg_namespace m on m.oid = o.collnamespace
                      where o.oid = t.typcollation) end)
                  order by w.depth desc, n.nspname collate "C", t.typname collate "C")
                from (select u.oid, max(u.depth) as depth from used u group by u.oid) w
                  join pg_type t on t.oid = w.oid
                  join pg_namespace n on n.oid = t.typnamespace
                  left join pg_type b on b.oid = t.typbasetype
                where t.typtype in ('e', 'd') and n.nspname <> 'pg_catalog' and n.nspname <> 'information_schema'
                  and not exists (
                    select from pg_depend d
                    where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')) end)""";

    private static final String TABLES = "select c.oid, n.oid, n.nspname, c.relname, c.relkind::text,"
            + " c.relpersistence::text, r.prqual is not null or r.prattrs is not null, " + IMAGE + """
             from pg_publication p
              cross join lateral pg_get_publication_tables(p.pubname) g
              join pg_class c on c.oid = g.relid
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_publication_rel r on r.prpubid = p.oid and r.prrelid = c.oid
            where p.pubname = ? and n.nspname <> ?
            order by n.nspname collate "C", c.relname collate "C\"""";

    private CatalogQueries() {}

    /**
     * An expression that is the image of a table.
     *
     * @return SQL over {@code c}, a row of {@code pg_class}, with {@code pg_catalog} alone in the search path
     */
    public static String image() {
        return IMAGE;
    }

    /**
     * The tables of a publication, all as they are at one moment. Of partitioned tables it has the leaves.
     *
     * @param connection outside a transaction; it is used for one, which is rolled back
     * @param publication its name
     * @param isAppendOnly tells of a table whether it is known that its rows are never changed
     * @return the tables by name, those among them that cannot be replicated; nothing if there is no such publication
     * @throws SQLException if they cannot be read
     * @throws MaintainerException with {@code BAD_INPUT} if the server has a table that exceeds what is known of PostgreSQL
     */
    public static List<SourceTable> tables(Connection connection, String publication, Predicate<TableName> isAppendOnly)
            throws SQLException, MaintainerException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            begin(connection);
            try (PreparedStatement select = connection.prepareStatement(TABLES)) {
                select.setString(1, publication);
                select.setString(2, OWN_SCHEMA);
                select.setFetchSize(ROWS);
                try (ResultSet result = select.executeQuery()) {
                    List<SourceTable> tables = new ArrayList<>();
                    while (result.next()) {
                        tables.add(table(result, isAppendOnly));
                    }
                    return tables;
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
    }

    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read read only");
            statement.execute("set local search_path = pg_catalog");
        }
    }

    private static SourceTable table(ResultSet result, Predicate<TableName> isAppendOnly) throws SQLException {
        TableImage image = TableImage.parse(result.getString(8));
        TableName name = new TableName(result.getString(3), result.getString(4));
        List<Obstacle> obstacles = obstacles(result, image, isAppendOnly.test(name));
        TableInfo info =
                new TableInfo(new TableId(result.getLong(1)), new SchemaId(result.getLong(2)), name, image.isOrdered());
        return new SourceTable(info, image, obstacles);
    }

    private static List<Obstacle> obstacles(ResultSet result, TableImage image, boolean isAppendOnly)
            throws SQLException {
        List<Obstacle> obstacles = new ArrayList<>();
        String kind = result.getString(5);
        if (kind.equals("p")) {
            obstacles.add(Obstacle.TOLD_AS_ROOT);
        } else if (!kind.equals("r")) {
            obstacles.add(Obstacle.NO_TABLE);
        }
        if (!result.getString(6).equals("p")) {
            obstacles.add(Obstacle.NOT_PERMANENT);
        }
        if (result.getBoolean(7)) {
            obstacles.add(Obstacle.LIMITED);
        }
        obstacles.addAll(Obstacle.of(image, isAppendOnly));
        return obstacles;
    }
}
