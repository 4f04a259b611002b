package dev.maintainer.connector.postgres.catalog;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether values keep their text when a column gets another type, whoever converts them. For others the source may have given an
 * expression, or used settings of the session, and neither is in its catalog. Pure.
 */
public final class TypeChange {
    private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
    private static final Set<String> TEXTS = Set.of("text", "character varying");
    private static final Set<String> WITH_SAME_TEXT =
            Set.of("smallint", "integer", "bigint", "numeric", "uuid", "date");
    private static final Pattern TYPE = Pattern.compile("([a-z ]+?)(?:\\(([0-9]+)(?:,([0-9]+))?\\))?");

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private record Type(String name, int first, int second) {}

    private TypeChange() {}

    /**
     * Compares the types of a column.
     *
     * @param before what it was
     * @param after what it is
     * @return whether each value has the text that it had
     */
    public static boolean keepsText(ColumnImage before, ColumnImage after) {
        if (before.type().equals(after.type())) {
            return true;
        }
        Type from = type(before.type());
        Type to = type(after.type());
        if (TEXTS.contains(to.name()) && to.first() == UNLIMITED) {
            return TEXTS.contains(from.name()) || WITH_SAME_TEXT.contains(from.name());
        }
        if (TEXTS.contains(to.name())) {
            // The server refuses to shorten values.
            return TEXTS.contains(from.name());
        }
        if (INTEGERS.contains(from.name()) && INTEGERS.contains(to.name())) {
            return true;
        }
        if (to.name().equals("numeric")) {
            boolean isInteger = INTEGERS.contains(from.name());
            return to.first() == UNLIMITED
                    ? isInteger || from.name().equals("numeric")
                    // The scale is part of the text.
                    : isInteger ? to.second() == 0 : from.name().equals("numeric") && from.second() == to.second();
        }
        return false;
    }

    /**
     * Compares the types of a column whose values keep their text.
     *
     * @param before what it was
     * @param after what it is
     * @return whether the server leaves rows as they are; otherwise it writes all of them anew
     */
    public static boolean keepsBytes(ColumnImage before, ColumnImage after) {
        Type from = type(before.type());
        Type to = type(after.type());
        return from.equals(to)
                || (TEXTS.contains(from.name()) && TEXTS.contains(to.name()))
                || (from.name().equals("numeric") && to.name().equals("numeric"));
    }

    private static Type type(String text) {
        Matcher matcher = TYPE.matcher(text);
        if (!matcher.matches()) {
            return new Type(text, UNLIMITED, UNLIMITED);
        }
        return new Type(matcher.group(1), number(matcher.group(2)), number(matcher.group(3)));
    }

    private static int number(@Nullable String text) {
        return text == null ? UNLIMITED : Integer.parseInt(text);
    }
}
