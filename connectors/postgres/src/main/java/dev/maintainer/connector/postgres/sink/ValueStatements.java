package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.ColumnText;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowSelection;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** Statements over rows of a table with columns: texts on the way, and values of their types in the server. Immutable. */
final class ValueStatements {
    /** It takes a round trip more than a statement. */
    private static final int ROWS_TO_COPY = 500;

    private final String table;
    private final RowSelection selection;
    private final boolean copies;
    /** Of each column that is sent, its name and its type. */
    private final List<String> names;

    private final List<String> types;

    ValueStatements(TableName table, RowFormat format, boolean copies) {
        this.table = Identifiers.quoted(table);
        selection = new RowSelection(format, this.table);
        this.copies = copies;
        names = format.sent().stream()
                .map(column -> Identifiers.quoted(column.name()))
                .toList();
        types = format.sent().stream().map(ColumnImage::type).toList();
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The name of the table. */
    String table() {
        return table;
    }

    /** The name of a column. */
    String name(int place) {
        return names.get(place);
    }

    /** A value of {@link #unnested} as one of its type. */
    String cast(int place) {
        return "u.c" + place + "::" + types.get(place);
    }

    /** How its rows are read. */
    RowSelection selection() {
        return selection;
    }

    /** The texts of all columns of {@code t}. */
    String texts() {
        return selection.texts();
    }

    List<String> textsOf(int[] places) {
        return IntStream.of(places)
                .mapToObj(place -> ColumnText.of("t." + names.get(place)))
                .toList();
    }

    /** The row at which a result stands that begins with {@link #texts}. */
    RowValues values(ResultSet result) throws SQLException {
        return selection.values(result);
    }

    /** Inserts rows all of which tell the same columns, in their order. */
    void insert(Connection connection, int[] places, List<RowValues> rows) throws SQLException {
        if (copies && rows.size() >= ROWS_TO_COPY) {
            CopiedText.write(connection, "copy " + table + columns(places) + " from stdin", places, rows);
        } else {
            int unused = execute(connection, insertion(places), places, rows);
        }
    }

    private String columns(int[] places) {
        StringJoiner columns = new StringJoiner(", ", " (", ")");
        IntStream.of(places).forEach(place -> columns.add(names.get(place)));
        return columns.toString();
    }

    String insertion(int[] places) {
        StringJoiner values = new StringJoiner(", ");
        IntStream.of(places).forEach(place -> values.add(cast(place)));
        return "insert into " + table + columns(places) + " select " + values + " from " + unnested(places);
    }

    /** The values of rows as a table {@code u}. */
    static String unnested(int[] places) {
        StringJoiner arrays = new StringJoiner(", ", "unnest(", ")");
        StringJoiner columns = new StringJoiner(", ", " as u(", ")");
        for (int place : places) {
            arrays.add("?::text[]");
            columns.add("c" + place);
        }
        return arrays.toString() + columns;
    }

    static int execute(Connection connection, String sql, int[] places, List<RowValues> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, places, rows);
            return statement.executeUpdate();
        }
    }

    static void bind(PreparedStatement statement, int[] places, List<RowValues> rows) throws SQLException {
        for (int i = 0; i < places.length; i++) {
            statement.setObject(i + 1, new TextArray(places[i], rows));
        }
    }
}
