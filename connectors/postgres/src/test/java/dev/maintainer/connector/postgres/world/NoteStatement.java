package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import dev.maintainer.connector.postgres.world.SinkModel.Session;
import dev.maintainer.connector.postgres.world.SinkModel.SinkRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** About the tables in which the sink notes who owns it, and how far its sessions and DDLs are. */
final class NoteStatement extends SinkStatement {
    NoteStatement(Session session, String sql, List<@Nullable Object> parameters) {
        super(session, sql, parameters);
    }

    @Override
    Answer answer() throws SQLException {
        if (sql.startsWith("select exists (select from maintainer_sink.span")) {
            return superseded();
        } else if (sql.contains("maintainer_sink.made_schema')")) {
            return Answer.row("made_schema");
        } else if (sql.contains("maintainer_sink.layout")) {
            return Answer.row("5");
        } else if (sql.startsWith("insert into maintainer_sink.sync_point")) {
            return syncPoint();
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

    private Answer syncPoint() throws SQLException {
        String key = String.format("%012d", number(1));
        SortedMap<String, SinkRow> noted = session.all("sync_point");
        if (!noted.isEmpty() && noted.lastKey().compareTo(key) >= 0) {
            return Answer.changed(0);
        }
        session.set("sync_point", key, "commit_ts", number(1));
        return Answer.changed(1);
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
}
