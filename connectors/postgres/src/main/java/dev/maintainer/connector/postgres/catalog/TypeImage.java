package dev.maintainer.connector.postgres.catalog;

import java.util.HashSet;
import java.util.List;
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
        List<String> labels,
        @Nullable String base,
        @Nullable String collation) {
    /** Refuses a domain with labels, labels that are there twice, and what is no type. */
    public TypeImage {
        labels = List.copyOf(labels);
        if (new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("a type has a label twice");
        }
        if (base == null ? collation != null : !labels.isEmpty()) {
            throw new IllegalArgumentException("a type is an enum or a domain, and not both");
        }
        if ((base != null && !ColumnImage.isType(base)) || (collation != null && !ColumnImage.isCollation(collation))) {
            throw new IllegalArgumentException("a domain is of a type that is none");
        }
    }

    /** {@return whether it is a domain, and otherwise an enum} */
    public boolean isDomain() {
        return base != null;
    }
}
