package dev.maintainer.node.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.node.changelog.DdlEvent;
import dev.maintainer.node.changelog.RowEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of one segment file, which is created by the first write. Thread-safe: it may be sealed from another
 * thread than the one that writes.
 */
public final class SegmentWriter {
    private final FileSink sink;
    private final Path file;
    private final Supplier<MaintainerEpoch> nodeEpoch;
    private @Nullable FileChannel channel;
    private boolean sealed;

    SegmentWriter(FileSink sink, Path file, Supplier<MaintainerEpoch> nodeEpoch) {
        this.sink = sink;
        this.file = file;
        this.nodeEpoch = nodeEpoch;
    }

    /** Writes rows of one table and makes them durable. */
    public WriteResult write(List<RowEvent> events) throws MaintainerException {
        StringBuilder lines = new StringBuilder();
        for (RowEvent event : events) {
            lines.append(SegmentRecord.encode(event)).append('\n');
        }
        return sink.whileOwned(nodeEpoch, () -> append(lines, () -> sink.countRows(events)));
    }

    /** Writes DDLs and makes them durable. */
    public WriteResult writeDdls(List<DdlEvent> events) throws MaintainerException {
        StringBuilder lines = new StringBuilder();
        for (DdlEvent event : events) {
            lines.append(SegmentRecord.encode(event)).append('\n');
        }
        return sink.whileOwned(nodeEpoch, () -> append(lines, () -> {}));
    }

    /** Nothing more will be written. Waits for a write that is under way. */
    public synchronized void seal() {
        sealed = true;
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Every reported write was forced before; there is nothing left to lose.
                sink.noteCloseFailure(file, e);
            }
        }
    }

    private synchronized WriteResult append(CharSequence lines, Runnable afterwards) {
        if (sealed) {
            return WriteResult.SEALED;
        }
        try {
            FileChannel open = channel;
            if (open == null) {
                sink.makeDirectory(file);
                open = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
                channel = open;
            }
            ByteBuffer buffer = StandardCharsets.UTF_8.encode(lines.toString());
            while (buffer.hasRemaining()) {
                open.write(buffer);
            }
            open.force(false);
        } catch (IOException e) {
            seal();
            throw sink.failed(new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "cannot write segment " + file + ": " + e.getMessage() + "; check space and permissions",
                    e));
        }
        afterwards.run();
        return WriteResult.DURABLE;
    }
}
