package dev.maintainer.connector.postgres.catalog;

import java.util.List;
import java.util.stream.Collectors;

/** Expressions that are the texts of values, in a source and in a sink alike. */
public final class ColumnText {
    private ColumnText() {}

    /**
     * A value as its type itself writes it. A cast to text is something else for some types, and so is a test for null.
     *
     * @param column SQL that names a column
     * @return SQL that is its text, or null
     */
    public static String of(String column) {
        return "case when num_nulls(" + column + ") = 0 then format('%s', " + column + ") end";
    }

    /**
     * A whole row. Two rows have equal arrays if all their texts are: whether a type has an operator for that, and what it calls
     * equal, does not matter, and neither does null.
     *
     * @param texts SQL that are texts
     * @return SQL that is an array of them
     */
    public static String row(List<String> texts) {
        return texts.stream().collect(Collectors.joining(", ", "array[", "]::text[]"));
    }
}
