package dev.maintainer.connector.postgres.catalog;

import java.util.Arrays;

/** The encoding of a key while it is made. Used by one thread. */
final class KeyBytes {
    private byte[] bytes;
    private int length;

    /** Empty, with room for so many bytes before it grows. */
    KeyBytes(int size) {
        bytes = new byte[Math.max(1, size)];
    }

    void write(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) value;
    }

    /** A copy. */
    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }
}
