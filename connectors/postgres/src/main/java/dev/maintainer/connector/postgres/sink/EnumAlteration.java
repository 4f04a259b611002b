package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.TypeImage;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.connector.postgres.sql.Literals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What gives an enum of the sink the labels of one of the source. Labels are only renamed and added, as the source can do no more
 * itself: those that only the sink has stay. Pure.
 *
 * @param statements in their order; if it is unclear those that add what is missing
 * @param isUnclear whether rows may have labels that have become others, and it cannot be told which
 */
record EnumAlteration(List<String> statements, boolean isUnclear) {
    /** What one has on its way to a label that another one leaves. */
    private static final String PASSING = "maintainer moves ";

    /**
     * Finds the statements.
     *
     * @param former what the source had; null if that is not known
     * @param wanted what it has
     * @param present the labels that the sink has, in their order
     */
    static EnumAlteration of(@Nullable TypeImage former, TypeImage wanted, List<String> present) {
        return new Difference(former, wanted, present).alteration();
    }

    private static final class Difference {
        private final @Nullable TypeImage former;
        private final List<String> is;
        private final List<String> present;
        private final List<String> labels;
        /** From label to label, of those that were renamed. */
        private final Map<String, String> renamed = new LinkedHashMap<>();

        private final String alter;
        private final List<String> statements = new ArrayList<>();

        Difference(@Nullable TypeImage former, TypeImage wanted, List<String> present) {
            this.former = former;
            this.is = wanted.texts();
            this.present = present;
            this.labels = new ArrayList<>(present);
            this.alter =
                    "alter type " + Identifiers.quoted(wanted.schema()) + "." + Identifiers.quoted(wanted.name()) + " ";
            Map<Long, String> before = new HashMap<>();
            if (former != null) {
                former.labels().forEach(label -> before.put(label.number(), label.text()));
            }
            for (TypeImage.Label label : wanted.labels()) {
                String was = before.get(label.number());
                if (was != null && !was.equals(label.text())) {
                    renamed.put(was, label.text());
                }
            }
        }

        EnumAlteration alteration() {
            if (former == null) {
                // It may be that some were renamed.
                boolean bothLack = !is.containsAll(labels) && !labels.containsAll(is);
                add();
                return new EnumAlteration(List.copyOf(statements), bothLack);
            }
            if (!isDone() && !rename()) {
                labels.clear();
                labels.addAll(present);
                statements.clear();
                add();
                return new EnumAlteration(List.copyOf(statements), true);
            }
            add();
            return new EnumAlteration(List.copyOf(statements), false);
        }

        /** Another table that has the type may have come before: what labels were called is not there, and the order is that of now. */
        private boolean isDone() {
            boolean hasFormer = renamed.keySet().stream().anyMatch(from -> !is.contains(from) && labels.contains(from));
            return !hasFormer
                    && labels.containsAll(renamed.values())
                    && labels.stream()
                            .filter(is::contains)
                            .toList()
                            .equals(is.stream().filter(labels::contains).toList());
        }

        /** Each when its label is free; of those that go around in a circle one gets out of the way. False if one never is. */
        private boolean rename() {
            Map<String, String> left = new LinkedHashMap<>(renamed);
            left.keySet().retainAll(labels);
            while (!left.isEmpty()) {
                String next = left.keySet().stream()
                        .filter(from -> !labels.contains(left.get(from)))
                        .findFirst()
                        .orElse(null);
                if (next != null) {
                    rename(next, Objects.requireNonNull(left.remove(next)));
                    continue;
                }
                String first = left.keySet().iterator().next();
                String to = Objects.requireNonNull(left.get(first));
                if (!left.containsKey(to)) {
                    // The sink has it by itself.
                    return false;
                }
                left.remove(first);
                String passing = PASSING + left.size();
                rename(first, passing);
                left.put(passing, to);
            }
            return true;
        }

        private void rename(String from, String to) {
            labels.set(labels.indexOf(from), to);
            statements.add(alter + "rename value " + Literals.quoted(from) + " to " + Literals.quoted(to));
        }

        private void add() {
            for (int i = 0; i < is.size(); i++) {
                String label = is.get(i);
                if (!labels.contains(label)) {
                    String before = i == 0 ? null : is.get(i - 1);
                    statements.add(alter + "add value " + Literals.quoted(label) + place(before));
                    labels.add(before == null ? 0 : labels.indexOf(before) + 1, label);
                }
            }
        }

        private String place(@Nullable String before) {
            if (before != null) {
                return " after " + Literals.quoted(before);
            }
            return labels.isEmpty() ? "" : " before " + Literals.quoted(labels.get(0));
        }
    }
}
