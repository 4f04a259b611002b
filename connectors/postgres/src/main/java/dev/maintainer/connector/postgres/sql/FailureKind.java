package dev.maintainer.connector.postgres.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the failure of a statement means for whoever has sent it. */
public enum FailureKind {
    /** There is no connection any more, or none yet. Of a commit it is unknown whether it has happened. */
    LOST,
    /** Others were in the way; nothing has happened. */
    CONFLICT,
    /** The server has no room, or is broken: disk, memory, files. */
    EXHAUSTED,
    /** The role may not do that, or may not log in. */
    FORBIDDEN,
    /** The server will say so each time. */
    REJECTED;

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03", "57014");
    /** Too many connections; a standby; and a session that was idle for too long within its transaction. */
    private static final Set<String> LOST_STATES = Set.of("53300", "25006", "25P03", "3D000");

    private static final String LOGIN_CLASS = "28";
    /** Of the driver, if it cannot say what the server asks for: there is no password, or no such encryption. */
    private static final String NOT_LET_IN = "08004";

    private static final Set<String> LOST_CLASSES = Set.of("08", "57");
    private static final Set<String> EXHAUSTED_CLASSES = Set.of("53", "58", "XX");

    /** {@return what a failure means} */
    public static FailureKind of(SQLException failure) {
        String state = stateOf(failure);
        if (state == null || state.length() < 2) {
            return LOST;
        }
        String group = state.substring(0, 2);
        if (CONFLICTS.contains(state)) {
            return CONFLICT;
        }
        if (isLogin(failure)) {
            return FORBIDDEN;
        }
        if (LOST_STATES.contains(state) || LOST_CLASSES.contains(group)) {
            return LOST;
        }
        if (EXHAUSTED_CLASSES.contains(group)) {
            return EXHAUSTED;
        }
        return state.equals("42501") ? FORBIDDEN : REJECTED;
    }

    /** The pool wraps what the driver has said. */
    private static @Nullable String stateOf(SQLException failure) {
        return failure instanceof SQLTransientConnectionException && failure.getCause() instanceof SQLException cause
                ? cause.getSQLState()
                : failure.getSQLState();
    }

    /** {@return whether the role was not let in} */
    static boolean isLogin(SQLException failure) {
        String state = stateOf(failure);
        return state != null && (state.startsWith(LOGIN_CLASS) || state.equals(NOT_LET_IN));
    }

    /** {@return whether the same may succeed in a moment, on another connection} */
    public boolean isTransient() {
        return this == LOST || this == CONFLICT;
    }
}
