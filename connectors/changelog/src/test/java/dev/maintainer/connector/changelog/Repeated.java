package dev.maintainer.connector.changelog;

import java.io.InputStream;
import java.util.Arrays;

/** So many bytes, all of them an x. */
final class Repeated extends InputStream {
    private long left;

    Repeated(long count) {
        this.left = count;
    }

    @Override
    public int read() {
        return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (left <= 0) {
            return -1;
        }
        int count = (int) Math.min(left, length);
        Arrays.fill(into, offset, offset + count, (byte) 'x');
        left -= count;
        return count;
    }
}
