package dev.maintainer.node.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads segment files. A last line without an end was torn off by a crash and never reported as durable: left out. */
final class SegmentReader {
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
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Hands every complete record of a segment to {@code consumer}. */
    static void read(Path segment, Consumer<SegmentRecord> consumer) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(segment);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, "cannot read segment " + segment + ": " + e.getMessage(), e);
        }
        int start = 0;
        int line = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                line++;
                try {
                    consumer.accept(SegmentRecord.decode(new String(bytes, start, i - start, StandardCharsets.UTF_8)));
                } catch (IllegalArgumentException e) {
                    throw new MaintainerException(
                            ErrorCode.SINK_UNAVAILABLE,
                            segment + ":" + line + ": not a record of ours: " + e.getMessage()
                                    + "; the sink is damaged, replicate into a new one",
                            e);
                }
                start = i + 1;
            }
        }
    }
}
