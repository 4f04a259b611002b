package dev.maintainer.connector.postgres.world;

import com.google.common.base.Splitter;
import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import dev.maintainer.connector.postgres.world.SinkModel.Session;
import dev.maintainer.connector.postgres.world.SinkModel.SinkRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement of the sink, known by what it looks like. One that is not known is refused: the model has to learn it. */
final class SinkStatement {
    private static final String OWN = "maintainer_sink.";
    private static final Pattern TABLE = Pattern.compile("(\"[^\"]+\"\\.\"[^\"]+\")");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern UNNESTED = Pattern.compile("u\\.c(\\d+)");
    private static final Pattern NAMED = Pattern.compile(" u ?\\(([^)]*)\\)");
    private static final String KEY = "id";
    private static final String KEYLESS = "keyless";

    private final Session session;
    private final String sql;
    private final List<@Nullable Object> parameters;

    SinkStatement(Session session, String sql, List<@Nullable Object> parameters) {
        this.session = session;
        this.sql = sql;
        this.parameters = parameters;
    }

    Answer answer() throws SQLException {
        if (sql.startsWith("select set_config('application_name'")) {
            return enter();
        } else if (sql.startsWith("select pg_advisory_xact_lock(")) {
            session.lock("advisory " + parameters);
            return Answer.NOTHING;
        } else if (sql.startsWith("select pg_terminate_backend")) {
            return sized(session.endFormer(number(2)));
        } else if (sql.contains(OWN)) {
            return own();
        } else if (sql.startsWith("set local") || sql.contains("create schema")) {
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

    private static Answer sized(int rows) {
        List<List<@Nullable Object>> found = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            found.add(List.of(true));
        }
        return new Answer(found, 0);
    }

    private long number(int parameter) {
        return ((Number) Objects.requireNonNull(parameters.get(parameter))).longValue();
    }

    private @Nullable Object parameter(int parameter) {
        return parameters.get(parameter);
    }

    // ---- who may write

    private Answer enter() throws SQLException {
        session.enter(String.valueOf(parameter(0)));
        if (sql.contains("pg_advisory_xact_lock_shared(")) {
            session.lockChangefeed(false);
        } else if (sql.contains("pg_advisory_xact_lock(")) {
            session.lockChangefeed(true);
        }
        if (!sql.contains(";")) {
            return Answer.NOTHING;
        }
        SinkRow owner = session.row("owner", "");
        SinkRow target = session.row("target", String.valueOf(parameter(2)));
        SinkRow span = session.row("span", key(number(3)));
        return owner == null
                ? Answer.NOTHING
                : Answer.row(
                        owner.values().get("epoch"),
                        of(target, "schema_id"),
                        of(target, "schema_name"),
                        of(target, "table_name"),
                        of(target, "state"),
                        target == null ? null : target.values().get("definition") != null,
                        of(span, "batches"),
                        of(owner, "went_back"));
    }

    private static @Nullable Object of(@Nullable SinkRow row, String column) {
        return row == null ? null : row.values().get(column);
    }

    private static String key(long session) {
        return String.format("%08d", session);
    }

    // ---- the tables of the sink itself

    private Answer own() throws SQLException {
        if (sql.startsWith("select exists (select from maintainer_sink.span")) {
            return superseded();
        } else if (sql.contains("maintainer_sink.made_schema')")) {
            return Answer.row("made_schema");
        } else if (sql.contains("maintainer_sink.layout")) {
            return Answer.row("4");
        } else if (sql.contains("maintainer_sink.owner")) {
            return owner();
        } else if (sql.contains("maintainer_sink.span")) {
            return span();
        } else if (sql.contains("maintainer_sink.target")) {
            return target();
        } else if (sql.contains("insert into maintainer_sink.ddl")) {
            String key = parameter(1) + "/" + parameter(2);
            if (session.locked("ddl", key) != null) {
                return Answer.changed(0);
            }
            session.set("ddl", key, "statement", String.valueOf(parameter(3)));
            return Answer.changed(1);
        } else if (sql.contains("maintainer_sink.tombstone")) {
            // Tables with columns have none.
            return Answer.changed(0);
        }
        throw new UnsupportedOperationException(sql);
    }

    private Answer owner() throws SQLException {
        SinkRow owner = session.row("owner", "");
        if (sql.startsWith("insert")) {
            if (owner == null) {
                session.set("owner", "", "epoch", 0L, "source", Objects.requireNonNull(parameter(1)));
            }
            return Answer.changed(owner == null ? 1 : 0);
        } else if (sql.contains("set went_back")) {
            session.set("owner", "", "went_back", parameter(0));
            return Answer.changed(1);
        } else if (sql.startsWith("update")) {
            SinkRow locked = session.locked("owner", "");
            if (locked == null || (Long) Objects.requireNonNull(locked.values().get("epoch")) >= number(0)) {
                return Answer.changed(0);
            }
            session.set("owner", "", "epoch", number(0));
            return Answer.changed(1);
        }
        Object found = of(owner, sql.startsWith("select source") ? "source" : "epoch");
        return owner == null ? Answer.NOTHING : Answer.row(found);
    }

    private Answer span() throws SQLException {
        if (sql.startsWith("insert")) {
            long number = session.nextSession();
            session.set(
                    "span",
                    key(number),
                    "session",
                    number,
                    "table_id",
                    number(1),
                    "lower",
                    parameter(2),
                    "upper",
                    parameter(3),
                    "batches",
                    0L,
                    "written_ts",
                    number(5),
                    "progress",
                    parameter(6),
                    "keyless",
                    parameter(7));
            return Answer.row(number);
        } else if (sql.startsWith("delete")) {
            return sql.contains("table_id") ? dropSpans() : deleteSpan();
        } else if (sql.startsWith("select batches")) {
            SinkRow row = session.locked("span", key(number(1)));
            return row == null ? Answer.NOTHING : Answer.row(row.values().get("batches"));
        } else if (sql.startsWith("select session")) {
            return overlapping();
        } else if (sql.contains("batches = batches + 1")) {
            return advance();
        } else if (sql.startsWith("update maintainer_sink.span set progress")) {
            String key = key(number(2));
            if (session.locked("span", key) == null) {
                return Answer.changed(0);
            }
            session.set("span", key, "progress", parameter(0));
            return Answer.changed(1);
        }
        throw new UnsupportedOperationException(sql);
    }

    /** Whether a later session has a part of the span, the table is gone, the changefeed is there. */
    private Answer superseded() throws SQLException {
        byte[] end = (byte[]) parameter(3);
        byte[] start = (byte[]) Objects.requireNonNull(parameter(5));
        boolean later = false;
        for (String key : session.all("span").keySet()) {
            SinkRow row = session.row("span", key);
            later |= row != null
                    && Objects.equals(row.values().get("table_id"), number(1))
                    && (Long) Objects.requireNonNull(row.values().get("session")) > number(2)
                    && overlaps(row, start, end);
        }
        Object state = of(session.row("target", String.valueOf(number(1))), "state");
        return Answer.row(later, state != null && !state.equals(parameter(8)), session.row("owner", "") != null);
    }

    private Answer dropSpans() throws SQLException {
        for (Map.Entry<String, SinkRow> span : session.all("span").entrySet()) {
            if (Objects.equals(span.getValue().values().get("table_id"), number(1))) {
                session.put("span", span.getKey(), SinkRow.GONE);
            }
        }
        return Answer.changed(1);
    }

    private Answer deleteSpan() throws SQLException {
        session.put("span", key(number(1)), SinkRow.GONE);
        return Answer.changed(1);
    }

    private Answer overlapping() throws SQLException {
        byte[] end = (byte[]) parameter(2);
        byte[] start = (byte[]) Objects.requireNonNull(parameter(4));
        List<List<@Nullable Object>> found = new ArrayList<>();
        for (String key : session.all("span").keySet()) {
            SinkRow seen = session.row("span", key);
            if (seen == null || !overlaps(seen, start, end)) {
                continue;
            }
            SinkRow row = session.locked("span", key);
            if (row != null && overlaps(row, start, end)) {
                Map<String, @Nullable Object> values = row.values();
                found.add(Arrays.asList(
                        values.get("session"),
                        values.get("lower"),
                        values.get("upper"),
                        values.get("written_ts"),
                        values.get("progress"),
                        values.get("keyless")));
            }
        }
        return new Answer(found, 0);
    }

    private boolean overlaps(SinkRow row, byte[] start, byte @Nullable [] end) {
        byte[] lower = (byte[]) Objects.requireNonNull(row.values().get("lower"));
        byte[] upper = (byte[]) row.values().get("upper");
        return Objects.equals(row.values().get("table_id"), number(1))
                && (end == null || Arrays.compareUnsigned(lower, end) < 0)
                && (upper == null || Arrays.compareUnsigned(upper, start) > 0);
    }

    private Answer advance() throws SQLException {
        String key = key(number(4));
        SinkRow row = session.locked("span", key);
        boolean isNext = !sql.contains("batches = ?")
                || (row != null && Objects.equals(row.values().get("batches"), number(5)));
        if (row == null || !isNext) {
            return Answer.changed(0);
        }
        session.set(
                "span",
                key,
                "batches",
                (Long) Objects.requireNonNull(row.values().get("batches")) + 1,
                "written_ts",
                Math.max((Long) Objects.requireNonNull(row.values().get("written_ts")), number(0)),
                "progress",
                parameter(1),
                "keyless",
                parameter(2));
        return Answer.changed(1);
    }

    private Answer target() throws SQLException {
        if (sql.startsWith("insert")) {
            session.set(
                    "target",
                    String.valueOf(parameter(1)),
                    "table_id",
                    number(1),
                    "schema_id",
                    number(2),
                    "schema_name",
                    parameter(3),
                    "table_name",
                    parameter(4),
                    "state",
                    parameter(5),
                    "definition",
                    parameter(6));
            return Answer.changed(1);
        } else if (sql.startsWith("select definition")) {
            SinkRow row = session.row("target", String.valueOf(parameter(1)));
            return row == null ? Answer.NOTHING : Answer.row(row.values().get("definition"));
        }
        Matcher wanted = Pattern.compile("table_id = (\\d+)").matcher(sql);
        SinkRow row = wanted.find() ? session.row("target", wanted.group(1)) : null;
        return row == null
                ? Answer.NOTHING
                : Answer.row(
                        row.values().get("table_id"),
                        row.values().get("schema_id"),
                        row.values().get("schema_name"),
                        row.values().get("table_name"),
                        row.values().get("state"),
                        row.values().get("definition") != null);
    }

    // ---- the tables that are replicated

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
