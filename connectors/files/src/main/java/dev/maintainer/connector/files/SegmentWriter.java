package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.files.claim.Opening;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of its segment files, one after the other. Each is created by its first write, and has a claim of its own.
 * Thread-safe: it may be sealed from another thread than the one that writes.
 */
public final class SegmentWriter implements SpanWriter {
    private final FileSink sink;
    private final TableSpan span;
    private final Supplier<MaintainerEpoch> nodeEpoch;
    private @Nullable Opening opening;
    private SegmentCatalog.@Nullable Segment segment;
    private boolean sealed;
    /** How much longer than a full one the present segment may become, because another one could not be begun. */
    private long overlong;
    /** Of the last row in the segment. */
    private @Nullable String definition;

    SegmentWriter(FileSink sink, TableSpan span, Supplier<MaintainerEpoch> nodeEpoch) {
        this.sink = sink;
        this.span = span;
        this.nodeEpoch = nodeEpoch;
    }

    /** From now on it may write, unless it was closed already. */
    synchronized void begin(Opening claimed) {
        opening = claimed;
    }

    /** Writes rows of one table and makes them durable. */
    @Override
    public WriteResult write(List<RowEvent> events) throws MaintainerException {
        return sink.whileOwned(
                nodeEpoch,
                () -> append(() -> lines(events), () -> {
                    definition = events.isEmpty()
                            ? definition
                            : events.get(events.size() - 1).definition();
                    sink.countRows(events);
                }));
    }

    private CharSequence lines(List<RowEvent> events) {
        StringBuilder lines = new StringBuilder();
        String before = definition;
        for (RowEvent event : events) {
            if (!Objects.equals(event.definition(), before)) {
                before = event.definition();
                lines.append(SegmentRecord.encode(new SegmentRecord.Definition(before)))
                        .append('\n');
            }
            lines.append(SegmentRecord.encode(event)).append('\n');
        }
        return lines;
    }

    /** Writes DDLs and makes them durable. */
    @Override
    public WriteResult writeDdls(List<DdlEvent> events) throws MaintainerException {
        StringBuilder lines = new StringBuilder();
        for (DdlEvent event : events) {
            lines.append(SegmentRecord.encode(event)).append('\n');
        }
        return sink.whileOwned(nodeEpoch, () -> append(() -> lines, () -> {}));
    }

    /**
     * Writes the state of the whole sink as it is now, and makes it that of {@code ts}, a TSO. Takes as long as the sink is
     * large, so neither a new owner nor whoever seals waits for it: only in the end it is asked whether it still counts.
     */
    @Override
    public WriteResult writeSyncPoint(long ts) throws MaintainerException {
        WriteResult standing = sink.whileOwned(nodeEpoch, this::standing);
        Snapshots snapshots = sink.snapshots();
        if (standing != WriteResult.DURABLE || snapshots == null || snapshots.isPast(ts)) {
            return standing;
        }
        Snapshots.Staged staged;
        try {
            staged = snapshots.stage(sink.state());
        } catch (MaintainerException e) {
            throw failed(e);
        }
        try {
            return sink.whileOwned(nodeEpoch, () -> publish(snapshots, staged, ts));
        } finally {
            snapshots.discard(staged);
        }
    }

    private synchronized WriteResult standing() {
        return sealed ? WriteResult.SEALED : WriteResult.DURABLE;
    }

    private synchronized WriteResult publish(Snapshots snapshots, Snapshots.Staged staged, long ts) {
        if (sealed) {
            return WriteResult.SEALED;
        }
        try {
            snapshots.publish(staged, ts);
        } catch (MaintainerException e) {
            throw failed(e);
        }
        return WriteResult.DURABLE;
    }

    /** All rows of the span up to {@code ts}, a TSO, are durable, here or in an earlier segment. */
    @Override
    public void complete(long ts) {
        sink.progressOf(span.table()).complete(span, ts);
    }

    @Override
    public void completeAtDdl(long ts) {
        complete(ts);
        Opening claimed = present();
        if (claimed != null) {
            sink.completed(claimed, ts);
        }
    }

    private synchronized @Nullable Opening present() {
        return sealed ? null : opening;
    }

    /** Nothing more will be written. Waits for a write that is under way. */
    @Override
    public void seal() {
        Opening claimed = close();
        if (claimed != null) {
            sink.claims().close(claimed);
        }
    }

    /** As {@link #seal}, by whoever has superseded it. */
    synchronized @Nullable Opening close() {
        sealed = true;
        return opening;
    }

    private synchronized WriteResult append(Supplier<CharSequence> lines, Runnable afterwards) {
        Opening claimed = opening;
        if (sealed || claimed == null) {
            return WriteResult.SEALED;
        }
        boolean counts;
        try {
            if (claimed.written().length() >= sink.segmentLength() + overlong) {
                claimed = roll(claimed);
            }
            counts = sink.claims().write(claimed, lines.get().toString());
            SegmentCatalog.Segment known = segment;
            if (known == null) {
                known = sink.begin(claimed.name());
                segment = known;
            }
            if (known != null) {
                known.written(claimed.written());
            }
        } catch (NoSuchFileException e) {
            throw failed(
                    claimed,
                    "it has vanished; something has removed it while it was written to. Run again, into a new or"
                            + " empty directory if this one is not complete",
                    e);
        } catch (IOException e) {
            throw failed(claimed, e + "; check space and permissions", e);
        }
        if (!counts) {
            sealed = true;
            return WriteResult.SEALED;
        }
        afterwards.run();
        return WriteResult.DURABLE;
    }

    /** Goes on in another log, or in the present one: whether a write to that counts is decided as for any other. */
    private Opening roll(Opening full) throws IOException {
        Optional<Opening> next;
        try {
            next = sink.claims().roll(full, nodeEpoch.get().value(), this::close);
        } catch (MaintainerException e) {
            if (e.code() != ErrorCode.SINK_FENCED) {
                throw e;
            }
            // Of a later owner.
            return full;
        }
        if (next.isEmpty()) {
            // It may be so for good, and each attempt leaves a claim.
            overlong = full.written().length();
            return full;
        }
        opening = next.get();
        overlong = 0;
        segment = null;
        definition = null;
        return next.get();
    }

    private MaintainerException failed(Opening claimed, String why, IOException cause) {
        return failed(new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE, "cannot write segment " + sink.pathOf(claimed.name()) + ": " + why, cause));
    }

    private synchronized MaintainerException failed(MaintainerException cause) {
        sealed = true;
        return sink.failed(cause);
    }
}
