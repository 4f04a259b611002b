package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of one segment file, which is created by the first write. Thread-safe: it may be sealed from another
 * thread than the one that writes.
 */
public final class SegmentWriter implements SpanWriter {
    private final FileSink sink;
    private final DispatcherId dispatcher;
    private final TableSpan span;
    private final Path path;
    private final Supplier<MaintainerEpoch> nodeEpoch;
    private @Nullable AppendFile file;
    private SegmentCatalog.@Nullable Segment segment;
    private boolean sealed;
    /** Of the last row in the segment. */
    private @Nullable String definition;

    SegmentWriter(
            FileSink sink, DispatcherId dispatcher, TableSpan span, Path path, Supplier<MaintainerEpoch> nodeEpoch) {
        this.sink = sink;
        this.dispatcher = dispatcher;
        this.span = span;
        this.path = path;
        this.nodeEpoch = nodeEpoch;
    }

    /** Writes rows of one table and makes them durable. */
    @Override
    public WriteResult write(List<RowEvent> events) throws MaintainerException {
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
        String last = before;
        return sink.whileOwned(
                nodeEpoch,
                () -> append(lines, () -> {
                    definition = last;
                    sink.countRows(events);
                }));
    }

    /** Writes DDLs and makes them durable. */
    @Override
    public WriteResult writeDdls(List<DdlEvent> events) throws MaintainerException {
        StringBuilder lines = new StringBuilder();
        for (DdlEvent event : events) {
            lines.append(SegmentRecord.encode(event)).append('\n');
        }
        return sink.whileOwned(nodeEpoch, () -> append(lines, () -> {}));
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

    /** Nothing more will be written. Waits for a write that is under way. */
    @Override
    public void seal() {
        synchronized (this) {
            sealed = true;
            file = null;
        }
        sink.sealed(dispatcher, this);
    }

    private synchronized WriteResult append(CharSequence lines, Runnable afterwards) {
        if (sealed) {
            return WriteResult.SEALED;
        }
        try {
            AppendFile open = file;
            SegmentCatalog.Segment known = segment;
            boolean first = open == null || known == null;
            if (open == null || known == null) {
                sink.makeDirectory(path);
                open = AppendFile.create(path);
                known = sink.catalog().begin(path);
                file = open;
                segment = known;
            }
            open.append(lines.toString(), true);
            if (first) {
                DurableFiles.force(path.getParent());
            }
            known.written(open.extent());
        } catch (NoSuchFileException e) {
            throw failed(
                    "it has vanished; something has removed it while it was written to. Run again, into a new or"
                            + " empty directory if this one is not complete",
                    e);
        } catch (IOException e) {
            throw failed(e + "; check space and permissions", e);
        }
        afterwards.run();
        return WriteResult.DURABLE;
    }

    private MaintainerException failed(String why, IOException cause) {
        return failed(new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE, "cannot write segment " + path + ": " + why, cause));
    }

    private synchronized MaintainerException failed(MaintainerException cause) {
        sealed = true;
        file = null;
        return sink.failed(cause);
    }
}
