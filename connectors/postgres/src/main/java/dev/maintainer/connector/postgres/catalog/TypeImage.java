package dev.maintainer.connector.postgres.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A type that somebody has made and that a column needs: an enum or a domain. Names and labels are content from outside.
 *
 * @param schema in which it is
 * @param name its name
 * @param labels of an enum, in their order; none if it is a domain
 * @param base of a domain, the type whose values it has, as the server writes it; null if it is an enum
 * @param collation of a domain, in SQL; null for that of its base
 */
public record TypeImage(
        String schema,
        String name,
        List<Label> labels,
        @Nullable String base,
        @Nullable String collation) {
    /**
     * A label of an enum.
     *
     * @param number which one it is: it stays the same when the label is renamed, and no other one gets it
     * @param text the label
     */
    public record Label(long number, String text) {}

    /** Refuses a domain with labels, labels that are there twice, and what is no type. */
    public TypeImage {
        labels = List.copyOf(labels);
        Set<String> texts = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        if (!labels.stream().allMatch(label -> texts.add(label.text()) && numbers.add(label.number()))) {
            throw new IllegalArgumentException("a type has a label twice");
        }
        if (base == null ? collation != null : !labels.isEmpty()) {
            throw new IllegalArgumentException("a type is an enum or a domain, and not both");
        }
        if ((base != null && !ColumnImage.isType(base)) || (collation != null && !ColumnImage.isCollation(collation))) {
            throw new IllegalArgumentException("a domain is of a type that is none");
        }
    }

    /** {@return the texts of its labels, in their order} */
    public List<String> texts() {
        return labels.stream().map(Label::text).toList();
    }

    /** {@return whether it is a domain, and otherwise an enum} */
    public boolean isDomain() {
        return base != null;
    }
}
