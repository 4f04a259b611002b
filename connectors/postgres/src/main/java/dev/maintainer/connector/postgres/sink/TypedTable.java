package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowSelection;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.sql.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table with the columns of the source. Values are text on the way; the server makes them values of their types, and text of
 * these again. Used by one thread at a time.
 */
final class TypedTable implements TableForm {
    /** It takes a round trip more than a statement. */
    private static final int ROWS_TO_COPY = 500;

    private static final String AS_REPLICA = "set local session_replication_role = replica";

    private final TableName table;
    private final String name;
    private final RowFormat format;
    private final RowSelection selection;
    private final boolean asReplica;
    private final WriteMode mode;
    private final boolean copies;
    /** Of each column that is sent, its name and its type. */
    private final List<String> names;

    private final List<String> types;

    /**
     * A table as it is.
     *
     * @param format how its rows are written
     * @param asReplica whether triggers and foreign keys of the table may be left out, as where a server replicates by itself
     * @param mode how rows are written
     * @param copies whether many rows may be inserted by {@code COPY}
     */
    TypedTable(TableName table, RowFormat format, boolean asReplica, WriteMode mode, boolean copies) {
        this.table = table;
        this.name = Identifiers.quoted(table);
        this.format = format;
        this.selection = new RowSelection(format, name);
        this.asReplica = asReplica;
        this.mode = mode;
        this.copies = copies;
        names = format.sent().stream()
                .map(column -> Identifiers.quoted(column.name()))
                .toList();
        types = format.sent().stream().map(ColumnImage::type).toList();
    }

    @Override
    public Written write(Connection connection, Batch batch) throws SQLException {
        TypedBatch folded = TypedBatch.of(format, batch);
        List<TypedBatch.Row> doubtful = folded.doubtful(batch);
        if (!doubtful.isEmpty()) {
            folded.leaveOut(doubtful, read(connection, doubtful));
        }
        List<TypedBatch.Row> written = new ArrayList<>(folded.rows(TypedBatch.Effect.WRITE));
        List<TypedBatch.Row> changed = folded.rows(TypedBatch.Effect.CHANGE);
        List<TypedBatch.Row> going = folded.going();
        if (asReplica && !(written.isEmpty() && changed.isEmpty() && going.isEmpty())) {
            execute(connection, AS_REPLICA);
        }
        if (mode == WriteMode.REPLACE) {
            complete(connection, changed);
            written.addAll(changed);
            changed = List.of();
            going = new ArrayList<>(folded.rows(TypedBatch.Effect.DELETE));
            going.addAll(written);
        }
        delete(connection, going);
        // To look for a row that is in the way costs the server as much as to insert one.
        boolean inserts = mode == WriteMode.INSERT;
        List<TypedBatch.Row> others =
                written.stream().filter(row -> !(inserts && row.isNew())).toList();
        for (Map.Entry<BitSet, List<TypedBatch.Row>> alike : byColumns(others).entrySet()) {
            upsert(connection, alike.getKey(), alike.getValue());
        }
        List<TypedBatch.Row> inserted =
                written.stream().filter(row -> inserts && row.isNew()).toList();
        for (Map.Entry<BitSet, List<TypedBatch.Row>> alike : byColumns(inserted).entrySet()) {
            insert(connection, alike.getKey(), alike.getValue());
        }
        for (Map.Entry<BitSet, List<TypedBatch.Row>> alike : byColumns(changed).entrySet()) {
            update(connection, alike.getKey(), alike.getValue());
        }
        return new Written(folded.applied(), folded.again(), List.of(), batch.lastTs() - 1);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
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
        int[] places = known.stream().toArray();
        if (copies && rows.size() >= ROWS_TO_COPY) {
            CopiedText.write(connection, "copy " + name + columns(places) + " from stdin", places, rows);
        } else {
            execute(connection, insertion(places), places, rows);
        }
    }

    private String columns(int[] places) {
        StringJoiner columns = new StringJoiner(", ", " (", ")");
        IntStream.of(places).forEach(place -> columns.add(names.get(place)));
        return columns.toString();
    }

    private String insertion(int[] places) {
        StringJoiner values = new StringJoiner(", ");
        IntStream.of(places).forEach(place -> values.add(cast(place)));
        return "insert into " + name + columns(places) + " select " + values + " from " + unnested(places);
    }

    private void upsert(Connection connection, BitSet known, List<TypedBatch.Row> rows) throws SQLException {
        int[] places = known.stream().toArray();
        StringJoiner changes = new StringJoiner(", ");
        for (int place : places) {
            if (!isKey(place)) {
                changes.add(names.get(place) + " = excluded." + names.get(place));
            }
        }
        StringJoiner key = new StringJoiner(", ");
        IntStream.of(keyPlaces()).forEach(place -> key.add(names.get(place)));
        String sql = insertion(places) + " on conflict (" + key + ") do "
                + (changes.length() == 0 ? "nothing" : "update set " + changes);
        execute(connection, sql, places, rows);
    }

    private void update(Connection connection, BitSet known, List<TypedBatch.Row> rows) throws SQLException {
        int[] places = known.stream().toArray();
        StringJoiner changes = new StringJoiner(", ");
        for (int place : places) {
            // Also if nothing but the key is told, it is found out whether the row is there.
            if (!isKey(place) || places.length == format.keyColumns()) {
                changes.add(names.get(place) + " = " + cast(place));
            }
        }
        String sql = "update " + name + " t set " + changes + " from " + unnested(places) + " where " + sameKey();
        int there = execute(connection, sql, places, rows);
        if (there < rows.size()) {
            throw TypedBatch.missing(rows.size() - there, table.toString());
        }
    }

    private void delete(Connection connection, List<TypedBatch.Row> rows) throws SQLException {
        if (!rows.isEmpty()) {
            int[] places = keyPlaces();
            execute(
                    connection,
                    "delete from " + name + " t using " + unnested(places) + " where " + sameKey(),
                    places,
                    rows);
        }
    }

    private String sameKey() {
        StringJoiner same = new StringJoiner(" and ");
        IntStream.of(keyPlaces()).forEach(place -> same.add("t." + names.get(place) + " = " + cast(place)));
        return same.toString();
    }

    private String cast(int place) {
        return "u.c" + place + "::" + types.get(place);
    }

    private static String unnested(int[] places) {
        StringJoiner arrays = new StringJoiner(", ", "unnest(", ")");
        StringJoiner columns = new StringJoiner(", ", " as u(", ")");
        for (int place : places) {
            arrays.add("?::text[]");
            columns.add("c" + place);
        }
        return arrays.toString() + columns;
    }

    private static int execute(Connection connection, String sql, int[] places, List<TypedBatch.Row> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(connection, statement, places, rows);
            return statement.executeUpdate();
        }
    }

    private static void bind(
            Connection connection, PreparedStatement statement, int[] places, List<TypedBatch.Row> rows)
            throws SQLException {
        for (int i = 0; i < places.length; i++) {
            int place = places[i];
            @Nullable
            Object[] texts = rows.stream().map(row -> row.values().text(place)).toArray();
            statement.setArray(i + 1, connection.createArrayOf("text", texts));
        }
    }

    /** Gives rows the values that they do not tell. */
    private void complete(Connection connection, List<TypedBatch.Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Map<String, RowValues> there = read(connection, rows);
        if (there.size() < rows.size()) {
            throw TypedBatch.missing(rows.size() - there.size(), table.toString());
        }
        for (TypedBatch.Row row : rows) {
            RowValues known = there.get(row.last().key());
            if (known != null) {
                row.values().fillFrom(known);
            }
        }
    }

    /** What is there of some keys. */
    private Map<String, RowValues> read(Connection connection, List<TypedBatch.Row> rows) throws SQLException {
        Map<String, RowValues> there = new HashMap<>();
        int[] places = keyPlaces();
        try (PreparedStatement statement = connection.prepareStatement(
                "select " + selection.texts() + " from " + name + " t join " + unnested(places) + " on " + sameKey())) {
            bind(connection, statement, places, rows);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    RowValues values = selection.values(result);
                    there.put(format.key(values), values);
                }
            }
        }
        return there;
    }

    @Override
    public String selection() {
        return selection.all();
    }
}
