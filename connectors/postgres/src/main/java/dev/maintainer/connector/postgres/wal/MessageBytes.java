package dev.maintainer.connector.postgres.wal;

import com.google.common.base.Utf8;
import dev.maintainer.connector.postgres.wal.WalFormatException.Reason;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bytes of one message from front to back. Whatever they are, it reads nothing outside of them, allocates nothing
 * that they do not have and throws nothing but {@link WalFormatException}. Used by one thread.
 */
final class MessageBytes {
    private final byte[] bytes;
    private final int from;
    private final int to;
    private int at;

    MessageBytes(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.at = from;
    }

    private int offset() {
        return at - from;
    }

    private void require(int count, String what) {
        if (count > to - at) {
            throw refused(Reason.TRUNCATED, count + " bytes of " + what + " expected, " + (to - at) + " left");
        }
    }

    WalFormatException refused(Reason reason, String problem) {
        return new WalFormatException(reason, offset(), problem);
    }

    /** Refuses what was read last, which had a size of so many bytes. */
    WalFormatException refusedBefore(int size, Reason reason, String problem) {
        return new WalFormatException(reason, offset() - size, problem);
    }

    int uint8(String what) {
        require(1, what);
        return bytes[at++] & 0xFF;
    }

    int uint16(String what) {
        require(2, what);
        int value = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        at += 2;
        return value;
    }

    int int32(String what) {
        require(4, what);
        int value = (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
        at += 4;
        return value;
    }

    long int64(String what) {
        require(8, what);
        return ((long) int32(what) << 32) | (int32(what) & 0xFFFF_FFFFL);
    }

    /** The number of a transaction, a relation or a type. */
    long number(String what) {
        long value = int32(what) & 0xFFFF_FFFFL;
        if (value == 0) {
            throw refusedBefore(4, Reason.INVALID, what + " 0");
        }
        return value;
    }

    /** A position in the log. */
    long lsn(String what) {
        long value = int64(what);
        if (value <= Lsn.NONE) {
            throw refusedBefore(8, Reason.INVALID, what + " " + Lsn.text(value));
        }
        return value;
    }

    /** A length that is followed by so many bytes. */
    int length(String what) {
        int length = int32("length of " + what);
        if (length < 0) {
            throw refusedBefore(4, Reason.INVALID, "length " + length + " of " + what);
        }
        require(length, what);
        return length;
    }

    boolean flag(String what) {
        int value = uint8(what);
        if (value > 1) {
            throw refusedBefore(1, Reason.UNKNOWN_VALUE, what + " " + value);
        }
        return value == 1;
    }

    void marker(char expected, String what) {
        int value = uint8(what);
        if (value != expected) {
            throw refusedBefore(1, Reason.UNKNOWN_KIND, what + " " + value + " instead of '" + expected + "'");
        }
    }

    void zero(String what) {
        int value = uint8(what);
        if (value != 0) {
            throw refusedBefore(1, Reason.UNKNOWN_VALUE, what + " " + value);
        }
    }

    /** A text that ends with a byte of 0. */
    String name(String what) {
        int end = at;
        while (end < to && bytes[end] != 0) {
            end++;
        }
        if (end == to) {
            throw refused(Reason.TRUNCATED, what + " does not end");
        }
        requireText(at, end - at, what);
        String name = new String(bytes, at, end - at, StandardCharsets.UTF_8);
        at = end + 1;
        return name;
    }

    MessageContent content(String what) {
        int length = length(what);
        byte[] content = new byte[length];
        System.arraycopy(bytes, at, content, 0, length);
        at += length;
        return new MessageContent(content);
    }

    /** The values of a row. They stay where they are, and only their places are kept. */
    Tuple tuple() {
        int columns = uint16("number of columns");
        // Each has a byte at least.
        require(columns, "columns");
        int[] places = new int[2 * columns];
        for (int column = 0; column < columns; column++) {
            int kind = uint8("kind of a value");
            switch (kind) {
                case 'n' -> places[2 * column + 1] = Tuple.NULL_LENGTH;
                case 'u' -> places[2 * column + 1] = Tuple.UNCHANGED_LENGTH;
                case 't' -> {
                    int length = length("a value");
                    requireText(at, length, "a value");
                    places[2 * column] = at;
                    places[2 * column + 1] = length;
                    at += length;
                }
                default -> throw refusedBefore(1, Reason.UNKNOWN_KIND, "kind " + kind + " of a value");
            }
        }
        return new Tuple(bytes, places);
    }

    private void requireText(int start, int length, String what) {
        if (!Utf8.isWellFormed(bytes, start, length)) {
            throw refused(Reason.BAD_TEXT, what + " is not UTF-8");
        }
    }

    int left() {
        return to - at;
    }

    void end() {
        if (at != to) {
            throw refused(Reason.TRAILING_BYTES, (to - at) + " bytes after the end");
        }
    }
}
