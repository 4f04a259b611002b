package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.ColumnText;
import dev.maintainer.connector.postgres.catalog.KeyRange;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SeenTransactions;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.SourceNumbers;
import dev.maintainer.connector.postgres.sql.Identifiers;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statements that read rows of a table under its present names. Immutable. */
final class PresentStatements {
    /** Types whose values the driver returns as bytes just as the server has written them: it would read those of {@code bytea}. */
    private static final Pattern PLAIN = Pattern.compile(
            "(?:smallint|integer|bigint|numeric|real|double precision|boolean|text|character|character varying|date|uuid|json|jsonb"
                    + "|timestamp|time)(?:\\([0-9,]+\\))?(?: with(?:out)? time zone)?");

    private final PresentTable table;
    private final RowMapping mapping;
    /** Of each column that is read, its place in rows. */
    private final List<Integer> places;

    private final int columns;
    private final String select;
    /** The columns of the key. */
    private final List<String> keyNames;

    private final String behind;
    private final String order;
    private final String one;
    /** Of columns that are read, in their order. */
    private final List<String> names;

    /** Of columns that are read, whether the driver has their values as the server has written them. */
    private final BitSet isPlain = new BitSet();

    private PresentStatements(PresentTable table, RowMapping mapping, List<Integer> places, List<ColumnImage> read) {
        this.table = table;
        this.mapping = mapping;
        this.places = places;
        RowFormat format = mapping.format();
        this.columns = format.sent().size();
        List<ColumnImage> key = new ArrayList<>();
        for (int i = 0; i < format.keyColumns(); i++) {
            key.add(format.sent().get(format.keyPlace(i)));
        }
        this.keyNames = key.stream().map(this::presentName).toList();
        String keys = String.join(", ", keyNames);
        String keyValues = key.stream()
                .map(column -> "cast(? as " + escaped(column.type()) + ")")
                .collect(Collectors.joining(", "));
        this.names = read.stream().map(this::presentName).toList();
        for (int i = 0; i < read.size(); i++) {
            isPlain.set(i, PLAIN.matcher(read.get(i).type()).matches());
        }
        this.select = "select "
                + this.names.stream().map(column -> column + ", ").collect(Collectors.joining())
                + "tableoid from only " + escaped(Identifiers.quoted(table.name()));
        this.behind = "(" + keys + ") > (" + keyValues + ")";
        this.order = " order by " + keys + " limit ?";
        this.one = select + " where (" + keys + ") = (" + keyValues + ")";
    }

    /** Of a table as it was, whose columns of the key are all there. */
    static PresentStatements of(SourceTable table, PresentTable present) {
        TableImage image = table.image();
        List<ColumnImage> read = image.sent().stream()
                .filter(column -> present.columns().containsKey(column.number()))
                .toList();
        TableImage then = new TableImage(read, image.key(), image.identity());
        RowMapping mapping = RowMapping.of(
                table.info().table(),
                then,
                image,
                read.stream().map(ColumnImage::name).toList());
        List<Integer> places = read.stream()
                .map(column -> mapping.format().place(column.name()))
                .toList();
        return new PresentStatements(present, mapping, places, read);
    }

    private String presentName(ColumnImage column) {
        String name = Objects.requireNonNull(table.columns().get(column.number()));
        return escaped(Identifiers.quoted(name));
    }

    /** For the driver a question mark is a parameter, and two are one. */
    private static String escaped(String sql) {
        return sql.replace("?", "??");
    }

    PresentTable table() {
        return table;
    }

    /** How what is read becomes events. */
    RowMapping mapping() {
        return mapping;
    }

    /** What of a span the server can be told. */
    KeyRange range(TableSpan span) {
        return KeyRange.of(mapping.format().image(), span, table.byBytes());
    }

    /**
     * Some rows by key, from the first one of a range or behind one of it. Its parameters are the values of the latter, or the lower
     * ones of the range, then the upper ones, then how many rows.
     */
    String chunk(KeyRange range, boolean isBehind) {
        StringJoiner conditions = new StringJoiner(" and ", " where ", "").setEmptyValue("");
        if (isBehind) {
            conditions.add(behind);
        } else if (!range.lower().isEmpty()) {
            conditions.add(compared(" >= ", range.lower().size(), range));
        }
        if (!range.upper().isEmpty()) {
            conditions.add(
                    compared(range.isBelow() ? " < " : " <= ", range.upper().size(), range));
        }
        return select + conditions + order;
    }

    private String compared(String operator, int columns, KeyRange range) {
        String values = range.types().stream()
                .limit(columns)
                .map(type -> "cast(? as " + escaped(type) + ")")
                .collect(Collectors.joining(", "));
        return "(" + String.join(", ", keyNames.subList(0, columns)) + ")" + operator + "(" + values + ")";
    }

    /** One row by key. */
    String one() {
        return one;
    }

    /**
     * All rows as one snapshot has them. Behind the columns is what that has seen; if there are no rows, there is one of nulls.
     */
    String snapshot() {
        return "select " + ofTable()
                + "t.tableoid, s.seen, s.position from (select pg_current_snapshot()::text as seen,"
                + " pg_current_wal_insert_lsn()::text as position) s left join only "
                + escaped(Identifiers.quoted(table.name())) + " t on true";
    }

    /** All rows; behind the columns is, of rows that are equal, which one it is. */
    String numbered() {
        List<String> texts =
                names.stream().map(column -> ColumnText.of("t." + column)).toList();
        return "select " + ofTable() + "t.tableoid, row_number() over (partition by " + ColumnText.row(texts)
                + ") from only " + escaped(Identifiers.quoted(table.name())) + " t";
    }

    private String ofTable() {
        return names.stream().map(column -> "t." + column + ", ").collect(Collectors.joining());
    }

    /** What a result of {@link #snapshot} says that has been seen. */
    SeenTransactions seen(ResultSet result) throws SQLException {
        return SeenTransactions.of(result.getString(places.size() + 2), result.getString(places.size() + 3));
    }

    /** Whether there is a row in a result of {@link #snapshot}. */
    boolean isRow(ResultSet result) throws SQLException {
        return result.getObject(places.size() + 1) != null;
    }

    /** Which one of those that are equal stands in a result of {@link #numbered}. */
    long number(ResultSet result) throws SQLException {
        return result.getLong(places.size() + 2);
    }

    /** The row at which a result stands. */
    RowValues values(ResultSet result) throws SQLException {
        byte @Nullable [][] found = new byte[places.size()][];
        int length = 0;
        for (int i = 0; i < found.length; i++) {
            found[i] = isPlain.get(i) ? result.getBytes(i + 1) : bytes(result.getString(i + 1));
            length += found[i] == null ? 0 : found[i].length;
        }
        RowValues.Builder values = new RowValues.Builder(columns, length);
        for (int i = 0; i < found.length; i++) {
            values.setBytes(places.get(i), found[i]);
        }
        return values.build();
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the row at which a result stands is one of that table. */
    boolean isOf(ResultSet result, SourceTable wanted) throws SQLException {
        return result.getLong(places.size() + 1)
                == SourceNumbers.oid(wanted.info().table());
    }
}
