package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of one transaction in a file, which ends with it. Used by one thread. */
final class SpoolFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private long length;

    /**
     * An empty file.
     *
     * @param directory where it is; is made if it is not there
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if there is no space for it
     */
    SpoolFile(Path directory) {
        try {
            Files.createDirectories(directory);
            path = Files.createTempFile(directory, "transaction-", ".spool");
            channel = FileChannel.open(
                    path,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    // Whatever this process dies of, nothing reads the file again.
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    long length() {
        return length;
    }

    void append(List<SetAside> messages) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            for (SetAside message : messages) {
                if (buffer.remaining() < SetAside.HEADER) {
                    flush(buffer);
                }
                buffer.putInt(message.length()).putInt((int) message.subXid()).putLong(message.arrival());
                if (buffer.remaining() < message.length()) {
                    flush(buffer);
                }
                if (buffer.remaining() < message.length()) {
                    flush(ByteBuffer.wrap(message.bytes(), message.from(), message.length()), false);
                } else {
                    buffer.put(message.bytes(), message.from(), message.length());
                }
            }
            flush(buffer);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private void flush(ByteBuffer buffer) throws IOException {
        flush(buffer.flip(), true);
    }

    private void flush(ByteBuffer full, boolean clear) throws IOException {
        while (full.hasRemaining()) {
            length += channel.write(full, length);
        }
        if (clear) {
            full.clear();
        }
    }

    /** Forgets everything from a position on, at which a message begins. */
    void truncate(long position) {
        try {
            channel.truncate(position);
            length = position;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** Reads all messages from the first on. Nothing is appended meanwhile. */
    Cursor read() {
        return new Cursor();
    }

    /** A place between messages. */
    final class Cursor {
        private final DataInputStream in = new DataInputStream(new BufferedInputStream(new Positioned(), BUFFER));
        private long at;

        /** The next message; null if there is none. */
        @Nullable
        SetAside next() {
            if (at == length) {
                return null;
            }
            try {
                int size = in.readInt();
                long subXid = in.readInt() & 0xFFFF_FFFFL;
                long arrival = in.readLong();
                if (size < 0 || size > length - at - SetAside.HEADER) {
                    throw new EOFException("a message of " + size + " bytes at " + at + " of " + length);
                }
                byte[] bytes = in.readNBytes(size);
                if (bytes.length < size) {
                    throw new EOFException("it has become shorter");
                }
                at += SetAside.HEADER + size;
                return new SetAside(subXid, arrival, bytes, 0);
            } catch (IOException e) {
                throw failed(path, e);
            }
        }
    }

    private final class Positioned extends InputStream {
        private long at;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            int read = channel.read(ByteBuffer.wrap(into, offset, count), at);
            at += Math.max(0, read);
            return read;
        }
    }

    private static MaintainerException failed(Path path, IOException e) {
        return new MaintainerException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "a transaction that is not complete cannot be set aside in " + path + ": "
                        + Printable.line(String.valueOf(e.getMessage()))
                        + "; see that there is space, the reader tries again",
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }
}
