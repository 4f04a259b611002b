package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.CatalogDifference;
import dev.maintainer.connector.postgres.ddl.FoundChange;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import dev.maintainer.connector.postgres.ddl.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Tables as the catalog of a source has them, as notes that nobody else makes. */
final class FoundTables {
    private static final int ROWS = 200;

    private static final String SELECT = "select c.oid::bigint as object_oid, n.oid::bigint as schema_oid,"
            + " n.nspname as schema_name, c.relname as object_name, c.relkind::text as relation_kind,"
            + """
             c.relpersistence::text as persistence,
              (select json_object_agg(a.attnum, (a.attmissingval::text::text[])[1])
                from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and a.atthasmissing and not a.attisdropped)
                as added_values,
            """ + CatalogQueries.image() + """
              as image,
              json_build_object('last', c.relnatts, 'file', c.relfilenode::bigint, 'entry', coalesce(r.oid::bigint, 0),
                'columns', (
                  select coalesce(json_agg(json_build_object('number', a.attnum, 'name', a.attname, 'type',
                      a.atttypid::bigint, 'modifier', a.atttypmod, 'text', format_type(a.atttypid, a.atttypmod))
                    order by a.attnum), '[]')
                  from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''))
                as detail
            from <tables>
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_publication_rel r on r.prpubid = p.oid and r.prrelid = c.oid
            where <condition>
            order by n.nspname collate "C", c.relname collate "C\"""";

    private static final String PUBLISHED = select(
            "pg_publication p cross join lateral pg_get_publication_tables(p.pubname) g join pg_class c on c.oid = g.relid",
            "p.pubname = ? and n.nspname <> 'maintainer' and r.prqual is null and r.prattrs is null");

    private static final String SINGLE =
            select("pg_class c left join pg_publication p on p.pubname = ?", "c.oid = any (?)");

    private static final List<String> FIELDS = List.of(
            "object_oid", "schema_oid", "schema_name", "object_name", "relation_kind", "persistence", "added_values");

    private FoundTables() {}

    private static String select(String tables, String condition) {
        return SELECT.replace("<tables>", tables).replace("<condition>", condition);
    }

    /**
     * All tables of a publication that are published wholly.
     *
     * @param connection with {@code pg_catalog} alone in the search path
     */
    static List<NotedDdl> published(Connection connection, String publication) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PUBLISHED)) {
            statement.setString(1, publication);
            return notes(statement);
        }
    }

    /** Those tables of some numbers that are in the database. */
    static List<NotedDdl> byNumber(Connection connection, String publication, Collection<Long> numbers)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SINGLE)) {
            statement.setString(1, publication);
            statement.setArray(2, connection.createArrayOf("bigint", numbers.toArray(Long[]::new)));
            return notes(statement);
        }
    }

    private static List<NotedDdl> notes(PreparedStatement statement) throws SQLException {
        statement.setFetchSize(ROWS);
        List<NotedDdl> tables = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                tables.add(note(result));
            }
        }
        return tables;
    }

    private static NotedDdl note(ResultSet result) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        columns.put("kind", "found");
        columns.put("tag", CatalogDifference.TAG);
        for (int i = 0; i < FIELDS.size(); i++) {
            String text = result.getString(i + 1);
            if (text != null) {
                columns.put(FIELDS.get(i), text);
            }
        }
        NotedDdl raw = NotedDdl.of(columns);
        TableImage image = TableImage.parse(Objects.requireNonNull(result.getString(FIELDS.size() + 1)));
        TableShape shape = TableShape.parse(Objects.requireNonNull(result.getString(FIELDS.size() + 2)));
        return with(raw, Kind.FOUND, shape, FoundChange.told(image, raw.addedValues()));
    }

    /** The same note of another kind, shape and image. */
    static NotedDdl with(NotedDdl noted, Kind kind, TableShape shape, TableImage image) {
        return new NotedDdl(
                noted.id(),
                kind,
                noted.tag(),
                noted.table(),
                noted.schema(),
                noted.name(),
                noted.relationKind(),
                noted.persistence(),
                noted.partitionOf(),
                noted.addedValues(),
                shape.json(),
                image.json());
    }

    /** The numbers among some that are those of tables in the database. */
    static Set<Long> there(Connection connection, Collection<Long> numbers) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select c.oid::bigint from pg_class c where c.oid = any (?)")) {
            statement.setArray(1, connection.createArrayOf("bigint", numbers.toArray(Long[]::new)));
            Set<Long> there = new HashSet<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    there.add(result.getLong(1));
                }
            }
            return there;
        }
    }
}
