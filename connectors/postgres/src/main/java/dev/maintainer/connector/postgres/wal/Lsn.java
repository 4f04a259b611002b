package dev.maintainer.connector.postgres.wal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Positions in the write-ahead log. Everywhere else they are a {@code long}: the number of the byte. Those of a server are
 * below 2<sup>63</sup>, and 0 is none.
 */
public final class Lsn {
    /** No position. */
    public static final long NONE = 0;

    private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    private Lsn() {}

    /**
     * {@return a position as the server writes it, such as {@code 16/B374D848}}
     *
     * @param lsn a position
     */
    public static String text(long lsn) {
        return Long.toHexString(lsn >>> 32).toUpperCase(Locale.ROOT)
                + '/'
                + Long.toHexString(lsn & 0xFFFF_FFFFL).toUpperCase(Locale.ROOT);
    }

    /**
     * {@return the position that the server has written}
     *
     * @param text such as {@code 16/B374D848}
     * @throws IllegalArgumentException if it is something else
     */
    public static long parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a position in a write-ahead log: " + text);
        }
        return (Long.parseLong(matcher.group(1), 16) << 32) | Long.parseLong(matcher.group(2), 16);
    }
}
