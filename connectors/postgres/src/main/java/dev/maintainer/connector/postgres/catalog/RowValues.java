package dev.maintainer.connector.postgres.catalog;

import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as text, by the place of their column among those of {@link TableImage#sent}. Those that are not known
 * are as they were. Not thread-safe.
 */
public final class RowValues {
    private final @Nullable String[] texts;
    private final BitSet known = new BitSet();

    /**
     * Nothing is known.
     *
     * @param columns how many there are
     */
    public RowValues(int columns) {
        texts = new @Nullable String[columns];
    }

    /**
     * From now on a value is known.
     *
     * @param column its place, from 0
     * @param text the value; may be null
     */
    public void set(int column, @Nullable String text) {
        texts[column] = text;
        known.set(column);
    }

    /** {@return how many columns there are} */
    public int columns() {
        return texts.length;
    }

    /** {@return whether a value is known, perhaps as null} */
    public boolean isKnown(int column) {
        return known.get(column);
    }

    /** {@return whether all values are known} */
    public boolean isComplete() {
        return known.cardinality() == texts.length;
    }

    /** {@return the places of those that are known; a copy} */
    public BitSet known() {
        return (BitSet) known.clone();
    }

    /** {@return whether just these places are known} */
    public boolean knows(BitSet columns) {
        return known.equals(columns);
    }

    /** {@return a value; null if it is null, or not known} */
    public @Nullable String text(int column) {
        return texts[column];
    }

    /**
     * Takes what is not known from what the row was before.
     *
     * @param before the same row, with as many columns
     */
    public void fillFrom(RowValues before) {
        for (int column = before.known.nextSetBit(0); column >= 0; column = before.known.nextSetBit(column + 1)) {
            if (!known.get(column)) {
                set(column, before.texts[column]);
            }
        }
    }

    /** {@return whether all that is known here is known there, too, and is the same} */
    public boolean isPartOf(RowValues other) {
        for (int column = known.nextSetBit(0); column >= 0; column = known.nextSetBit(column + 1)) {
            if (!other.known.get(column) || !Objects.equals(texts[column], other.texts[column])) {
                return false;
            }
        }
        return true;
    }
}
