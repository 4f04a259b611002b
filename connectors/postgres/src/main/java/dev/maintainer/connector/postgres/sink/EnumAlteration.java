package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.TypeImage;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.connector.postgres.sql.Literals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What gives an enum of the sink the labels of one of the source. Labels are only renamed and added, as the source can do no more
 * itself: those that only the sink has stay. Pure.
 *
 * @param statements in their order
 * @param isUnclear whether labels of rows may have become others, and it cannot be told which
 */
record EnumAlteration(List<String> statements, boolean isUnclear) {
    /**
     * Finds the statements.
     *
     * @param former what the source had; null if that is not known, and then nothing was renamed
     * @param wanted what it has
     * @param present the labels that the sink has, in their order
     */
    static EnumAlteration of(@Nullable TypeImage former, TypeImage wanted, List<String> present) {
        String alter =
                "alter type " + Identifiers.quoted(wanted.schema()) + "." + Identifiers.quoted(wanted.name()) + " ";
        List<String> statements = new ArrayList<>();
        List<String> labels = new ArrayList<>(present);
        List<String> was = former == null ? List.of() : former.labels();
        List<String> is = wanted.labels();
        Set<String> gone = new HashSet<>(was);
        is.forEach(gone::remove);
        Set<String> come = new HashSet<>(is);
        was.forEach(come::remove);
        if (was.size() == is.size()) {
            for (int i = 0; i < is.size(); i++) {
                String from = was.get(i);
                String to = is.get(i);
                if (gone.contains(from) && labels.contains(from) && !labels.contains(to)) {
                    labels.set(labels.indexOf(from), to);
                    statements.add(alter + "rename value " + Literals.quoted(from) + " to " + Literals.quoted(to));
                }
            }
        }
        for (int i = 0; i < is.size(); i++) {
            String label = is.get(i);
            if (!labels.contains(label)) {
                statements.add(
                        alter + "add value " + Literals.quoted(label) + place(labels, i == 0 ? null : is.get(i - 1)));
                labels.add(i == 0 ? 0 : labels.indexOf(is.get(i - 1)) + 1, label);
            }
        }
        boolean isMixed = was.size() != is.size() && !gone.isEmpty() && !come.isEmpty();
        return new EnumAlteration(List.copyOf(statements), isMixed || areExchanged(was, is));
    }

    private static String place(List<String> labels, @Nullable String before) {
        if (before != null) {
            return " after " + Literals.quoted(before);
        }
        return labels.isEmpty() ? "" : " before " + Literals.quoted(labels.get(0));
    }

    /** The same labels stand at other places: each of them may mean what another one did. */
    private static boolean areExchanged(List<String> was, List<String> is) {
        List<String> stayed = was.stream().filter(is::contains).toList();
        return !stayed.equals(is.stream().filter(was::contains).toList());
    }
}
