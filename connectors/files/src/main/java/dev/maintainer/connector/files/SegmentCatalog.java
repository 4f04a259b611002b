package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.files.claim.AppendFile;
import dev.maintainer.connector.files.claim.Extent;
import dev.maintainer.connector.files.claim.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which segments a sink has, so that one that is lost, cut or changed is noticed, and not taken for one that never was. A file
 * beside the segments, to which lines are appended: {@code + PATH} when a segment is begun, and {@code = PATH LENGTH CRC}
 * when a promise covers its first bytes. Kept by a run, which is alone with its sink; what counts does not depend on it.
 * Thread-safe.
 */
final class SegmentCatalog {
    /** Name of the file. */
    static final String FILE = "segments.catalog";

    private final Path directory;
    private final Path file;
    private final List<Segment> segments = new ArrayList<>();
    private final Set<Segment> unpromised = new HashSet<>();
    private @Nullable AppendFile out;
    private int inspected;

    /** A segment file. */
    static final class Segment {
        private final SegmentCatalog catalog;
        private final Path path;
        private final String table;
        private Extent written = Extent.NONE;
        private Extent promised = Extent.NONE;

        private Segment(SegmentCatalog catalog, Path path) {
            this.catalog = catalog;
            if (seqOf(path).isEmpty()) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE, path + " is not a segment of ours; remove it");
            }
            this.path = path;
            this.table = String.valueOf(path.getName(path.getNameCount() - 2));
        }

        /** Which claim it was written under. */
        SegmentName claim() {
            return new SegmentName(table, seqOf(path).orElseThrow());
        }

        Path path() {
            return path;
        }

        /** Its name in the catalog. */
        String name() {
            return table + "/" + path.getFileName();
        }

        /** Name of its directory: the id of the table whose rows it has. */
        String table() {
            return table;
        }

        /** What is durable of it, as far as this process knows. */
        Extent written() {
            synchronized (catalog) {
                return written;
            }
        }

        /** More of it is durable. */
        void written(Extent extent) {
            synchronized (catalog) {
                written = extent;
                catalog.unpromised.add(this);
            }
        }

        /** All of it was promised by an earlier process. */
        void takenUp(Extent extent) {
            synchronized (catalog) {
                written = extent;
            }
        }

        /** What the last promise covers. */
        Extent promised() {
            return promised;
        }
    }

    private SegmentCatalog(Path sink) {
        this.directory = sink.resolve(SinkDirectory.SEGMENTS);
        this.file = sink.resolve(FILE);
    }

    /**
     * The catalog of a sink that is written to from now on. Segments that it does not name were begun right before a crash,
     * and are added.
     *
     * @param promised what was promised of the catalog itself
     * @throws MaintainerException if it is damaged
     */
    static SegmentCatalog open(Path sink, Extent promised) throws MaintainerException {
        SegmentCatalog catalog = new SegmentCatalog(sink);
        try {
            if (Files.exists(catalog.file) || promised.length() > 0) {
                CRC32C checksum = new CRC32C();
                long length = catalog.load(promised, checksum);
                length = catalog.lines(length, Long.MAX_VALUE, checksum);
                catalog.out = AppendFile.goOn(catalog.file, length, checksum);
            }
            Set<Path> known = new HashSet<>();
            catalog.segments.forEach(segment -> known.add(segment.path));
            for (Path path : SegmentReader.segments(catalog.directory)) {
                if (!known.contains(path)) {
                    catalog.begin(path);
                }
            }
            return catalog;
        } catch (IOException e) {
            throw catalog.unwritable(e);
        }
    }

    /**
     * What a promise covers of a sink that somebody else may be writing to.
     *
     * @throws MaintainerException if it is damaged
     */
    static SegmentCatalog promised(Path sink, Extent promised) throws MaintainerException {
        SegmentCatalog catalog = new SegmentCatalog(sink);
        if (promised.length() > 0) {
            catalog.load(promised, new CRC32C());
        }
        return catalog;
    }

    private long load(Extent promised, CRC32C checksum) {
        long length = promised.length() == 0 ? 0 : lines(0, promised.length(), checksum);
        if (length != promised.length()) {
            throw SegmentReader.lost(file, "has " + length + " bytes of " + promised.length() + " that were promised");
        }
        if (checksum.getValue() != promised.crc()) {
            throw SegmentReader.lost(file, "has another checksum than what was promised");
        }
        return length;
    }

    private long lines(long offset, long limit, CRC32C checksum) {
        Map<String, Segment> byName = new HashMap<>();
        segments.forEach(segment -> byName.put(segment.name(), segment));
        return SegmentReader.lines(file, offset, limit, checksum, line -> {
            try {
                accept(line, byName);
            } catch (IllegalArgumentException e) {
                throw SegmentReader.lost(file, "has a line that is not ours, '" + line + "', " + e.getMessage());
            }
        });
    }

    private void accept(String line, Map<String, Segment> byName) {
        String[] words = line.split(" ", -1);
        if (words.length == 2 && words[0].equals("+")) {
            Path path = directory.resolve(words[1]).normalize();
            Path parent = path.getParent();
            if (parent == null
                    || !directory.equals(parent.getParent())
                    || seqOf(path).isEmpty()) {
                throw new IllegalArgumentException("no segment");
            }
            Segment segment = new Segment(this, path);
            if (byName.put(segment.name(), segment) != null) {
                throw new IllegalArgumentException("begun for the second time");
            }
            segments.add(segment);
        } else if (words.length == 4 && words[0].equals("=")) {
            Segment segment = byName.get(words[1]);
            if (segment == null) {
                throw new IllegalArgumentException("never begun");
            }
            segment.promised = Extent.parse(words[2], words[3]);
        } else {
            throw new IllegalArgumentException("neither a beginning nor a promise");
        }
    }

    /** All segments, in the order in which they were begun. */
    synchronized List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** What counts of all segments, as far as {@code extent} says. */
    List<SegmentPart> parts(Function<Segment, Extent> extent) {
        return segments().stream()
                .map(each -> new SegmentPart(each.table(), each.path(), extent.apply(each)))
                .toList();
    }

    /**
     * Adds a segment, whose file exists. A crash may lose that: {@link #open} finds the file.
     *
     * @throws IOException if the catalog cannot be written
     */
    synchronized Segment begin(Path path) throws IOException {
        Segment segment = new Segment(this, path);
        append("+ " + segment.name() + "\n", false);
        segments.add(segment);
        return segment;
    }

    /** Makes durable how much of each segment there is now, and returns the extent of the catalog that says so. */
    synchronized Extent promise() throws MaintainerException {
        StringBuilder lines = new StringBuilder();
        for (Segment segment : unpromised) {
            segment.promised = segment.written;
            lines.append("= ")
                    .append(segment.name())
                    .append(' ')
                    .append(segment.written)
                    .append('\n');
        }
        unpromised.clear();
        try {
            if (lines.length() > 0) {
                append(lines.toString(), true);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
        AppendFile written = out;
        return written == null ? Extent.NONE : written.extent();
    }

    /**
     * Looks whether some segments are still there, others each time.
     *
     * @param count how many
     * @throws MaintainerException if one is not, or is shorter than what was written
     */
    synchronized void inspect(int count) throws MaintainerException {
        for (int i = Math.min(count, segments.size()); i > 0; i--) {
            inspected = (inspected + 1) % segments.size();
            Segment segment = segments.get(inspected);
            try {
                long length = Files.size(segment.path);
                if (length < segment.written.length()) {
                    throw SegmentReader.lost(segment.path, "has " + length + " bytes of " + segment.written.length());
                }
            } catch (NoSuchFileException e) {
                throw SegmentReader.lost(segment.path, "does not exist any more");
            } catch (IOException e) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE, "cannot look at " + segment.path + ": " + e, e);
            }
        }
    }

    private void append(String lines, boolean durably) throws IOException {
        AppendFile open = out;
        if (open == null) {
            open = AppendFile.create(file);
            DurableFiles.force(file.getParent());
            out = open;
        }
        open.append(lines, durably);
    }

    private MaintainerException unwritable(IOException cause) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "cannot write " + file + ": " + cause + "; check space and permissions",
                cause);
    }

    private static OptionalLong seqOf(Path path) {
        return SegmentName.seqOf(String.valueOf(path.getFileName()), SegmentName.LOG);
    }
}
