package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.world.ModelConnection.Answer;
import dev.maintainer.connector.postgres.world.SinkModel.Session;
import dev.maintainer.connector.postgres.world.SinkModel.SinkRow;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A statement of the sink, known by what it looks like. One that is not known is refused: the model has to learn it. */
abstract class SinkStatement {
    private static final String OWN = "maintainer_sink.";

    final Session session;
    final String sql;
    final List<@Nullable Object> parameters;

    SinkStatement(Session session, String sql, List<@Nullable Object> parameters) {
        this.session = session;
        this.sql = sql;
        this.parameters = parameters;
    }

    abstract Answer answer() throws SQLException;

    /** A statement, by what it is about. */
    static SinkStatement of(Session session, String sql, List<@Nullable Object> parameters) {
        if (sql.startsWith("select set_config('application_name'")
                || sql.startsWith("select pg_advisory_xact_lock(")
                || sql.startsWith("select pg_terminate_backend")) {
            return new SessionStatement(session, sql, parameters);
        }
        return sql.contains(OWN)
                ? new NoteStatement(session, sql, parameters)
                : new RowStatement(session, sql, parameters);
    }

    final long number(int parameter) {
        return ((Number) Objects.requireNonNull(parameters.get(parameter))).longValue();
    }

    final @Nullable Object parameter(int parameter) {
        return parameters.get(parameter);
    }

    static @Nullable Object of(@Nullable SinkRow row, String column) {
        return row == null ? null : row.values().get(column);
    }

    /** The key of the note of a session. */
    static String key(long session) {
        return String.format("%08d", session);
    }
}
