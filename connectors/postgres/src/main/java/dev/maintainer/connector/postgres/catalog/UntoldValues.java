package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    private static boolean isFilledByItself(ColumnImage column) {
        String expression = column.expression();
        return column.identity() != ColumnImage.Identity.NONE
                || (expression != null && !SqlExpression.isConstant(expression));
    }
}
