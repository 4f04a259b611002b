package dev.maintainer.connector.files.claim;

import java.util.Locale;

/**
 * The first bytes of a file.
 *
 * @param length how many, in bytes
 * @param crc their CRC-32C
 */
public record Extent(long length, long crc) {
    /** Nothing of it. */
    public static final Extent NONE = new Extent(0, 0);

    /**
     * Reads what {@link #toString} has written.
     *
     * @throws IllegalArgumentException if it did not
     */
    public static Extent parse(String length, String crc) {
        return new Extent(Long.parseLong(length), Long.parseLong(crc, 16));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d %08x", length, crc);
    }
}
