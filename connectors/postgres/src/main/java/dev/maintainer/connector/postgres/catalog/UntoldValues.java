package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what a DDL may have put into rows that were there, without a word in the log. Pure. */
public final class UntoldValues {
    private UntoldValues() {}

    /**
     * Compares what a table looked like with what it looks like. Columns are the same if they have the same number.
     *
     * @param before what it looked like
     * @param after what it looks like
     * @return why rows may have got values that nobody tells, for people; nothing if they have not
     */
    public static List<String> between(TableImage before, TableImage after) {
        Map<Integer, ColumnImage> former = new HashMap<>();
        before.columns().forEach(column -> former.put(column.number(), column));
        List<String> untold = new ArrayList<>();
        for (ColumnImage column : after.columns()) {
            ColumnImage was = former.get(column.number());
            if (!column.isSent()) {
                continue;
            }
            if (was == null) {
                if (isFilledByItself(column)) {
                    untold.add("the new column " + Printable.quoted(column.name())
                            + " has another value in each row, or one of that moment");
                }
            } else if (!TypeChange.keepsText(was, column)) {
                untold.add("column " + Printable.quoted(column.name()) + " was " + Printable.line(was.type())
                        + " and is " + Printable.line(column.type()));
            }
        }
        return untold;
    }

    /**
     * Whether rows that were there when a column was added have another value of it than its present default, which is what whoever
     * adds it now gives to them: {@code ADD COLUMN} had another default, or none.
     *
     * @param before what the table looked like
     * @param after what it looks like
     * @param addedValues by the number of a column, the text of the value that these rows have; nothing where it is null
     * @return whether one of the new columns is such, also if it cannot be told
     */
    public static boolean isAddedOtherwise(TableImage before, TableImage after, Map<Integer, String> addedValues) {
        Set<Integer> former = before.columns().stream().map(ColumnImage::number).collect(Collectors.toSet());
        return after.sent().stream()
                .filter(column -> !former.contains(column.number()))
                .anyMatch(column -> !isDefault(column, addedValues.get(column.number())));
    }

    private static boolean isDefault(ColumnImage column, @Nullable String value) {
        String expression = column.expression();
        return expression == null ? value == null : SqlExpression.isLiteral(expression, value);
    }

    private static boolean isFilledByItself(ColumnImage column) {
        String expression = column.expression();
        return column.identity() != ColumnImage.Identity.NONE
                || (expression != null && !SqlExpression.isConstant(expression));
    }
}
