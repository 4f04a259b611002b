package dev.maintainer.connector.postgres.sql;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says of failed statements what people need to know, and nothing that they must not see. */
public final class Failures {
    private Failures() {}

    /**
     * The error that a failure amounts to.
     *
     * @param what was not possible: subject and verb
     * @param failure what the driver has thrown
     * @return an error with the code that fits
     */
    public static MaintainerException of(String what, SQLException failure) {
        FailureKind kind = FailureKind.of(failure);
        ErrorCode code = switch (kind) {
            case LOST, CONFLICT, EXHAUSTED -> ErrorCode.SINK_UNAVAILABLE;
            case FORBIDDEN -> ErrorCode.NOT_ALLOWED_BY_DATABASE;
            case REJECTED -> ErrorCode.SINK_REJECTED;
        };
        String remedy = switch (kind) {
            case LOST -> "; look whether the server runs and can be reached";
            case CONFLICT -> "; look in pg_locks who is in the way";
            case EXHAUSTED -> "; make room, and look into the log of the server";
            case FORBIDDEN ->
                FailureKind.isLogin(failure)
                        ? "; correct the role or its password, or let it in by pg_hba.conf"
                        : "; grant it to the role of the sink";
            case REJECTED -> "; what is written and the table do not fit, mend the table";
        };
        // Without the cause: its text may have values of rows.
        return new MaintainerException(code, what + ": " + said(failure) + remedy);
    }

    /** {@return what the server says, without the detail, which may have values of rows} */
    public static String said(SQLException failure) {
        SQLException told =
                failure instanceof SQLTransientConnectionException && failure.getCause() instanceof SQLException cause
                        ? cause
                        : failure;
        ServerErrorMessage message = told instanceof PSQLException thrown ? thrown.getServerErrorMessage() : null;
        String text = message == null ? told.getMessage() : message.getMessage();
        return Printable.line(String.valueOf(text)) + " (SQLSTATE " + told.getSQLState() + ")";
    }
}
