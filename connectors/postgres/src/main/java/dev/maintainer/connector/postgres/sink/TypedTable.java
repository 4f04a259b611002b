package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowKey;
import dev.maintainer.connector.postgres.catalog.RowValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * A table with the columns of the source. Values are text on the way; the server makes them values of their types, and text of
 * these again. Used by one thread at a time.
 */
final class TypedTable implements TableForm {
    private final TableName table;
    private final RowFormat format;
    private final WriteMode mode;
    private final ValueStatements values;

    /**
     * A table as it is.
     *
     * @param format how its rows are written
     * @param mode how rows are written
     * @param copies whether many rows may be inserted by {@code COPY}
     */
    TypedTable(TableName table, RowFormat format, WriteMode mode, boolean copies) {
        this.table = table;
        this.format = format;
        this.mode = mode;
        this.values = new ValueStatements(table, format, copies);
    }

    @Override
    public Written write(Connection connection, Batch batch) throws SQLException {
        TypedBatch folded = TypedBatch.of(format, batch);
        List<TypedBatch.Row> doubtful = folded.doubtful(batch);
        if (!doubtful.isEmpty()) {
            folded.leaveOut(doubtful, read(connection, doubtful));
        }
        List<TypedBatch.Row> written = folded.rows(TypedBatch.Effect.WRITE);
        List<TypedBatch.Row> changed = folded.rows(TypedBatch.Effect.CHANGE);
        List<TypedBatch.Row> going = folded.going();
        if (mode == WriteMode.REPLACE) {
            written.addAll(completed(connection, changed));
            changed = List.of();
            going = folded.rows(TypedBatch.Effect.DELETE);
            going.addAll(written);
        }
        delete(connection, going);
        // To look for a row that is in the way costs the server as much as to insert one.
        List<TypedBatch.Row> inserted = new ArrayList<>(written.size());
        List<TypedBatch.Row> others = new ArrayList<>();
        for (TypedBatch.Row row : written) {
            (mode == WriteMode.INSERT && row.isNew() ? inserted : others).add(row);
        }
        for (Map.Entry<BitSet, List<TypedBatch.Row>> alike : byColumns(others).entrySet()) {
            upsert(connection, alike.getKey(), alike.getValue());
        }
        for (Map.Entry<BitSet, List<TypedBatch.Row>> alike : byColumns(inserted).entrySet()) {
            insert(connection, alike.getKey(), alike.getValue());
        }
        for (Map.Entry<BitSet, List<TypedBatch.Row>> alike : byColumns(changed).entrySet()) {
            update(connection, alike.getKey(), alike.getValue());
        }
        return new Written(folded.applied(), folded.again(), List.of(), batch.lastTs() - 1);
    }

    private static Map<BitSet, List<TypedBatch.Row>> byColumns(List<TypedBatch.Row> rows) {
        Map<BitSet, List<TypedBatch.Row>> groups = new LinkedHashMap<>();
        BitSet known = new BitSet();
        List<TypedBatch.Row> group = new ArrayList<>();
        for (TypedBatch.Row row : rows) {
            // Mostly those of the row before.
            if (group.isEmpty() || !row.values().knows(known)) {
                known = row.values().known();
                group = groups.computeIfAbsent(known, any -> new ArrayList<>());
            }
            group.add(row);
        }
        return groups;
    }

    private int[] keyPlaces() {
        return IntStream.range(0, format.keyColumns()).map(format::keyPlace).toArray();
    }

    private boolean isKey(int place) {
        return IntStream.of(keyPlaces()).anyMatch(key -> key == place);
    }

    private void insert(Connection connection, BitSet known, List<TypedBatch.Row> rows) throws SQLException {
        values.insert(connection, known.stream().toArray(), valuesOf(rows));
    }

    private static List<RowValues> valuesOf(List<TypedBatch.Row> rows) {
        List<RowValues> values = new ArrayList<>(rows.size());
        rows.forEach(row -> values.add(row.values()));
        return values;
    }

    private void upsert(Connection connection, BitSet known, List<TypedBatch.Row> rows) throws SQLException {
        int[] places = known.stream().toArray();
        StringJoiner changes = new StringJoiner(", ");
        for (int place : places) {
            if (!isKey(place)) {
                changes.add(values.name(place) + " = excluded." + values.name(place));
            }
        }
        StringJoiner key = new StringJoiner(", ");
        IntStream.of(keyPlaces()).forEach(place -> key.add(values.name(place)));
        String sql = values.insertion(places) + " on conflict (" + key + ") do "
                + (changes.length() == 0 ? "nothing" : "update set " + changes);
        ValueStatements.execute(connection, sql, places, valuesOf(rows));
    }

    private void update(Connection connection, BitSet known, List<TypedBatch.Row> rows) throws SQLException {
        int[] places = known.stream().toArray();
        StringJoiner changes = new StringJoiner(", ");
        for (int place : places) {
            // Also if nothing but the key is told, it is found out whether the row is there.
            if (!isKey(place) || places.length == format.keyColumns()) {
                changes.add(values.name(place) + " = " + values.cast(place));
            }
        }
        String sql = "update " + values.table() + " t set " + changes + " from " + ValueStatements.unnested(places)
                + " where " + sameKey();
        int there = ValueStatements.execute(connection, sql, places, valuesOf(rows));
        if (there < rows.size()) {
            throw TypedBatch.missing(rows.size() - there, table.toString());
        }
    }

    private void delete(Connection connection, List<TypedBatch.Row> rows) throws SQLException {
        if (!rows.isEmpty()) {
            int[] places = keyPlaces();
            ValueStatements.execute(
                    connection,
                    "delete from " + values.table() + " t using " + ValueStatements.unnested(places) + " where "
                            + sameKey(),
                    places,
                    valuesOf(rows));
        }
    }

    private String sameKey() {
        StringJoiner same = new StringJoiner(" and ");
        IntStream.of(keyPlaces()).forEach(place -> same.add("t." + values.name(place) + " = " + values.cast(place)));
        return same.toString();
    }

    /** The same rows, with the values that they do not tell. */
    private List<TypedBatch.Row> completed(Connection connection, List<TypedBatch.Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return rows;
        }
        Map<RowKey, RowValues> there = read(connection, rows);
        if (there.size() < rows.size()) {
            throw TypedBatch.missing(rows.size() - there.size(), table.toString());
        }
        List<TypedBatch.Row> completed = new ArrayList<>(rows.size());
        for (TypedBatch.Row row : rows) {
            RowValues known = there.get(row.key());
            completed.add(known == null ? row : row.with(row.values().filledFrom(known)));
        }
        return completed;
    }

    /** What is there of some keys. */
    private Map<RowKey, RowValues> read(Connection connection, List<TypedBatch.Row> rows) throws SQLException {
        Map<RowKey, RowValues> there = new HashMap<>();
        int[] places = keyPlaces();
        try (PreparedStatement statement = connection.prepareStatement("select " + values.texts() + " from "
                + values.table() + " t join " + ValueStatements.unnested(places) + " on " + sameKey())) {
            ValueStatements.bind(statement, places, valuesOf(rows));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    RowValues row = values.values(result);
                    there.put(format.rowKey(row), row);
                }
            }
        }
        return there;
    }

    @Override
    public String selection() {
        return values.selection().all();
    }
}
