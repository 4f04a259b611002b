package dev.maintainer.demo.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares the tables of a schema on two servers by what the servers themselves say: names and types of columns, and for all rows
 * their number and a sum that does not depend on their order. Nothing of the connector is used.
 */
final class Comparison {
    private final SortedMap<String, String> left;
    private final SortedMap<String, String> right;

    private Comparison(SortedMap<String, String> left, SortedMap<String, String> right) {
        this.left = left;
        this.right = right;
    }

    static Comparison of(Connection left, Connection right, String schema) throws SQLException {
        return new Comparison(tables(left, schema), tables(right, schema));
    }

    private static SortedMap<String, String> tables(Connection connection, String schema) throws SQLException {
        SortedMap<String, String> tables = new TreeMap<>();
        for (String table : texts(
                connection,
                "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
                        + " and n.nspname = '" + schema + "'")) {
            tables.put(table, describe(connection, schema + "." + table));
        }
        return tables;
    }

    private static String describe(Connection connection, String table) throws SQLException {
        String columns = String.join(
                ", ",
                texts(
                        connection,
                        "select quote_ident(attname) from pg_attribute where attrelid = '" + table
                                + "'::regclass and attnum > 0 and not attisdropped order by attname"));
        List<String> types = texts(
                connection,
                "select quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then"
                        + " ' not null' else '' end from pg_attribute where attrelid = '" + table
                        + "'::regclass and attnum > 0 and not attisdropped order by attname");
        // Half of a digest of each row; their sum is the same in any order.
        List<String> sums = texts(
                connection,
                "select count(*) || ' rows, sum ' || coalesce(sum(('x' || left(md5(row(" + columns
                        + ")::text), 15))::bit(60)::bigint::numeric), 0) from " + table);
        return String.join(", ", types) + ": " + sums.get(0);
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return texts;
    }

    int tables() {
        return left.size();
    }

    /** {@return what differs, a line each; empty if nothing does} */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        left.forEach((table, there) -> {
            String here = right.getOrDefault(table, "missing");
            if (!here.equals(there)) {
                differences.add(table + ": source " + there + "; sink " + here);
            }
        });
        right.forEach((table, here) -> {
            if (!left.containsKey(table)) {
                differences.add(table + ": source missing; sink " + here);
            }
        });
        return differences;
    }
}
