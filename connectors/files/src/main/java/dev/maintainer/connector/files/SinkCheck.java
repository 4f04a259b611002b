package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.files.claim.CountedLogs;
import dev.maintainer.connector.files.claim.Extent;
import dev.maintainer.connector.files.claim.MountedFiles;
import dev.maintainer.connector.files.claim.SegmentName;
import dev.maintainer.connector.files.claim.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What is in a sink that is being written to, or was, by whatever number of processes.
 *
 * @param tables how many have a directory; that of DDLs is one of them, and a table that was dropped and created again has two
 * @param claims how many were made
 * @param sealed how many of them are sealed
 * @param bytesCounted what counts of all logs
 * @param bytesAfterSeal what superseded writers have left behind their seals, which counts for nothing
 */
public record SinkCheck(int tables, long claims, long sealed, long bytesCounted, long bytesAfterSeal) {
    /**
     * Looks at all segments. What is sealed is read and compared with its checksum.
     *
     * @param sink its directory
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if it is no sink, is of another format, or is damaged, and where
     */
    public static SinkCheck of(Path sink) throws MaintainerException {
        refuseUnreadable(sink);
        SharedFiles files = MountedFiles.readable(sink);
        CountedLogs logs = new CountedLogs(files);
        long claims = 0;
        long sealed = 0;
        long after = 0;
        long counted = 0;
        SortedMap<String, Set<Long>> all = SharedSegments.claims(sink, files);
        for (SegmentPart part : SharedSegments.of(sink, files)) {
            counted += part.extent().length();
        }
        try {
            for (Map.Entry<String, Set<Long>> table : all.entrySet()) {
                for (long seq : table.getValue()) {
                    claims++;
                    SegmentName name = new SegmentName(table.getKey(), seq);
                    Optional<Extent> seal = logs.sealed(name);
                    if (seal.isPresent()) {
                        sealed++;
                        after += behind(sink.resolve(name.file(SegmentName.LOG)), seal.get());
                    }
                }
            }
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be read", sink, e);
        }
        return new SinkCheck(all.size(), claims, sealed, counted, after);
    }

    private static long behind(Path log, Extent seal) throws IOException {
        if (seal.length() == 0 && !Files.exists(log)) {
            return 0;
        }
        SegmentReader.read(log, seal, any -> {});
        return Files.size(log) - seal.length();
    }

    /**
     * Makes tables of all that counts in a sink that processes of a cluster share, in the place of those that were made so before.
     * While the sink is written to, one table may be further than another.
     *
     * @param sink its directory
     * @return the tables
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if it cannot be read or written, belongs to a run, or was claimed
     *     anew meanwhile; then it is as it was
     */
    public static FinishedTables materialise(Path sink) throws MaintainerException {
        refuseUnreadable(sink);
        if (!SinkClaim.isShared(sink)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + sink + " belongs to a run, which makes its tables itself; let that come to its end");
        }
        SharedFiles files = MountedFiles.readable(sink);
        SinkDirectory directory = SinkDirectory.of(sink);
        SortedMap<String, Set<Long>> before = SharedSegments.claims(sink, files);
        StagedTables staged =
                StagedTables.write(directory, new SegmentState(SharedSegments.of(sink, files), Long.MAX_VALUE));
        if (!SharedSegments.claims(sink, files).equals(before)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "tables of sink " + sink + " were claimed anew while they were read; try again");
        }
        staged.publish();
        return FinishedTables.of(directory);
    }

    private static void refuseUnreadable(Path sink) {
        if (SinkDirectory.of(sink).digest() == null) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, sink + " is no sink; name the directory of one");
        }
        SinkClaim.refuseFormer(sink);
    }
}
