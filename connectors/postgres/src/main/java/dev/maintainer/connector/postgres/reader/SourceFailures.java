package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.sql.SQLException;

/** What the driver reports, as errors of Maintainer. */
final class SourceFailures {
    private SourceFailures() {}

    /** The source cannot be read now. The exception of the driver is not passed on: its details may quote rows. */
    static MaintainerException unavailable(String what, SQLException e) {
        return new MaintainerException(
                ErrorCode.SOURCE_UNAVAILABLE, what + ": " + text(e) + "; the reader tries again");
    }

    /** The first line of what the driver says: others may quote rows. */
    static String text(SQLException e) {
        String message = String.valueOf(e.getMessage());
        String first = message.lines().findFirst().orElse("");
        return Printable.line(first) + (e.getSQLState() == null ? "" : " (" + Printable.line(e.getSQLState()) + ")");
    }
}
