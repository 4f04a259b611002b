package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.TableChecksums;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements that read a table as texts, or sum these up. Whatever database executes them, one row has one text, one bucket and
 * one sum, if the session writes values as ours do. Immutable; thread-safe.
 *
 * <p>A sum is of 128 bits: two hashes of a row, each a number, and added up. They find what differs by accident, and withstand
 * nobody who is after it. The hash is that by which servers deal out rows of partitions. Two releases that hash in another way
 * would have other sums everywhere, and their rows be read.
 */
public final class RowSelection {
    private static final String BUCKET = "(hashtextextended(%s, 0) & " + (TableChecksums.BUCKETS - 1) + ")::int4";

    private final RowFormat format;
    private final String from;
    /** Each as that of {@code t}. */
    private final List<String> columns;

    /**
     * Prepares the statements.
     *
     * @param format how rows are written; what looks at keys needs one that has some
     * @param from the table, quoted, perhaps behind {@code only}
     */
    public RowSelection(RowFormat format, String from) {
        this.format = format;
        this.from = from;
        columns = format.sent().stream()
                .map(column -> "t." + Identifiers.quoted(column.name()))
                .toList();
    }

    /** {@return the texts of all columns of the table {@code t}, as a list of a statement} */
    public String texts() {
        return columns.stream().map(ColumnText::of).collect(Collectors.joining(", "));
    }

    /** {@return how rows are written} */
    public RowFormat format() {
        return format;
    }

    /** {@return a statement for all rows, by their keys as {@link RowFormat#key} writes them} */
    public String all() {
        return "select " + texts() + " from " + from + " t" + byKey();
    }

    /** {@return the same for those of some buckets} */
    public String ofBuckets(SortedSet<Integer> buckets) {
        String numbers = buckets.stream().map(String::valueOf).collect(Collectors.joining(","));
        return "select " + texts() + " from " + from + " t where " + BUCKET.formatted(rowText(keyColumns()))
                + " = any ('{" + numbers + "}'::int4[])" + byKey();
    }

    /** {@return a statement for bucket, count and the two halves of the sum; buckets without rows do not come} */
    public String sums() {
        return "select b, count(*), sum(hashtextextended(r, 1)), sum(hashtextextended(r, 2)) from (select "
                + BUCKET.formatted(rowText(keyColumns())) + " as b, " + rowText(columns)
                // Else the text of a row would be made for each half.
                + " as r from " + from + " t offset 0) x group by b";
    }

    /** {@return what of a table is summed: the names of its columns and of its key, in their order} */
    public String form() {
        return "hashes of "
                + String.join(
                        ",",
                        format.sent().stream()
                                .map(ColumnImage::name)
                                .map(Identifiers::quoted)
                                .toList()) + " by "
                + String.join(
                        ",",
                        format.image().key().stream().map(Identifiers::quoted).toList());
    }

    private List<String> keyColumns() {
        return IntStream.range(0, format.keyColumns())
                .mapToObj(column -> columns.get(format.keyPlace(column)))
                .toList();
    }

    /** Of two rows only if they have the same values: the server quotes what is not plain, and null is not the empty text. */
    private static String rowText(List<String> columns) {
        return "row(" + String.join(", ", columns) + ")::text collate \"C\"";
    }

    /** In JSON as in Java, keys have one order: where they are written differently, nothing comes between. */
    private String byKey() {
        StringJoiner key = new StringJoiner(" || ',' || ");
        for (int column = 0; column < format.keyColumns(); column++) {
            key.add("to_json(format('%s', " + columns.get(format.keyPlace(column)) + "))::text");
        }
        return " order by (" + key + " || ']') collate \"C\"";
    }

    /**
     * The row at which a result of {@link #all} or {@link #ofBuckets} stands.
     *
     * @param result at a row
     * @return its values
     * @throws SQLException if it cannot be read
     */
    public RowValues values(ResultSet result) throws SQLException {
        RowValues.Builder values = new RowValues.Builder(columns.size());
        for (int place = 0; place < columns.size(); place++) {
            values.set(place, result.getString(place + 1));
        }
        return values.build();
    }

    /**
     * The sum at which a result of {@link #sums} stands.
     *
     * @param result at a row
     * @return count and sum
     * @throws SQLException if it cannot be read
     */
    public static TableChecksums.Checksum checksum(ResultSet result) throws SQLException {
        return new TableChecksums.Checksum(result.getLong(2), result.getString(3) + " " + result.getString(4));
    }
}
