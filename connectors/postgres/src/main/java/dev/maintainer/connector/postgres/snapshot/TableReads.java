package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statements that read rows of one table as the log would tell them. Immutable. */
final class TableReads {
    private static final int FETCH_ROWS = 500;

    /**
     * Some rows, in the order of the database.
     *
     * @param rows those of them that are in the span
     * @param lastKey the key of the last one, in the span or not; null if there was none
     * @param read how many there were
     * @param bytes of their values
     * @param isLast whether there are no more
     */
    record Chunk(List<RowEvent> rows, @Nullable List<String> lastKey, int read, long bytes, boolean isLast) {}

    private final RowMapping mapping;
    private final RowFormat format;
    private final String select;
    private final String behind;
    private final String order;
    private final String one;

    TableReads(SourceTable table) {
        List<String> names =
                table.image().sent().stream().map(ColumnImage::name).toList();
        this.mapping = RowMapping.of(table.info().table(), table.image(), names);
        this.format = mapping.format();
        String columns = names.stream().map(TableReads::quoted).collect(Collectors.joining(", "));
        List<ColumnImage> key = new ArrayList<>();
        for (int i = 0; i < format.keyColumns(); i++) {
            key.add(format.sent().get(format.keyPlace(i)));
        }
        String keyNames = key.stream().map(column -> quoted(column.name())).collect(Collectors.joining(", "));
        String keyValues = key.stream()
                .map(column -> "cast(? as " + escaped(column.type()) + ")")
                .collect(Collectors.joining(", "));
        this.select = "select " + columns + " from only "
                + escaped(Identifiers.quoted(table.info().name()));
        this.behind = " where (" + keyNames + ") > (" + keyValues + ")";
        this.order = " order by " + keyNames + " limit ?";
        this.one = select + " where (" + keyNames + ") = (" + keyValues + ")";
    }

    private static String quoted(String name) {
        return escaped(Identifiers.quoted(name));
    }

    /** For the driver a question mark is a parameter, and two are one. */
    private static String escaped(String sql) {
        return sql.replace("?", "??");
    }

    RowFormat format() {
        return format;
    }

    /**
     * Reads rows of a table in the order of its key.
     *
     * @param connection in a transaction, with text as the log has it
     * @param span what is outside is left out
     * @param afterKey of the last row before; null for the first rows
     * @param commitTs what the events have
     * @param mostRows how many at most
     * @param enoughBytes it ends when it has so many
     */
    Chunk chunk(
            Connection connection,
            TableSpan span,
            @Nullable List<String> afterKey,
            long commitTs,
            int mostRows,
            long enoughBytes)
            throws SQLException {
        String sql = select + (afterKey == null ? "" : behind) + order;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            if (afterKey != null) {
                for (String value : afterKey) {
                    statement.setString(parameter++, value);
                }
            }
            statement.setInt(parameter, mostRows);
            statement.setFetchSize(FETCH_ROWS);
            List<RowEvent> rows = new ArrayList<>();
            List<@Nullable String> values = List.of();
            int read = 0;
            long bytes = 0;
            try (ResultSet result = statement.executeQuery()) {
                while (bytes < enoughBytes && result.next()) {
                    values = values(result);
                    for (String value : values) {
                        bytes += value == null ? 0 : value.length();
                    }
                    read++;
                    RowEvent row = mapping.row(commitTs, values);
                    if (row.isWithin(span)) {
                        rows.add(row);
                    }
                }
            }
            return new Chunk(
                    rows, read == 0 ? null : keyOf(values), read, bytes, bytes < enoughBytes && read < mostRows);
        }
    }

    private List<@Nullable String> values(ResultSet result) throws SQLException {
        List<@Nullable String> values = new ArrayList<>(format.sent().size());
        for (int i = 1; i <= format.sent().size(); i++) {
            values.add(result.getString(i));
        }
        return values;
    }

    private List<String> keyOf(List<@Nullable String> values) {
        List<String> key = new ArrayList<>(format.keyColumns());
        for (int i = 0; i < format.keyColumns(); i++) {
            key.add(String.valueOf(values.get(format.keyPlace(i))));
        }
        return key;
    }

    /** A row as it is now; empty if there is none. */
    Optional<RowValues> row(Connection connection, RowValues key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(one)) {
            for (int i = 0; i < format.keyColumns(); i++) {
                statement.setString(i + 1, key.text(format.keyPlace(i)));
            }
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                List<@Nullable String> texts = values(result);
                RowValues row = new RowValues(texts.size());
                for (int i = 0; i < texts.size(); i++) {
                    row.set(i, texts.get(i));
                }
                return Optional.of(row);
            }
        }
    }
}
