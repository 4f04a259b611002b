package dev.maintainer.connector.postgres.catalog;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table. Names and expressions are content from outside.
 *
 * @param number its number in its table, which stays the same when it is renamed and is never given twice; 1 to 1600
 * @param name its name
 * @param type its type as the server writes it, with its schema unless that is {@code pg_catalog}
 * @param collation the collation in SQL; null for that of the type
 * @param notNull whether it refuses null
 * @param expression its default, or what it is generated from; null if there is neither
 * @param identity whether numbers are given by a sequence of its own
 * @param generated whether it is computed from others
 */
public record ColumnImage(
        int number,
        String name,
        String type,
        @Nullable String collation,
        boolean notNull,
        @Nullable String expression,
        Identity identity,
        Generated generated) {
    private static final int MOST_COLUMNS = 1_600;
    private static final int MOST_TYPE_CHARACTERS = 1_000;

    private static final String NAME_FORM = "(?:\"(?:[^\"]|\"\")++\"|[\\p{L}_][\\p{L}\\p{N}_$]*+)";
    /** They become parts of statements: whatever is no type of one column is refused. */
    private static final Pattern TYPE_FORM = Pattern.compile(NAME_FORM + "(?:[. ]" + NAME_FORM
            + ")*+(?:\\([\\p{L}\\p{N}_,. -]*+\\))?+(?: " + NAME_FORM + ")*+(?:\\[\\])*+");

    private static final Pattern COLLATION_FORM = Pattern.compile(NAME_FORM + "\\." + NAME_FORM);

    /** Whether a column has a sequence of its own. */
    public enum Identity {
        /** It has none. */
        NONE(""),
        /** Its numbers are used unless others are given. */
        BY_DEFAULT("d"),
        /** Others are refused. */
        ALWAYS("a");

        private final String letter;

        Identity(String letter) {
            this.letter = letter;
        }

        /** {@return how the server writes it} */
        public String letter() {
            return letter;
        }

        /**
         * Reads what the server writes.
         *
         * @param letter one letter or none
         * @return what it means
         * @throws IllegalArgumentException if it means nothing
         */
        public static Identity of(String letter) {
            for (Identity identity : values()) {
                if (identity.letter.equals(letter)) {
                    return identity;
                }
            }
            throw new IllegalArgumentException("an identity of a column is '', 'd' or 'a', not '" + letter + "'");
        }
    }

    /** Whether a column is computed. */
    public enum Generated {
        /** It is not. */
        NO(""),
        /** When its row is written. */
        STORED("s"),
        /** When its row is read. */
        VIRTUAL("v");

        private final String letter;

        Generated(String letter) {
            this.letter = letter;
        }

        /** {@return how the server writes it} */
        public String letter() {
            return letter;
        }

        /**
         * Reads what the server writes.
         *
         * @param letter one letter or none
         * @return what it means
         * @throws IllegalArgumentException if it means nothing
         */
        public static Generated of(String letter) {
            for (Generated generated : values()) {
                if (generated.letter.equals(letter)) {
                    return generated;
                }
            }
            throw new IllegalArgumentException("a column is generated '', 's' or 'v', not '" + letter + "'");
        }
    }

    /** Refuses a column that no server has. */
    public ColumnImage {
        if (number < 1 || number > MOST_COLUMNS) {
            throw new IllegalArgumentException("a column has number " + number + ", outside 1 to " + MOST_COLUMNS);
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("column " + number + " has no name");
        }
        if (!isType(type)) {
            throw new IllegalArgumentException("column " + number + " has a type that is none");
        }
        if (collation != null && !isCollation(collation)) {
            throw new IllegalArgumentException("column " + number + " has a collation that is none");
        }
        if (generated != Generated.NO && expression == null) {
            throw new IllegalArgumentException("column " + number + " is generated from nothing");
        }
    }

    /** Whether a text is the name of a type, as the server writes it, and nothing else. */
    static boolean isType(String text) {
        return text.length() <= MOST_TYPE_CHARACTERS
                && !text.contains("--")
                && TYPE_FORM.matcher(text).matches();
    }

    /** Whether a text is the name of a collation in SQL, and nothing else. */
    static boolean isCollation(String text) {
        return text.length() <= MOST_TYPE_CHARACTERS
                && COLLATION_FORM.matcher(text).matches();
    }

    /** {@return whether rows that are replicated have a value of it} */
    public boolean isSent() {
        return generated == Generated.NO;
    }
}
