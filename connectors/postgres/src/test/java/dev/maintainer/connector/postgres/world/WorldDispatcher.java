package dev.maintainer.connector.postgres.world;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a span and writes them, as those of the product do, by the turns that a world gives it. */
final class WorldDispatcher {
    final TableSpan span;
    final long epoch;
    private final long startTs;
    private final RowReader reader;
    private final SpanWriter writer;
    /** What it writes to. */
    final Sink sink;

    private List<RowEvent> batch = List.of();
    private long pendingTs = RowReader.NONE;
    private long countedTs;
    private long counted;
    /** It stands still in the middle of a turn. */
    boolean busy;
    /** Its rows could not be written with those of others. */
    private boolean isAlone;

    WorldDispatcher(TableSpan span, long epoch, long startTs, RowReader reader, Sink sink, SpanWriter writer) {
        this.sink = sink;
        this.span = span;
        this.epoch = epoch;
        this.startTs = startTs;
        this.reader = reader;
        this.writer = writer;
    }

    List<RowEvent> batch() {
        return batch;
    }

    /** Looks whether rows of the log come once, in their order. Copied ones are right behind the start. */
    private void count(List<RowEvent> rows, SourceModel source) {
        for (RowEvent row : rows) {
            long ts = row.commitTs();
            if (ts < countedTs) {
                throw new Violated(Law.ONCE, "a row at " + ts + " comes after one at " + countedTs);
            }
            counted = ts == countedTs ? counted + 1 : 1;
            countedTs = ts;
            long oid = span.table().value() & 0xFFFF_FFFFL;
            if (ts > startTs + 1 && counted > source.changesOf(oid, ts)) {
                throw new Violated(Law.ONCE, "the changes at " + ts + " come again");
            }
        }
    }

    /** The next rows; what became of them. */
    WriteResult turn(int most, long upToTs, SourceModel source) {
        busy = true;
        try {
            read(most, upToTs, source);
            if (!batch.isEmpty()) {
                WriteResult result = writer.write(batch);
                isAlone = false;
                if (result != WriteResult.DURABLE) {
                    return result;
                }
            }
            wrote();
            return WriteResult.DURABLE;
        } finally {
            busy = false;
        }
    }

    private void read(int most, long upToTs, SourceModel source) {
        if (batch.isEmpty()) {
            pendingTs = reader.nextTs();
            batch = reader.poll(most, upToTs);
            count(batch, source);
        }
    }

    private void wrote() {
        if (!batch.isEmpty()) {
            batch = List.of();
            reader.completePart().ifPresent(writer::complete);
        }
        pendingTs = RowReader.NONE;
    }

    /** The next rows, to be written with those of others; null if there is nothing that may be. */
    @Nullable
    SpanBatch join(int most, long upToTs, SourceModel source) {
        busy = true;
        boolean joins = false;
        try {
            read(most, upToTs, source);
            joins = !batch.isEmpty() && !isAlone && writer.mayShare();
            return joins ? new SpanBatch(writer, batch) : null;
        } finally {
            busy = joins;
        }
    }

    /** What it has joined is over; it was tried to write, or there was nobody else. */
    void leave(boolean isDurable, boolean wasTried) {
        busy = false;
        isAlone = wasTried && !isDurable;
        if (isDurable) {
            wrote();
        }
    }

    /** All rows up to it are in the sink; nothing beyond a position counts. */
    long checkpointTs(long limitTs) {
        return Math.max(startTs, Math.min(limitTs, Math.min(reader.nextTs(), pendingTs) - 1));
    }

    void complete(long limitTs) {
        writer.complete(checkpointTs(limitTs));
    }

    void close() {
        writer.seal();
        reader.close();
    }
}
