package dev.maintainer.connector.postgres.wal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as the server has written them in text, one of each column of its {@link WalMessage.Relation}. It keeps
 * the bytes of the message that it came with. Immutable; thread-safe. Its {@link #toString} does not tell values.
 */
public final class Tuple {
    /** What is known of a column. */
    public enum State {
        /** It is null. */
        NULL,
        /** A large value that is stored apart and was not changed; the message does not have it. */
        UNCHANGED,
        /** It has a value. */
        VALUE
    }

    /** In {@link #places} in the place of a length: the value is null. */
    public static final int NULL_LENGTH = -1;

    /** In {@link #places} in the place of a length: the value is not told. */
    public static final int UNCHANGED_LENGTH = -2;

    private final byte[] message;
    /** Of each column, where its value begins and how long it is. */
    private final int[] places;

    Tuple(byte[] message, int[] places) {
        this.message = message;
        this.places = places;
    }

    /** {@return how many columns it has} */
    public int columns() {
        return places.length / 2;
    }

    /**
     * {@return what is known of a column}
     *
     * @param column its number, from 0
     */
    public State state(int column) {
        return switch (length(column)) {
            case NULL_LENGTH -> State.NULL;
            case UNCHANGED_LENGTH -> State.UNCHANGED;
            default -> State.VALUE;
        };
    }

    /**
     * {@return the value; null if there is none, for either reason}
     *
     * @param column its number, from 0
     */
    public @Nullable String text(int column) {
        int length = length(column);
        return length < 0 ? null : new String(message, places[2 * column], length, StandardCharsets.UTF_8);
    }

    /**
     * {@return the value in UTF-8, a copy; null if there is none, for either reason}
     *
     * @param column its number, from 0
     */
    public byte @Nullable [] bytes(int column) {
        int length = length(column);
        int start = places[2 * column];
        return length < 0 ? null : Arrays.copyOfRange(message, start, start + length);
    }

    /** {@return the bytes of the message, of which its values are a part; not to be changed} */
    public byte[] message() {
        return message;
    }

    /** {@return of each column, where its value begins in {@link #message} and how long it is; not to be changed} */
    public int[] places() {
        return places;
    }

    /** {@return how many bytes its values have} */
    public long size() {
        long size = 0;
        for (int column = 0; column < columns(); column++) {
            size += Math.max(0, length(column));
        }
        return size;
    }

    private int length(int column) {
        return places[2 * column + 1];
    }

    /** Whether it has the same values and the same unknown ones, wherever they came from. */
    @Override
    public boolean equals(@Nullable Object object) {
        if (!(object instanceof Tuple other) || other.columns() != columns()) {
            return false;
        }
        for (int column = 0; column < columns(); column++) {
            if (state(column) != other.state(column) || !Arrays.equals(bytes(column), other.bytes(column))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = columns();
        for (int column = 0; column < columns(); column++) {
            hash = 31 * hash + Math.min(0, length(column));
            hash = 31 * hash + Arrays.hashCode(bytes(column));
        }
        return hash;
    }

    @Override
    public String toString() {
        StringJoiner states = new StringJoiner(", ", "Tuple[", "]");
        for (int column = 0; column < columns(); column++) {
            states.add(
                    state(column) == State.VALUE
                            ? length(column) + " bytes"
                            : state(column).name());
        }
        return states.toString();
    }
}
