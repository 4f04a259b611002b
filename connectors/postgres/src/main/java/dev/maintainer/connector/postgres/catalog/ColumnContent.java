package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.replication.event.RowContent;
import org.jspecify.annotations.Nullable;

/**
 * What an event says of a row of a table with a key, as the values of its columns: of a row that was deleted those of the key. Its texts are
 * those that {@link RowFormat} writes, and are made when somebody asks for them. Immutable; thread-safe.
 */
public final class ColumnContent implements RowContent {
    private final RowFormat format;
    private final RowValues values;
    private final boolean hasRow;
    private final boolean isPart;
    /** Once somebody has asked for it; whoever asks at the same moment makes another one, which is equal. */
    private @Nullable SpanBound order;

    /**
     * Content of an event.
     *
     * @param format how rows of the table are written, which has a key
     * @param values those that are known; those of the key are, and are not null
     * @param hasRow whether there is a row
     */
    public ColumnContent(RowFormat format, RowValues values, boolean hasRow) {
        this(format, values, hasRow, false);
    }

    private ColumnContent(RowFormat format, RowValues values, boolean hasRow, boolean isPart) {
        this.format = format;
        this.values = values;
        this.hasRow = hasRow;
        this.isPart = isPart;
    }

    /**
     * Content of an event that tells a row in part: columns that are not told are as they were.
     *
     * @param format how rows of the table are written, which has a key
     * @param values those that are told; those of the key are, and are not null
     * @return the content
     */
    public static ColumnContent part(RowFormat format, RowValues values) {
        return new ColumnContent(format, values, true, true);
    }

    /** {@return whether a format has the same places for the values} */
    boolean isOf(RowFormat other) {
        return format == other || format.definition().equals(other.definition());
    }

    /** {@return the format by which the values have their places} */
    public RowFormat format() {
        return format;
    }

    /** {@return the values that are known} */
    public RowValues values() {
        return values;
    }

    @Override
    public String key() {
        return format.key(values);
    }

    /**
     * {@inheritDoc}
     *
     * @throws dev.maintainer.api.error.MaintainerException with {@code BAD_INPUT} if a value of the key is not of its type
     */
    @Override
    public SpanBound order() {
        SpanBound known = order;
        if (known == null) {
            known = format.order(values);
            order = known;
        }
        return known;
    }

    @Override
    public boolean hasRow() {
        return hasRow;
    }

    @Override
    public @Nullable String row() {
        return !hasRow ? null : isPart ? format.part(values) : format.row(values);
    }

    @Override
    public int size() {
        return values.size();
    }

    @Override
    public String toString() {
        return "ColumnContent[" + values + "]";
    }
}
