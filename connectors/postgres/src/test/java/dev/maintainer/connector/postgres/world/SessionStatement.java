package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import dev.maintainer.connector.postgres.world.SinkModel.Session;
import dev.maintainer.connector.postgres.world.SinkModel.SinkRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may write: a session begins, and ends those before it. */
final class SessionStatement extends SinkStatement {
    SessionStatement(Session session, String sql, List<@Nullable Object> parameters) {
        super(session, sql, parameters);
    }

    @Override
    Answer answer() throws SQLException {
        if (sql.startsWith("select pg_advisory_xact_lock(")) {
            session.lock("advisory " + parameters);
            return Answer.NOTHING;
        }
        return sql.startsWith("select pg_terminate_backend") ? sized(session.endFormer(number(2))) : enter();
    }

    private static Answer sized(int rows) {
        List<List<@Nullable Object>> found = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            found.add(List.of(true));
        }
        return new Answer(found, 0);
    }

    private Answer enter() throws SQLException {
        session.enter(String.valueOf(parameter(0)));
        if (sql.contains("pg_advisory_xact_lock_shared(")) {
            session.lockChangefeed(false);
        } else if (sql.contains("pg_advisory_xact_lock(")) {
            session.lockChangefeed(true);
        }
        if (sql.contains("; update maintainer_sink.owner")) {
            String raise = sql.substring(sql.lastIndexOf(';') + 2);
            return new NoteStatement(session, raise, parameters.subList(2, parameters.size())).answer();
        } else if (!sql.contains(";")) {
            return Answer.NOTHING;
        }
        SinkRow owner = session.row("owner", "");
        if (owner == null) {
            return Answer.NOTHING;
        }
        if (!(parameter(2) instanceof Object[] tables)) {
            return new Answer(List.of(look(owner, number(2), number(3))), 0);
        }
        Object[] sessions = (Object[]) Objects.requireNonNull(parameter(3));
        List<List<@Nullable Object>> looks = new ArrayList<>();
        for (int i = 0; i < tables.length; i++) {
            looks.add(look(owner, (Long) tables[i], (Long) sessions[i]));
        }
        return new Answer(looks, 0);
    }

    private List<@Nullable Object> look(SinkRow owner, long table, long number) {
        SinkRow target = session.row("target", String.valueOf(table));
        SinkRow span = session.row("span", key(number));
        return Arrays.asList(
                owner.values().get("epoch"),
                of(target, "schema_id"),
                of(target, "schema_name"),
                of(target, "table_name"),
                of(target, "state"),
                target == null ? null : target.values().get("definition") != null,
                of(span, "batches"),
                of(owner, "went_back"));
    }
}
