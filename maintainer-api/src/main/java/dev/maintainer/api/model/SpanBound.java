package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.text.Unicode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A position between keys of a table, in unsigned byte order; {@link #LOWEST} is before every key and {@link #HIGHEST}
 * after every key.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public final class SpanBound implements Comparable<SpanBound> {
    /** Before every key. */
    public static final SpanBound LOWEST = new SpanBound(new byte[0], false);
    /** After every key. */
    public static final SpanBound HIGHEST = new SpanBound(new byte[0], true);

    private static final String HEXADECIMAL = "\\x";

    private final byte[] key;
    private final boolean highest;

    private SpanBound(byte[] key, boolean highest) {
        this.key = key;
        this.highest = highest;
    }

    /**
     * The position right before {@code key}; UTF-8. The empty key is {@link #LOWEST}.
     *
     * @param key the key right after the position; may be empty
     * @return the position
     * @throws IllegalArgumentException if the key has an unpaired surrogate: UTF-8 has none, so it would be another key
     */
    public static SpanBound before(String key) {
        if (!Unicode.isWellFormed(key)) {
            throw new IllegalArgumentException("the key has half a surrogate pair");
        }
        return key.isEmpty() ? LOWEST : new SpanBound(key.getBytes(StandardCharsets.UTF_8), false);
    }

    /**
     * The position right before a key that is bytes, such as the order-preserving form of a database's key. No bytes
     * are {@link #LOWEST}.
     *
     * @param key the key right after the position; copied
     * @return the position
     */
    public static SpanBound before(byte[] key) {
        return key.length == 0 ? LOWEST : new SpanBound(key.clone(), false);
    }

    /**
     * Reads what {@link #toString} has written of a key; the two ends are not read.
     *
     * @param text a key, or {@code \\x} and the key's bytes in hexadecimal
     * @return the position right before that key
     * @throws IllegalArgumentException if it is no such text
     */
    public static SpanBound parse(String text) {
        return text.startsWith(HEXADECIMAL)
                ? before(HexFormat.of().parseHex(text, HEXADECIMAL.length(), text.length()))
                : before(text);
    }

    /** {@return the key's bytes; none for the two ends} */
    public byte[] bytes() {
        return key.clone();
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

    /** The key if it is text, {@code \\x} and its bytes in hexadecimal if it is not; {@code -inf} and {@code +inf} for the ends. */
    @Override
    public String toString() {
        if (highest) {
            return "+inf";
        }
        return key.length == 0 ? "-inf" : text();
    }

    private String text() {
        String text = new String(key, StandardCharsets.UTF_8);
        boolean readsBack = !text.startsWith(HEXADECIMAL)
                && (text.indexOf('\ufffd') < 0 || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), key));
        return readsBack ? text : HEXADECIMAL + HexFormat.of().formatHex(key);
    }
}
