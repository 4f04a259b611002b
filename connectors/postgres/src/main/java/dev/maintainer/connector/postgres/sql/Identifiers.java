package dev.maintainer.connector.postgres.sql;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import java.nio.charset.StandardCharsets;

/** Names in statements. */
public final class Identifiers {
    /** The server would cut longer names off without a word, so that two names would become one. */
    private static final int MOST_BYTES = 63;

    private Identifiers() {}

    /**
     * A name as part of a statement.
     *
     * @param name any name
     * @return the name in quotes
     * @throws MaintainerException with {@code DDL_REFUSED} if the server cannot have such a name
     */
    public static String quoted(String name) throws MaintainerException {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw refused(name, "is empty or has a NUL character");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw refused(name, "has " + bytes + " bytes, and PostgreSQL allows " + MOST_BYTES);
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static MaintainerException refused(String name, String why) {
        return new MaintainerException(
                ErrorCode.DDL_REFUSED,
                "the name '" + Printable.line(name) + "' " + why
                        + "; give the table another name by --route, or skip this");
    }

    /**
     * The name of a table as part of a statement.
     *
     * @param name any name
     * @return schema and table in quotes
     * @throws MaintainerException with {@code DDL_REFUSED} if the server cannot have such a name
     */
    public static String quoted(TableName name) throws MaintainerException {
        return quoted(name.schema()) + "." + quoted(name.table());
    }
}
