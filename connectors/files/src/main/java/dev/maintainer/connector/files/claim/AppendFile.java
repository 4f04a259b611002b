package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file to which text is appended, by nobody else. It is open only while that happens: a sink has as many of these as it has
 * had dispatchers, and a process has few descriptors. Not thread-safe.
 */
public final class AppendFile implements SharedFiles.Log {
    private final Path path;
    private final CRC32C checksum;
    private long length;

    private AppendFile(Path path, CRC32C checksum, long length) {
        this.path = path;
        this.checksum = checksum;
        this.length = length;
    }

    /** Makes a file that does not exist. */
    public static AppendFile create(Path path) throws IOException {
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)
                .close();
        return new AppendFile(path, new CRC32C(), 0);
    }

    /**
     * Goes on with a file, and cuts off what a crash has left behind its first bytes.
     *
     * @param length how many bytes count
     * @param checksum of these bytes; belongs to the file from now on
     */
    public static AppendFile goOn(Path path, long length, CRC32C checksum) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (channel.size() > length) {
                channel.truncate(length);
                channel.force(false);
            }
        }
        return new AppendFile(path, checksum, length);
    }

    /**
     * Appends text.
     *
     * @param durably whether it is durable on return
     * @throws IOException if it cannot be written, or the file is not as it was left
     */
    public void append(String text, boolean durably) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        ByteBuffer summed = bytes.duplicate();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (channel.size() != length) {
                throw new IOException("it has " + channel.size() + " bytes, and " + length
                        + " were written; something else has changed it");
            }
            channel.position(length);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (durably) {
                channel.force(false);
            }
        }
        length += summed.remaining();
        checksum.update(summed);
    }

    @Override
    public void append(String text) throws IOException {
        append(text, true);
    }

    /** All that was appended. */
    @Override
    public Extent extent() {
        return new Extent(length, checksum.getValue());
    }

    /** Where it is. */
    public Path path() {
        return path;
    }
}
