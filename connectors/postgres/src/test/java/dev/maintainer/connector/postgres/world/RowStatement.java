package dev.maintainer.connector.postgres.world;

import com.google.common.base.Splitter;
import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import dev.maintainer.connector.postgres.world.SinkModel.Session;
import dev.maintainer.connector.postgres.world.SinkModel.SinkRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** About the tables that are replicated, or the server. */
final class RowStatement extends SinkStatement {
    private static final Pattern TABLE = Pattern.compile("(\"[^\"]+\"\\.\"[^\"]+\")");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern UNNESTED = Pattern.compile("u\\.c(\\d+)");
    private static final Pattern NAMED = Pattern.compile(" u ?\\(([^)]*)\\)");
    private static final String KEY = "id";
    private static final String KEYLESS = "keyless";

    RowStatement(Session session, String sql, List<@Nullable Object> parameters) {
        super(session, sql, parameters);
    }

    @Override
    Answer answer() throws SQLException {
        if (sql.startsWith("set local") || sql.contains("create schema")) {
            return Answer.NOTHING;
        } else if (sql.contains("has_parameter_privilege")) {
            return Answer.row(false);
        } else if (sql.contains("pg_postmaster_start_time")) {
            // There is but one.
            return Answer.row("2026-01-01");
        } else if (sql.contains("server_encoding")) {
            return Answer.row("UTF8");
        } else if (sql.contains("pg_catalog.pg_namespace")) {
            return Answer.row(1);
        } else if (sql.contains("pg_catalog.pg_constraint")) {
            return Answer.NOTHING;
        }
        return ofTable();
    }

    private Answer ofTable() throws SQLException {
        Matcher named = TABLE.matcher(sql);
        if (!named.find()) {
            throw new UnsupportedOperationException(sql);
        }
        String table = named.group(1);
        if (sql.startsWith("create table ")) {
            boolean isKeyed = sql.contains(", constraint ");
            String columns =
                    sql.substring(sql.indexOf(" (") + 2, isKeyed ? sql.indexOf(", constraint ") : sql.length() - 1);
            session.put(KEYLESS, table, isKeyed ? SinkRow.GONE : new SinkRow(Map.of(KEYLESS, true)));
            Map<String, @Nullable Object> row = new HashMap<>();
            for (String column : Splitter.on(", ").split(columns)) {
                row.put(quoted(column).get(0), constantOf(column));
            }
            session.put("table", table, new SinkRow(row));
            return Answer.NOTHING;
        } else if (sql.startsWith("drop table ")) {
            session.put("table", table, SinkRow.GONE);
            return empty(table);
        } else if (sql.startsWith("truncate ")) {
            return empty(table);
        } else if (sql.startsWith("alter table ")) {
            return alter(table);
        } else if (sql.startsWith("insert into ")) {
            return insert(table);
        } else if (sql.startsWith("update ")) {
            return update(table);
        } else if (sql.startsWith("delete from ")) {
            return delete(table);
        } else if (sql.startsWith("with wanted as ")) {
            return deleteEqual(table);
        } else if (sql.contains(" t join unnest(")) {
            return read(table);
        } else if (sql.startsWith("select 1 from ")) {
            return session.all(table).isEmpty() ? Answer.NOTHING : Answer.row(1);
        }
        throw new UnsupportedOperationException(sql);
    }

    private Answer empty(String table) throws SQLException {
        for (String key : session.all(table).keySet()) {
            session.put(table, key, SinkRow.GONE);
        }
        return Answer.NOTHING;
    }

    private Answer alter(String table) throws SQLException {
        String action = sql.substring(sql.indexOf(table) + table.length() + 1);
        List<String> name = quoted(action);
        Map<String, @Nullable Object> columns = new HashMap<>(
                Objects.requireNonNull(session.row("table", table)).values());
        if (action.startsWith("drop column ")) {
            columns.remove(name.get(0));
            for (Map.Entry<String, SinkRow> row : session.all(table).entrySet()) {
                Map<String, @Nullable Object> values =
                        new HashMap<>(row.getValue().values());
                values.remove(name.get(0));
                session.put(table, row.getKey(), new SinkRow(values));
            }
        } else if (action.startsWith("add column ")) {
            String constant = constantOf(action);
            columns.put(name.get(0), constant);
            for (Map.Entry<String, SinkRow> row : session.all(table).entrySet()) {
                Map<String, @Nullable Object> values =
                        new HashMap<>(row.getValue().values());
                values.put(name.get(0), constant.isEmpty() ? null : constant);
                session.put(table, row.getKey(), new SinkRow(values));
            }
        } else {
            throw new UnsupportedOperationException(sql);
        }
        session.put("table", table, new SinkRow(columns));
        return Answer.NOTHING;
    }

    /** What rows get that do not say anything else; empty for nothing. */
    private static String constantOf(String column) {
        Matcher constant = Pattern.compile(" default '([^']*)'").matcher(column);
        return constant.find() ? constant.group(1) : "";
    }

    private static List<String> quoted(String text) {
        return QUOTED.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** The rows that came as one array for each column, by the numbers that the columns have there. */
    private List<Map<String, @Nullable Object>> sent() {
        Matcher names = NAMED.matcher(sql);
        if (!names.find()) {
            throw new UnsupportedOperationException(sql);
        }
        List<String> columns = Splitter.on(", ").splitToList(names.group(1));
        int rows = ((Object[]) Objects.requireNonNull(parameters.get(0))).length;
        List<Map<String, @Nullable Object>> sent = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (int column = 0; column < columns.size(); column++) {
                values.put(
                        columns.get(column).replaceAll("\\D", ""),
                        ((Object[]) Objects.requireNonNull(parameters.get(column)))[row]);
            }
            sent.add(values);
        }
        return sent;
    }

    /** As keys are ordered here; the source has its own order. */
    static String keyOf(@Nullable Object value) {
        return String.valueOf(value);
    }

    private Answer insert(String table) throws SQLException {
        int open = sql.indexOf('(');
        List<String> columns = quoted(sql.substring(open, sql.indexOf(')', open)));
        requireColumns(table, columns);
        String selected = sql.substring(sql.indexOf(" select "), sql.indexOf(" from unnest("));
        List<String> places = UNNESTED.matcher(selected)
                .results()
                .map(found -> found.group(1))
                .toList();
        boolean replaces = sql.contains(" on conflict ");
        List<Map<String, @Nullable Object>> sent = sent();
        for (Map<String, @Nullable Object> row : sent) {
            Map<String, @Nullable Object> values = new HashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), row.get(places.get(i)));
            }
            if (session.row(KEYLESS, table) != null) {
                session.put(table, String.format("#%08d", session.nextSession()), new SinkRow(values));
                continue;
            }
            String key = keyOf(values.get(KEY));
            SinkRow there = session.locked(table, key);
            if (there != null && !replaces) {
                throw new SQLException("duplicate key " + key + " in " + table, "23505");
            }
            Map<String, @Nullable Object> whole = new HashMap<>();
            if (there == null) {
                Objects.requireNonNull(session.row("table", table)).values().forEach((column, constant) -> {
                    if (constant != null && !constant.equals("")) {
                        whole.put(column, constant);
                    }
                });
            } else {
                whole.putAll(there.values());
            }
            whole.putAll(values);
            values = whole;
            session.put(table, key, new SinkRow(values));
        }
        return Answer.changed(sent.size());
    }

    private void requireColumns(String table, Collection<String> columns) throws SQLException {
        SinkRow row = session.row("table", table);
        for (String column : columns) {
            if (row == null || !row.values().containsKey(column)) {
                throw new SQLException("column " + column + " of " + table + " does not exist", "42703");
            }
        }
    }

    private String keyPlace() {
        Matcher place = Pattern.compile("t\\.\"" + KEY + "\" = u\\.c(\\d+)").matcher(sql);
        if (!place.find()) {
            throw new UnsupportedOperationException(sql);
        }
        return place.group(1);
    }

    private Answer update(String table) throws SQLException {
        String assigned = sql.substring(sql.indexOf(" set ") + 1, sql.indexOf(" from unnest("));
        Map<String, String> places = new LinkedHashMap<>();
        Matcher assignment = Pattern.compile("\"([^\"]+)\" = u\\.c(\\d+)").matcher(assigned);
        while (assignment.find()) {
            places.put(assignment.group(1), assignment.group(2));
        }
        requireColumns(table, places.keySet());
        int changed = 0;
        for (Map<String, @Nullable Object> row : sent()) {
            String key = keyOf(row.get(keyPlace()));
            SinkRow there = session.locked(table, key);
            if (there != null) {
                Map<String, @Nullable Object> values = new HashMap<>(there.values());
                places.forEach((column, place) -> values.put(column, row.get(place)));
                session.put(table, key, new SinkRow(values));
                changed++;
            }
        }
        return Answer.changed(changed);
    }

    private Answer delete(String table) throws SQLException {
        int changed = 0;
        for (Map<String, @Nullable Object> row : sent()) {
            String key = keyOf(row.get(keyPlace()));
            if (session.locked(table, key) != null) {
                session.put(table, key, SinkRow.GONE);
                changed++;
            }
        }
        return Answer.changed(changed);
    }

    /** Of rows that are equal to some, as many as these are. */
    private Answer deleteEqual(String table) throws SQLException {
        List<String> columns = texts();
        int changed = 0;
        for (Map<String, @Nullable Object> wanted : sent()) {
            List<@Nullable Object> values = new ArrayList<>(wanted.values());
            for (Map.Entry<String, SinkRow> row : session.all(table).entrySet()) {
                List<@Nullable Object> there = new ArrayList<>();
                columns.forEach(column -> there.add(row.getValue().values().get(column)));
                if (there.equals(values)) {
                    session.put(table, row.getKey(), SinkRow.GONE);
                    changed++;
                    break;
                }
            }
        }
        return Answer.changed(changed);
    }

    /** The columns of which the text is taken. */
    private List<String> texts() {
        return Pattern.compile("num_nulls\\(t\\.\"([^\"]+)\"\\)")
                .matcher(sql)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private Answer read(String table) {
        List<String> columns = texts();
        List<List<@Nullable Object>> found = new ArrayList<>();
        for (Map<String, @Nullable Object> row : sent()) {
            SinkRow there = session.row(table, keyOf(row.get(keyPlace())));
            if (there != null) {
                List<@Nullable Object> values = new ArrayList<>();
                columns.forEach(column -> values.add(there.values().get(column)));
                found.add(values);
            }
        }
        return new Answer(found, 0);
    }
}
