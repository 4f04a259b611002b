package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.files.claim.CountedLogs;
import dev.maintainer.connector.files.claim.Extent;
import dev.maintainer.connector.files.claim.SegmentName;
import dev.maintainer.connector.files.claim.SharedFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What counts of the segments of a sink, as the directory says: of whoever wrote them. */
final class SharedSegments {
    /** How often a table is looked at before somebody else has to wait. */
    private static final int ATTEMPTS = 10;

    private SharedSegments() {}

    /**
     * All that counts now.
     *
     * @throws MaintainerException if it cannot be read, claims are missing, or a table is being taken over again and again
     */
    static List<SegmentPart> of(Path sink, SharedFiles files) throws MaintainerException {
        List<SegmentPart> parts = new ArrayList<>();
        for (String table : tables(sink)) {
            try {
                parts.addAll(settled(sink, table, files));
            } catch (IOException e) {
                throw SinkClaim.unavailable("cannot be read", sink, e);
            }
        }
        return parts;
    }

    /** Which claims there are, by table. */
    static SortedMap<String, Set<Long>> claims(Path sink, SharedFiles files) throws MaintainerException {
        SortedMap<String, Set<Long>> claims = new TreeMap<>();
        for (String table : tables(sink)) {
            try {
                claims.put(table, claims(files.list(SegmentName.SEGMENTS + "/" + table)));
            } catch (IOException e) {
                throw SinkClaim.unavailable("cannot be read", sink, e);
            }
        }
        return claims;
    }

    private static Set<String> tables(Path sink) {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> tables = Files.newDirectoryStream(sink.resolve(SegmentName.SEGMENTS))) {
            tables.forEach(each -> names.add(String.valueOf(each.getFileName())));
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException | DirectoryIteratorException e) {
            throw SinkClaim.unavailable("cannot be listed", sink, e);
        }
        return names;
    }

    /** Until no claim was made while they were measured. */
    private static List<SegmentPart> settled(Path sink, String table, SharedFiles files) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Set<String> before = files.list(SegmentName.SEGMENTS + "/" + table);
            Optional<List<SegmentPart>> parts = measured(sink, table, before, files);
            if (parts.isPresent()
                    && claims(files.list(SegmentName.SEGMENTS + "/" + table)).equals(claims(before))) {
                return parts.get();
            }
        }
        throw new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "table " + table + " in sink " + sink
                        + " is being taken over; try again when that has come to its end");
    }

    private static Set<Long> claims(Set<String> names) {
        Set<Long> claims = new TreeSet<>();
        names.forEach(name -> SegmentName.seqOf(name, SegmentName.CLAIM).ifPresent(claims::add));
        return claims;
    }

    private static Optional<List<SegmentPart>> measured(Path sink, String table, Set<String> names, SharedFiles files)
            throws IOException {
        List<SegmentPart> parts = new ArrayList<>();
        CountedLogs logs = new CountedLogs(files);
        long expected = 0;
        for (long seq : claims(names)) {
            expected++;
            SegmentName name = new SegmentName(table, seq);
            if (seq != expected) {
                throw SegmentReader.lost(
                        sink.resolve(new SegmentName(table, expected).file(SegmentName.CLAIM)),
                        "does not exist any more");
            }
            Optional<Extent> extent = logs.of(name);
            if (extent.isEmpty()) {
                return Optional.empty();
            }
            if (extent.get().length() > 0) {
                parts.add(new SegmentPart(table, sink.resolve(name.file(SegmentName.LOG)), extent.get()));
            }
        }
        return Optional.of(parts);
    }
}
