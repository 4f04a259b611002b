package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.ColumnText;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * A table with the columns of the source and without a key. Of rows that are equal any one goes. A batch reads the table once if
 * rows of it go, however many. Used by one thread at a time.
 */
final class KeylessTable {
    private final TableName table;
    private final boolean copies;

    /**
     * A table as it is.
     *
     * @param copies whether many rows may be inserted by {@code COPY}
     */
    KeylessTable(TableName table, boolean copies) {
        this.table = table;
        this.copies = copies;
    }

    /** Does what a batch amounts to, in the transaction of the connection. */
    void write(Connection connection, KeylessBatch batch) throws SQLException {
        for (KeylessBatch.Step step : batch.steps()) {
            if (step instanceof KeylessBatch.Exchange exchange) {
                ValueStatements values = new ValueStatements(table, exchange.format(), copies);
                if (!exchange.going().isEmpty()) {
                    delete(connection, values, exchange.places(), exchange.going());
                }
                if (!exchange.coming().isEmpty()) {
                    values.insert(connection, exchange.places(), exchange.coming());
                }
            } else if (step instanceof KeylessBatch.Empty) {
                ValueStatements.execute(connection, "truncate " + Identifiers.quoted(table));
            }
        }
    }

    private void delete(Connection connection, ValueStatements values, int[] places, List<RowValues> rows)
            throws SQLException {
        int gone = ValueStatements.execute(connection, deletion(values, places), places, rows);
        if (gone < rows.size()) {
            throw new MaintainerException(
                    ErrorCode.ROW_MISSING,
                    (rows.size() - gone) + " rows of table " + table + ", which has no key, were changed, and no row of"
                            + " the database is what they were; look who has changed them there, and set the table up"
                            + " anew");
        }
    }

    static String deletion(ValueStatements values, int[] places) {
        StringJoiner told = new StringJoiner(", ", "array[", "]::text[]");
        IntStream.of(places).forEach(place -> told.add("u.c" + place));
        return "with wanted as (select " + told + " as row, count(*) as rows from " + ValueStatements.unnested(places)
                + " group by 1), found as (select t.ctid as place, row_number() over (partition by w.row) as number,"
                + " w.rows from " + values.table() + " t join wanted w on "
                + ColumnText.row(values.textsOf(places)) + " = w.row) delete from " + values.table()
                + " where ctid = any (array(select f.place from found f where f.number <= f.rows))";
    }

    /** All rows, and of rows that are equal which one it is. */
    static String selection(TableName table, RowFormat format) {
        ValueStatements values = new ValueStatements(table, format, false);
        int[] all = IntStream.range(0, format.sent().size()).toArray();
        return "select " + values.texts() + ", row_number() over (partition by " + ColumnText.row(values.textsOf(all))
                + ") from " + values.table() + " t";
    }
}
