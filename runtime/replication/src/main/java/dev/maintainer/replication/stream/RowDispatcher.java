package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Streams the rows of one span from the source to the sink, in commit order. */
final class RowDispatcher extends PollingDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(RowDispatcher.class);

    private static final int BATCH = 256;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Source source;
    private final RowReader reader;
    private final WrittenWork.OfNode written;
    /** Read and not durable yet. */
    private List<RowEvent> batch = List.of();
    /**
     * The commit position of the first row that is read, or being read, and not durable; {@link RowReader#NONE} if
     * there is none.
     */
    private volatile long pendingTs = RowReader.NONE;

    private String progress = "";
    private long progressTold = System.nanoTime() - PROGRESS_NANOS;

    RowDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            SpanWriter writer,
            WriteLease lease,
            TurnQueue turns,
            Source source,
            WrittenWork.OfNode written) {
        super(spec, listener, writer, lease, turns);
        this.source = source;
        this.written = written;
        this.reader = source.rows(spec.span(), spec.startTs(), this::wake);
    }

    /**
     * Of a table that is idle it rises with the source, without a turn. What is resolved is asked first: what was committed up
     * to it, the reader shows.
     */
    @Override
    public long checkpointTs() {
        long resolved = writable(source.resolvedTs());
        return Math.max(spec.startTs(), Math.min(resolved, undurableTs() - 1));
    }

    /** The reader is asked first: what it has given meanwhile is pending. */
    private long undurableTs() {
        long unread = reader.nextTs();
        return Math.min(unread, pendingTs);
    }

    @Override
    public long resolvedTs() {
        return Math.max(spec.startTs(), source.resolvedTs());
    }

    @Override
    long turn() {
        long resolved = writable(source.resolvedTs());
        if (batch.isEmpty()) {
            pendingTs = reader.nextTs();
            batch = reader.poll(BATCH, resolved);
        }
        if (!batch.isEmpty()) {
            WriteResult result = whileLeased(() -> writer.write(batch));
            if (result != WriteResult.DURABLE) {
                return result == WriteResult.HELD ? SOON : SEALED;
            }
            written.add(batch);
            batch = List.of();
        }
        pendingTs = RowReader.NONE;
        tellProgress();
        long next = reader.nextTs();
        long checkpoint = checkpointTs();
        writer.complete(checkpoint);
        if (next <= resolved) {
            return NOW;
        }
        // Before a table goes, whoever keeps a redo log wants to know that nothing of it is missing.
        return reader.endTs() - 1 > checkpoint ? Math.min(next, reader.endTs()) : next;
    }

    /** Of a source that copies before it follows, people want to know how far that is; not more often than they can read. */
    private void tellProgress() {
        String text = reader.progress();
        if (!text.equals(progress) && System.nanoTime() - progressTold >= PROGRESS_NANOS) {
            progress = text;
            progressTold = System.nanoTime();
            LOG.info("dispatcher {} of {}: {}", spec.dispatcher(), spec.span(), text.isEmpty() ? "follows" : text);
        }
    }

    @Override
    void ended() {
        reader.close();
    }
}
