package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.connector.files.claim.MountedFiles;
import dev.maintainer.connector.files.claim.Promise;
import dev.maintainer.connector.files.claim.Promises;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a sink of files is ahead of its redo log, as both directories say. They may be written to meanwhile: the sink is measured
 * first, and what it has then, the log must have promised before.
 *
 * @param epoch of the owner that has promised last, or is about to
 * @param checkpointTs what is promised to be in the sink; a TSO, 0 if nothing was promised yet
 * @param resolvedTs what is promised to be in the log; a TSO, 0 if nothing was promised yet
 * @param beyondPromise rows and DDLs that count in the sink, and are later than what is promised
 * @param missing rows and DDLs that count in the sink, of which the log has neither them nor a later change of their key
 */
public record RedoCheck(long epoch, long checkpointTs, long resolvedTs, long beyondPromise, long missing) {
    /** Whether the sink has nothing that the log has not. */
    public boolean isGood() {
        return beyondPromise == 0 && missing == 0;
    }

    /**
     * Compares the two. Holds the keys of one table in memory at a time.
     *
     * @param sink its directory
     * @param log the directory of the redo log
     * @return empty if {@code log} is no redo log that processes share
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if one of them cannot be read, or is damaged, and where
     */
    public static Optional<RedoCheck> of(Path sink, Path log) throws MaintainerException {
        if (SinkDirectory.of(log).digest() == null || !SinkClaim.isShared(log)) {
            return Optional.empty();
        }
        Map<String, List<SegmentPart>> written = byTable(sink);
        Promise promise = SharedRedoLog.read(new Promises(MountedFiles.readable(log)), log);
        Map<String, List<SegmentPart>> logged = byTable(log);
        long beyond = 0;
        long missing = 0;
        for (Map.Entry<String, List<SegmentPart>> table : written.entrySet()) {
            Map<String, Long> latest = new HashMap<>();
            for (SegmentPart part : table.getValue()) {
                beyond += latestOf(part, latest, promise.resolvedTs());
            }
            for (SegmentPart part : logged.getOrDefault(table.getKey(), List.of())) {
                forget(part, latest);
            }
            missing += latest.size();
        }
        return Optional.of(
                new RedoCheck(promise.epoch(), promise.checkpointTs(), promise.resolvedTs(), beyond, missing));
    }

    /** What is promised; null if nothing is. */
    static @Nullable RedoMeta promiseOf(Path log) throws MaintainerException {
        return SharedRedoLog.metaOf(SharedRedoLog.read(new Promises(MountedFiles.readable(log)), log));
    }

    private static Map<String, List<SegmentPart>> byTable(Path directory) {
        if (SinkDirectory.of(directory).digest() == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, directory + " is no sink; name the directory of one");
        }
        SinkClaim.refuseFormer(directory);
        Map<String, List<SegmentPart>> parts = new HashMap<>();
        for (SegmentPart part : SharedSegments.of(directory, MountedFiles.readable(directory))) {
            parts.computeIfAbsent(part.table(), any -> new ArrayList<>()).add(part);
        }
        return parts;
    }

    private static long latestOf(SegmentPart part, Map<String, Long> latest, long promisedTs) {
        long[] beyond = {0};
        SegmentReader.read(part.path(), part.extent(), entry -> {
            String key = keyOf(entry);
            if (key != null) {
                long ts = tsOf(entry);
                latest.merge(key, ts, Math::max);
                beyond[0] += ts > promisedTs ? 1 : 0;
            }
        });
        return beyond[0];
    }

    private static void forget(SegmentPart part, Map<String, Long> latest) {
        SegmentReader.read(part.path(), part.extent(), entry -> {
            String key = keyOf(entry);
            Long wanted = key == null ? null : latest.get(key);
            if (wanted != null && tsOf(entry) >= wanted) {
                latest.remove(key);
            }
        });
    }

    /** What a later change of the same has in common; null for what is no change. */
    private static @Nullable String keyOf(SegmentRecord entry) {
        if (entry instanceof SegmentRecord.Row row) {
            return row.event().key();
        }
        return entry instanceof SegmentRecord.Ddl ddl
                ? Integer.toString(ddl.event().ordinal())
                : null;
    }

    private static long tsOf(SegmentRecord entry) {
        if (entry instanceof SegmentRecord.Row row) {
            return row.event().commitTs();
        }
        return entry instanceof SegmentRecord.Ddl ddl ? ddl.event().commitTs() : 0;
    }
}
