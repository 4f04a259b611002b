package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Scheduling partition: all whole-table spans share the default group, each split table has a group of its own. A pure
 * function of the span, so it never changes.
 *
 * @param value 0 for the default group; else a type in the upper 8 bits and the table's id in the others
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record GroupId(long value) implements Comparable<GroupId> {
    /** The group of all whole-table spans. */
    public static final GroupId DEFAULT = new GroupId(0);

    private static final long TABLE_TYPE = 1L << 56;

    /**
     * The group that a span belongs to.
     *
     * @param span any span
     * @return {@link #DEFAULT} for a whole table, else the group of the table
     */
    public static GroupId of(TableSpan span) {
        return span.isWhole() ? DEFAULT : new GroupId(TABLE_TYPE | span.table().value());
    }

    /** {@return whether this is the default group} */
    public boolean isDefault() {
        return value == 0;
    }

    @Override
    public int compareTo(GroupId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return isDefault() ? "default" : "table-" + (value & ~TABLE_TYPE);
    }
}
