package dev.maintainer.core.journal;

import java.util.Arrays;

/** Bytes that grow, and are used again after {@link #clear}: writing into it makes no garbage. */
final class ByteBuilder {
    private byte[] bytes = new byte[1 << 12];
    private int size;

    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Takes back what was written behind {@code newSize}. */
    void truncate(int newSize) {
        size = newSize;
    }

    void put(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Seven bits a byte, lowest first: small and positive is short. */
    void putVarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Small is short, also if it is negative. */
    void putZigzag(long value) {
        putVarint(value << 1 ^ value >> 63);
    }

    void putFixed(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** One varint for each char: ASCII takes a byte each, and nothing is lost, not even an unpaired surrogate. */
    void putChars(String text) {
        for (int i = 0; i < text.length(); i++) {
            putVarint(text.charAt(i));
        }
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
