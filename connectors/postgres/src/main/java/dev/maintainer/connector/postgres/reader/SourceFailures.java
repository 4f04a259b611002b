package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.sql.FailureKind;
import java.sql.SQLException;

/** What the driver reports, as errors of Maintainer. */
public final class SourceFailures {
    private SourceFailures() {}

    /**
     * The source cannot be read now, or does not let the role in. The exception of the driver is not passed on: its details may
     * quote rows.
     *
     * @param what for people: what was not possible
     * @param e what the driver says
     * @return the error
     */
    public static MaintainerException unavailable(String what, SQLException e) {
        return switch (FailureKind.of(e)) {
            case FORBIDDEN ->
                new MaintainerException(
                        ErrorCode.NOT_ALLOWED_BY_DATABASE,
                        what + ": " + text(e) + "; grant it to the role of the source, or correct its password");
            case LOST, CONFLICT, EXHAUSTED, REJECTED ->
                new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, what + ": " + text(e) + "; it is tried again");
        };
    }

    /** Whether the same may succeed later without anything being decided. */
    static boolean mayPass(MaintainerException e) {
        return e.code() == ErrorCode.SOURCE_UNAVAILABLE || e.code() == ErrorCode.NOT_ALLOWED_BY_DATABASE;
    }

    /** The first line of what the driver says: others may quote rows. */
    static String text(SQLException e) {
        String message = String.valueOf(e.getMessage());
        String first = message.lines().findFirst().orElse("");
        return Printable.line(first) + (e.getSQLState() == null ? "" : " (" + Printable.line(e.getSQLState()) + ")");
    }
}
