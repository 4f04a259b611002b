package dev.maintainer.connector.changelog;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Reads files that may be gzipped, which is recognised by content and not by name. */
public final class Gzip {
    private static final int BUFFER = 1 << 16;

    private Gzip() {}

    /**
     * The plain content of a file or a pipe, as {@link #plain} gives it. To be closed.
     *
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    public static InputStream open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        // Files.newInputStream() asks for positions now and then, which pipes do not have.
        InputStream in = new FileInputStream(file.toFile());
        try {
            return plain(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * The plain content of a stream, whether it is gzipped or not, with all members of a file that has several. Damage in
     * any member, a cut, or anything that follows the last one makes reading fail. The classes of the JDK take damage in the
     * header of the second member, and all that follows it, for the end.
     */
    static InputStream plain(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
        buffered.mark(2);
        boolean zipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        return zipped
                ? new BufferedInputStream(
                        new UntilDamage(GzipCompressorInputStream.builder()
                                .setInputStream(buffered)
                                .setDecompressConcatenated(true)
                                .get()),
                        BUFFER)
                : buffered;
    }

    /**
     * Gives all that was unpacked before damage is found, and tells of that next. The stream below finds it in the same call
     * that unpacks, and would keep both from the reader.
     */
    private static final class UntilDamage extends InputStream {
        private final GzipCompressorInputStream in;
        private @Nullable IOException damage;

        UntilDamage(GzipCompressorInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (damage != null) {
                throw damage;
            }
            long before = in.getBytesRead();
            try {
                return in.read(into, offset, length);
            } catch (IOException e) {
                damage = e;
                int unpacked = (int) (in.getBytesRead() - before);
                if (unpacked > 0) {
                    return unpacked;
                }
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
