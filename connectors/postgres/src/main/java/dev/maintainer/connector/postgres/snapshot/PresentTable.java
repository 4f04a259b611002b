package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.catalog.TypeChange;
import dev.maintainer.connector.postgres.ddl.SourceNumbers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a table is called now, and its columns. A DDL that comes later in the log may have changed it since it looked as it is read.
 *
 * @param name its name
 * @param columns the names of its columns, by their numbers
 * @param byBytes the numbers of the columns whose texts, if they have such, are ordered by their bytes in UTF-8
 */
record PresentTable(TableName name, Map<Integer, String> columns, Set<Integer> byBytes) {
    private static final String SELECT = """
            select n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
              a.attcollation = 0 or (d.encoding = pg_char_to_encoding('UTF8') and case o.collprovider
                when 'c' then o.collcollate in ('C', 'POSIX')
                when 'd' then d.datlocprovider = 'c' and d.datcollate in ('C', 'POSIX')
                else false end)
            from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_database d on d.datname = current_database()
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              left join pg_collation o on o.oid = a.attcollation
            where c.oid = ?""";

    /**
     * Looks a table up.
     *
     * @param connection with {@code pg_catalog} alone in the search path
     * @param table as it was
     * @return empty if it is gone, or all of its rows were written anew since: it will come as another table, and whatever it has
     *     now does not count for this one
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if a column is gone without which its rows cannot be written
     */
    static Optional<PresentTable> of(Connection connection, SourceTable table) throws SQLException {
        Map<Integer, String> columns = new HashMap<>();
        Map<Integer, String> types = new HashMap<>();
        Set<Integer> byBytes = new HashSet<>();
        @Nullable TableName name = null;
        try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
            statement.setLong(1, SourceNumbers.oid(table.info().table()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    name = new TableName(result.getString(1), result.getString(2));
                    columns.put(result.getInt(3), result.getString(4));
                    types.put(result.getInt(3), result.getString(5));
                    if (result.getBoolean(6)) {
                        byBytes.add(result.getInt(3));
                    }
                }
            }
        }
        if (name == null || isAnother(table.image(), types)) {
            return Optional.empty();
        }
        for (ColumnImage column : table.image().sent()) {
            if (!columns.containsKey(column.number()) && column.notNull() && column.expression() == null) {
                throw new MaintainerException(
                        ErrorCode.SCHEMA_DRIFT,
                        "table " + Printable.line(table.info().name().toString()) + " is being copied, and its column "
                                + Printable.quoted(column.name())
                                + ", which may not be null, was dropped meanwhile; create the changefeed anew");
            }
        }
        if (table.image().key().isEmpty()) {
            requireKnown(table, columns);
        }
        return Optional.of(new PresentTable(name, Map.copyOf(columns), Set.copyOf(byBytes)));
    }

    /** What a snapshot has seen does not come again: values of a column that is not copied would be lost. */
    private static void requireKnown(SourceTable table, Map<Integer, String> columns) {
        Set<Integer> known = new HashSet<>();
        table.image().columns().forEach(column -> known.add(column.number()));
        columns.forEach((number, column) -> {
            if (!known.contains(number)) {
                throw new MaintainerException(
                        ErrorCode.SCHEMA_DRIFT,
                        "table " + Printable.line(table.info().name().toString())
                                + ", which has no key, got the column " + Printable.quoted(column)
                                + " before it was copied; create the changefeed anew");
            }
        });
    }

    private static boolean isAnother(TableImage image, Map<Integer, String> types) {
        List<Integer> key = image.keyNumbers();
        for (ColumnImage column : image.sent()) {
            String type = types.get(column.number());
            if (type == null ? key.contains(column.number()) : isRewritten(column, type)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the rows were written anew when the column got its type, or may have got other values. */
    private static boolean isRewritten(ColumnImage column, String type) {
        if (type.equals(column.type())) {
            return false;
        }
        ColumnImage present = new ColumnImage(
                column.number(),
                column.name(),
                type,
                column.collation(),
                column.notNull(),
                column.expression(),
                column.identity(),
                column.generated());
        return !TypeChange.keepsText(column, present) || !TypeChange.keepsBytes(column, present);
    }
}
