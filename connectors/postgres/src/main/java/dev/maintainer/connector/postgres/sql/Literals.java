package dev.maintainer.connector.postgres.sql;

/** Texts in statements. */
public final class Literals {
    private Literals() {}

    /**
     * A text as part of a statement, whatever a server takes a backslash for.
     *
     * @param text any text without a NUL character, which no server can have
     * @return the text in quotes
     */
    public static String quoted(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }
}
