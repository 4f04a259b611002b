package dev.maintainer.connector.postgres.store;

import java.io.OutputStream;
import java.util.Arrays;

/** Bytes that grow as more come, for one thread. */
final class EventBytes extends OutputStream {
    private static final int FIRST_SIZE = 512;
    private static final int CONTINUES = 0x80;
    private static final int BITS = 7;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    int size() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** A copy of them. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length)));
        }
    }

    @Override
    public void write(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int start, int count) {
        reserve(count);
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    void addAll(EventBytes others) {
        write(others.bytes, 0, others.length);
    }

    void int64(long value) {
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    /** A number of at least 0 in as few bytes as it needs, seven bits in each, the lowest ones first. */
    void number(int value) {
        int rest = value;
        while (rest >= CONTINUES) {
            write((rest & (CONTINUES - 1)) | CONTINUES);
            rest >>>= BITS;
        }
        write(rest);
    }

    /** Reads what was written, in its order. */
    static final class Reader {
        private static final int MOST_SHIFT = 28;

        private final byte[] bytes;
        private final int to;
        private int at;

        /** Of some of the bytes, which are not changed any more. */
        Reader(byte[] bytes, int from, int count) {
            this.bytes = bytes;
            this.at = from;
            this.to = from + count;
        }

        byte[] bytes() {
            return bytes;
        }

        int at() {
            return at;
        }

        int left() {
            return to - at;
        }

        /** Goes on behind some bytes. */
        void skip(int count) throws DamagedException {
            require(count);
            at += count;
        }

        private void require(int count) throws DamagedException {
            if (count < 0 || count > to - at) {
                throw new DamagedException("a row has " + count + " bytes more than its block");
            }
        }

        int uint8() throws DamagedException {
            require(1);
            return bytes[at++] & 0xFF;
        }

        long int64() throws DamagedException {
            require(Long.BYTES);
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = (value << Byte.SIZE) | (bytes[at++] & 0xFF);
            }
            return value;
        }

        int number() throws DamagedException {
            int value = 0;
            for (int shift = 0; shift <= MOST_SHIFT; shift += BITS) {
                int next = uint8();
                value |= (next & (CONTINUES - 1)) << shift;
                if (next < CONTINUES) {
                    if (value < 0) {
                        break;
                    }
                    return value;
                }
            }
            throw new DamagedException("a row has a number that is none");
        }
    }
}
