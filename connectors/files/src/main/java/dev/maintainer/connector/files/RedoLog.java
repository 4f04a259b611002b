package dev.maintainer.connector.files;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.event.RowEvent;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The redo log of a changefeed, in the directory of its sink: what the redo pipeline has made durable, kept like a sink of
 * its own, and the promise that it makes. Thread-safe.
 */
public final class RedoLog implements RedoStore {
    private final SinkDirectory directory;
    private final FileSink rows;
    private @Nullable RedoMeta meta;

    private RedoLog(SinkDirectory directory, ChangefeedId changefeed) {
        this.directory = directory;
        this.rows = new FileSink(directory, changefeed.in(ReplicationMode.REDO));
        RedoPromise promise = directory.readPromise();
        this.meta = promise == null ? null : promise.meta();
    }

    /** Where the redo log of a sink is. */
    public static Path of(Path sink) {
        return sink.resolve(SinkDirectory.REDO);
    }

    /**
     * Opens the redo log of a sink, for this process alone until it is closed.
     *
     * @param sink the directory of the sink
     * @param digest which change log
     */
    public static RedoLog claim(Path sink, String digest, ChangefeedId changefeed) throws MaintainerException {
        SinkDirectory directory = SinkDirectory.claimPart(of(sink), digest);
        try {
            return new RedoLog(directory, changefeed);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Makes a promise durable; one that was made before is never taken back. Returns what is promised now. */
    public synchronized RedoMeta persist(RedoMeta wanted) throws MaintainerException {
        RedoMeta before = meta;
        RedoMeta after = before == null ? wanted : before.max(wanted);
        if (!after.equals(before)) {
            try {
                directory.writePromise(new RedoPromise(after, rows.promiseSegments()));
            } catch (MaintainerException e) {
                throw rows.failed(e);
            }
            meta = after;
        }
        return after;
    }

    @Override
    public Optional<RedoMeta> persist(RedoMeta wanted, MaintainerEpoch owner) throws MaintainerException {
        return owner.value() < rows.epoch() ? Optional.empty() : Optional.of(persist(wanted));
    }

    @Override
    public void fence(ChangefeedId pipeline, MaintainerEpoch owner) throws MaintainerException {
        rows.fence(pipeline, owner);
    }

    /** What is promised, durably; null if nothing is yet. */
    @Override
    public synchronized @Nullable RedoMeta meta() {
        return meta;
    }

    /** What the redo pipeline writes to. */
    @Override
    public FileSink rows() {
        return rows;
    }

    @Override
    public long completeTo(TableId table) {
        return rows.completeTo(table);
    }

    /** Where it is. */
    public SinkDirectory directory() {
        return directory;
    }

    /** Whether a row, or a later change of its key, is durable here. */
    boolean holds(RowEvent event) {
        return rows.isKnown(event);
    }

    /** Closes it, and leaves no trace of the claim if nothing was written. */
    public void release() {
        directory.release();
    }

    @Override
    public void close() {
        directory.close();
    }
}
