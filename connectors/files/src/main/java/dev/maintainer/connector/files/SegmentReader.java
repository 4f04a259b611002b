package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.files.claim.Extent;
import dev.maintainer.connector.files.claim.MountedFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Reads files of lines, segments and their catalog, in constant memory. */
final class SegmentReader {
    private static final int PORTION = 1 << 16;

    private SegmentReader() {}

    /** All segment files below a directory, by name. */
    static List<Path> segments(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot list " + directory + ": " + e, e);
        }
    }

    /**
     * Hands every record of the first bytes of a segment to {@code consumer}.
     *
     * @throws MaintainerException if these bytes are not there, or are others
     */
    static void read(Path segment, Extent extent, Consumer<SegmentRecord> consumer) throws MaintainerException {
        CRC32C checksum = new CRC32C();
        long length = records(segment, 0, extent.length(), checksum, consumer);
        if (length != extent.length()) {
            throw lost(segment, "has " + length + " bytes of " + extent.length());
        }
        if (checksum.getValue() != extent.crc()) {
            throw lost(segment, "has another checksum than what was written");
        }
    }

    /** Hands every complete record from {@code offset} on to {@code consumer}; see {@link #lines}. */
    static long records(Path segment, long offset, long limit, CRC32C checksum, Consumer<SegmentRecord> consumer)
            throws MaintainerException {
        long[] line = {0};
        return lines(segment, offset, limit, checksum, text -> {
            line[0]++;
            try {
                consumer.accept(SegmentRecord.decode(text));
            } catch (IllegalArgumentException e) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        segment + ":" + line[0] + ": not a record of ours: " + e.getMessage()
                                + "; the sink is damaged, replicate into a new one",
                        e);
            }
        });
    }

    /**
     * Hands complete lines to {@code consumer}. A last line without an end was torn off by a crash and never reported as
     * durable: it is left out.
     *
     * @param offset where to start, in bytes
     * @param limit where to stop
     * @param checksum gets what was handed out
     * @return where it stopped, after the last complete line
     */
    static long lines(Path file, long offset, long limit, CRC32C checksum, Consumer<String> consumer)
            throws MaintainerException {
        byte[] buffer = new byte[PORTION];
        int filled = 0;
        long position = offset;
        requireFile(file);
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(offset);
            while (true) {
                long wanted = Math.min(buffer.length - filled, limit - position - filled);
                int read = wanted <= 0 ? -1 : in.read(buffer, filled, (int) wanted);
                if (read < 0) {
                    return position;
                }
                int start = 0;
                for (int i = filled; i < filled + read; i++) {
                    if (buffer[i] == '\n') {
                        checksum.update(buffer, start, i + 1 - start);
                        consumer.accept(new String(buffer, start, i - start, StandardCharsets.UTF_8));
                        start = i + 1;
                    }
                }
                filled += read - start;
                position += start;
                System.arraycopy(buffer, start, buffer, 0, filled);
                if (filled == buffer.length) {
                    buffer = Arrays.copyOf(buffer, buffer.length * 2);
                }
            }
        } catch (NoSuchFileException e) {
            throw lost(file, "does not exist");
        } catch (EOFException e) {
            throw lost(file, "is shorter than " + offset + " bytes");
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + file + ": " + e, e);
        }
    }

    private static void requireFile(Path file) {
        try {
            MountedFiles.requireFile(file);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static MaintainerException lost(Path file, String what) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                file + " " + what
                        + ": what was replicated is lost or damaged, not by us; replicate into a new directory");
    }
}
