package dev.maintainer.api.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A position between keys of a table, in unsigned byte order; {@link #LOWEST} is before every key and {@link #HIGHEST}
 * behind every key.
 */
public final class SpanBound implements Comparable<SpanBound> {
    /** Before every key. */
    public static final SpanBound LOWEST = new SpanBound(new byte[0], false);
    /** Behind every key. */
    public static final SpanBound HIGHEST = new SpanBound(new byte[0], true);

    private final byte[] key;
    private final boolean highest;

    private SpanBound(byte[] key, boolean highest) {
        this.key = key;
        this.highest = highest;
    }

    /**
     * The position right before {@code key}; UTF-8. The empty key is {@link #LOWEST}.
     *
     * @param key the key that follows the position; may be empty
     * @return the position
     * @throws IllegalArgumentException if the key has half a surrogate pair: UTF-8 has none, so it would be another key
     */
    public static SpanBound before(String key) {
        requireWellFormed(key);
        return key.isEmpty() ? LOWEST : new SpanBound(key.getBytes(StandardCharsets.UTF_8), false);
    }

    private static void requireWellFormed(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (Character.isSurrogate(key.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(key.codePointAt(i))) {
                    throw new IllegalArgumentException("the key has half a surrogate pair at index " + i);
                }
                i++;
            }
        }
    }

    @Override
    public int compareTo(SpanBound other) {
        if (highest || other.highest) {
            return Boolean.compare(highest, other.highest);
        }
        return Arrays.compareUnsigned(key, other.key);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof SpanBound bound && compareTo(bound) == 0);
    }

    @Override
    public int hashCode() {
        return highest ? 1 : Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        if (highest) {
            return "+inf";
        }
        return key.length == 0 ? "-inf" : new String(key, StandardCharsets.UTF_8);
    }
}
