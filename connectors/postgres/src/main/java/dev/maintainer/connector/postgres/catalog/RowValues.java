package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.connector.postgres.wal.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as text, by the place of their column among those of {@link TableImage#sent}. Those that are not known
 * are as they were. They are parts of bytes that others may share, in UTF-8. Immutable; thread-safe. Its {@link #toString} does not
 * tell values.
 */
public final class RowValues {
    private static final byte[] NO_BYTES = {};

    private final byte[] bytes;
    /** Of each column, where its value begins and how long it is, as a {@link Tuple} has it. */
    private final int[] places;

    private RowValues(byte[] bytes, int[] places) {
        this.bytes = bytes;
        this.places = places;
    }

    /**
     * Values that are parts of bytes.
     *
     * @param bytes have the values in UTF-8, and are not changed any more
     * @param places of each column, where its value begins and how long it is, or {@link Tuple#NULL_LENGTH} or {@link
     *     Tuple#UNCHANGED_LENGTH}; not changed any more
     * @return the values
     */
    @SuppressWarnings("ArrayParameterAndReturn")
    public static RowValues of(byte[] bytes, int[] places) {
        return new RowValues(bytes, places);
    }

    /** Makes values of texts. Not thread-safe. */
    public static final class Builder {
        private final int[] places;
        private byte[] bytes;
        private int length;

        /**
         * Nothing is known.
         *
         * @param columns how many there are
         */
        public Builder(int columns) {
            this(columns, 0);
        }

        /**
         * Nothing is known, and there is room.
         *
         * @param columns how many there are
         * @param length how many bytes all values will have, about
         */
        public Builder(int columns, int length) {
            bytes = length == 0 ? NO_BYTES : new byte[length];
            places = new int[2 * columns];
            for (int column = 0; column < columns; column++) {
                places[2 * column + 1] = Tuple.UNCHANGED_LENGTH;
            }
        }

        /**
         * From now on a value is known.
         *
         * @param column its place, from 0
         * @param text the value; may be null
         * @return this
         */
        public Builder set(int column, @Nullable String text) {
            return setBytes(column, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
        }

        /** The same for a value in UTF-8. */
        public Builder setBytes(int column, byte @Nullable [] value) {
            return value == null ? setNull(column) : set(column, value, 0, value.length);
        }

        private Builder setNull(int column) {
            places[2 * column + 1] = Tuple.NULL_LENGTH;
            return this;
        }

        private Builder set(int column, byte[] from, int start, int count) {
            if (bytes.length - length < count) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
            }
            System.arraycopy(from, start, bytes, length, count);
            places[2 * column] = length;
            places[2 * column + 1] = count;
            length += count;
            return this;
        }

        private void copy(int column, RowValues from) {
            int count = from.length(column);
            if (count >= 0) {
                set(column, from.bytes, from.places[2 * column], count);
            } else {
                places[2 * column + 1] = count;
            }
        }

        /** {@return the values; the builder is of no use any more} */
        public RowValues build() {
            return new RowValues(bytes, places);
        }
    }

    /** {@return how many columns there are} */
    public int columns() {
        return places.length / 2;
    }

    /** {@return whether a value is known, perhaps as null} */
    public boolean isKnown(int column) {
        return length(column) != Tuple.UNCHANGED_LENGTH;
    }

    /** {@return whether all values are known} */
    public boolean isComplete() {
        for (int column = 0; column < columns(); column++) {
            if (!isKnown(column)) {
                return false;
            }
        }
        return true;
    }

    /** {@return the places of those that are known; a copy} */
    public BitSet known() {
        BitSet known = new BitSet(columns());
        for (int column = 0; column < columns(); column++) {
            if (isKnown(column)) {
                known.set(column);
            }
        }
        return known;
    }

    /** {@return whether just these places are known} */
    public boolean knows(BitSet others) {
        for (int column = 0; column < columns(); column++) {
            if (isKnown(column) != others.get(column)) {
                return false;
            }
        }
        return others.length() <= columns();
    }

    /** {@return a value; null if it is null, or not known} */
    public @Nullable String text(int column) {
        int length = length(column);
        return length < 0 ? null : new String(bytes, places[2 * column], length, StandardCharsets.UTF_8);
    }

    /** {@return whether a value is a number of at most so many digits, perhaps behind a minus, and nothing else} */
    boolean isShortNumber(int column, int mostDigits) {
        int first = start(column);
        int end = first + length(column);
        if (first < end && bytes[first] == '-') {
            first++;
        }
        if (first >= end || end - first > mostDigits) {
            return false;
        }
        for (int at = first; at < end; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                return false;
            }
        }
        return true;
    }

    /** {@return the number that such a value is, of at most 18 digits} */
    long shortNumber(int column) {
        int first = start(column);
        int end = first + length(column);
        boolean isNegative = bytes[first] == '-';
        long number = 0;
        for (int at = isNegative ? first + 1 : first; at < end; at++) {
            number = 10 * number + (bytes[at] - '0');
        }
        return isNegative ? -number : number;
    }

    /** {@return how many bytes a value has in UTF-8; negative if it is null, or not known} */
    public int length(int column) {
        return places[2 * column + 1];
    }

    /** {@return where a value begins in {@link #bytes}} */
    public int start(int column) {
        return places[2 * column];
    }

    /** {@return bytes of which the values are a part; not to be changed} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return how many bytes the values have} */
    public int size() {
        int size = 0;
        for (int column = 0; column < columns(); column++) {
            size += Math.max(0, length(column));
        }
        return size;
    }

    /**
     * The same with more values, from what the row was before.
     *
     * @param before the same row, with as many columns
     * @return these values, and of those that are not known the former ones
     */
    public RowValues filledFrom(RowValues before) {
        if (isComplete()) {
            return this;
        }
        Builder filled = new Builder(columns());
        for (int column = 0; column < columns(); column++) {
            filled.copy(column, isKnown(column) ? this : before);
        }
        return filled.build();
    }

    /** {@return the same values of some columns, and no others} */
    public RowValues only(int[] columns) {
        int[] kept = new int[places.length];
        for (int column = 0; column < columns(); column++) {
            kept[2 * column + 1] = Tuple.UNCHANGED_LENGTH;
        }
        for (int column : columns) {
            kept[2 * column] = places[2 * column];
            kept[2 * column + 1] = places[2 * column + 1];
        }
        return new RowValues(bytes, kept);
    }

    /** {@return whether all that is known here is known there, too, and is the same} */
    public boolean isPartOf(RowValues other) {
        for (int column = 0; column < columns(); column++) {
            if (isKnown(column) && !isSame(column, other)) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether a value is the same in another row} */
    public boolean isSame(int column, RowValues other) {
        int length = length(column);
        return length == other.length(column)
                && (length < 0
                        || Arrays.equals(
                                bytes,
                                start(column),
                                start(column) + length,
                                other.bytes,
                                other.start(column),
                                other.start(column) + length));
    }

    @Override
    public String toString() {
        return "RowValues" + known();
    }
}
