package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.wal.Lsn;
import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A connection to the source beside the one that reads the slot. Each statement sees the tables as they are at its moment. */
final class SourceSession implements ModelConnection.Session {
    /** What others hear of. */
    interface Listener {
        /** Fails if the connection is to break now. */
        void at() throws SQLException;

        /** Rows of a table are read. */
        void read(String table);

        /** Of a row that has to be completed something was read. */
        void completed(String table);
    }

    private static final Pattern CHUNK = Pattern.compile("select (.*)tableoid from only \"shop\"\\.\"([^\"]+)\"(.*)");

    private static final Pattern SNAPSHOT = Pattern.compile(
            "select (.*)t\\.tableoid, s\\.seen, s\\.position from .* left join only \"shop\"\\.\"([^\"]+)\" t on true");

    /** Of the key, which is one column. */
    private static final Pattern CONDITION = Pattern.compile("\\) ([=<>]+) \\(");

    private final SourceModel server;
    private final Listener listener;
    private final DetectedModel.Session detected;

    SourceSession(SourceModel server, Listener listener) {
        this.server = server;
        this.listener = listener;
        this.detected = server.detected.new Session();
    }

    @Override
    public Answer execute(String sql, List<@Nullable Object> parameters) throws SQLException {
        listener.at();
        Answer ofNotes = detected.execute(sql, parameters);
        if (ofNotes != null) {
            return ofNotes;
        } else if (sql.startsWith("select l.id")) {
            return notes(number(parameters, 0));
        } else if (sql.startsWith("select table_oid, commit_ts from maintainer.truncation")) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (List<Long> truncation : server.truncations) {
                if (truncation.get(1) > number(parameters, 0) && truncation.get(1) <= number(parameters, 1)) {
                    rows.add(new ArrayList<>(truncation));
                }
            }
            return new Answer(rows, 0);
        } else if (sql.startsWith("insert into maintainer.ddl_position")) {
            for (Object entry : (Object[]) Objects.requireNonNull(parameters.get(1))) {
                server.places
                        .computeIfAbsent((Long) entry, any -> new TreeSet<>())
                        .add(number(parameters, 0));
            }
            return Answer.changed(1);
        } else if (sql.startsWith("insert into maintainer.truncation")) {
            for (Object table : (Object[]) Objects.requireNonNull(parameters.get(1))) {
                server.truncations.add(List.of((Long) table, number(parameters, 0)));
            }
            return Answer.changed(1);
        } else if (sql.contains("insert into maintainer.sync_point")) {
            return server.syncPoints.mark(sql, parameters);
        } else if (sql.startsWith("insert into maintainer.copy_window")) {
            server.windows.merge(String.valueOf(parameters.get(1)), number(parameters, 2), Math::max);
            return Answer.changed(1);
        } else if (sql.startsWith("select end_ts from maintainer.copy_window")) {
            Long end = server.windows.get(String.valueOf(parameters.get(1)));
            return end == null ? Answer.NOTHING : Answer.row(end);
        } else if (sql.contains("reltuples")) {
            return Answer.row(20L);
        } else if (sql.contains("pg_logical_emit_message(")) {
            return Answer.row(Lsn.text(server.mark()));
        } else if (sql.contains("join pg_attribute a")) {
            return columns(number(parameters, 0));
        } else if (sql.startsWith("set ") || sql.startsWith("select set_config('synchronous_commit'")) {
            return Answer.NOTHING;
        }
        Matcher snapshot = SNAPSHOT.matcher(sql);
        return snapshot.matches() ? snapshot(snapshot) : rows(sql, parameters);
    }

    /** All rows of a table, and what the snapshot has seen. */
    private Answer snapshot(Matcher statement) throws SQLException {
        SourceModel.Seen seen = server.look(named(statement.group(2)));
        String position = Lsn.text(server.walEnd());
        server.seenTs = server.walEnd();
        listener.read(seen.table().name);
        Set<String> wanted = quoted(statement.group(1));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Map<Integer, String> row : seen.table().rows.values()) {
            rows.add(values(seen.table(), row, wanted));
        }
        if (rows.isEmpty()) {
            List<@Nullable Object> none = new ArrayList<>();
            for (int i = 0; i <= wanted.size(); i++) {
                none.add(null);
            }
            rows.add(none);
        }
        rows.forEach(row -> {
            row.add(seen.snapshot());
            row.add(position);
        });
        return new Answer(rows, 0);
    }

    private SourceTableModel named(String name) throws SQLException {
        return server.tables.values().stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new SQLException("there is no " + name, "42P01"));
    }

    private static Set<String> quoted(String text) {
        Set<String> wanted = new LinkedHashSet<>();
        Matcher names = Pattern.compile("\"([^\"]+)\"").matcher(text);
        while (names.find()) {
            wanted.add(names.group(1));
        }
        return wanted;
    }

    private static long number(List<@Nullable Object> parameters, int parameter) {
        return ((Number) Objects.requireNonNull(parameters.get(parameter))).longValue();
    }

    private Answer notes(long upToTs) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        server.notes.forEach((id, note) -> {
            TreeSet<Long> places = server.places.getOrDefault(id, new TreeSet<>());
            if (!places.isEmpty() && places.first() <= upToTs) {
                List<@Nullable Object> row = new ArrayList<>();
                SourceModel.NOTE_COLUMNS.forEach(
                        column -> row.add(note.columns().get(column)));
                row.add(places.first());
                rows.add(row);
            }
        });
        rows.sort(Comparator.comparingLong(row -> (Long) Objects.requireNonNull(row.get(row.size() - 1))));
        return new Answer(rows, 0);
    }

    private Answer columns(long oid) {
        SourceTableModel table = server.tables.get(oid);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        if (table != null) {
            table.columns.forEach(column ->
                    rows.add(List.of("shop", table.name, column.number(), column.name(), column.type(), true)));
        }
        return new Answer(rows, 0);
    }

    private Answer rows(String sql, List<@Nullable Object> parameters) throws SQLException {
        Matcher chunk = CHUNK.matcher(sql);
        if (!chunk.matches()) {
            throw new UnsupportedOperationException(sql);
        }
        SourceTableModel table = named(chunk.group(2));
        server.seenTs = server.walEnd();
        if (chunk.group(3).contains(") = (")) {
            listener.completed(table.name);
        } else {
            listener.read(table.name);
        }
        Set<String> wanted = quoted(chunk.group(1));
        LongPredicate condition = key -> true;
        int parameter = 0;
        Matcher conditions = CONDITION.matcher(chunk.group(3));
        while (conditions.find()) {
            condition = condition.and(
                    compared(conditions.group(1), Long.parseLong(String.valueOf(parameters.get(parameter)))));
            parameter++;
        }
        long limit = parameter < parameters.size() ? number(parameters, parameter) : 1;
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Map.Entry<Long, Map<Integer, String>> row : table.rows.entrySet()) {
            if (condition.test(row.getKey()) && rows.size() < limit) {
                rows.add(values(table, row.getValue(), wanted));
            }
        }
        return new Answer(rows, 0);
    }

    private static LongPredicate compared(String operator, long with) {
        return switch (operator) {
            case "=" -> key -> key == with;
            case ">" -> key -> key > with;
            case ">=" -> key -> key >= with;
            case "<" -> key -> key < with;
            case "<=" -> key -> key <= with;
            default -> throw new UnsupportedOperationException(operator);
        };
    }

    private static List<@Nullable Object> values(SourceTableModel table, Map<Integer, String> row, Set<String> wanted)
            throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (String name : wanted) {
            SourceTableModel.Column column = table.columns.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new SQLException("there is no column " + name, "42703"));
            values.add(row.get(column.number()));
        }
        values.add(table.oid);
        return values;
    }

    @Override
    public void commit() {
        detected.commit();
    }

    @Override
    public void rollback() {
        detected.rollback();
    }

    @Override
    public void close() {}
}
