package dev.maintainer.connector.postgres.world;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;

/** Reads the rows of a span and writes them, as those of the product do, by the turns that a world gives it. */
final class WorldDispatcher {
    final TableSpan span;
    final long epoch;
    private final long startTs;
    private final RowReader reader;
    private final SpanWriter writer;
    private List<RowEvent> batch = List.of();
    private long pendingTs = RowReader.NONE;
    private long countedTs;
    private long counted;
    /** It stands still in the middle of a turn. */
    boolean busy;

    WorldDispatcher(TableSpan span, long epoch, long startTs, RowReader reader, SpanWriter writer) {
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
            if (batch.isEmpty()) {
                pendingTs = reader.nextTs();
                batch = reader.poll(most, upToTs);
                count(batch, source);
            }
            if (!batch.isEmpty()) {
                WriteResult result = writer.write(batch);
                if (result != WriteResult.DURABLE) {
                    return result;
                }
                batch = List.of();
                reader.completePart().ifPresent(writer::complete);
            }
            pendingTs = RowReader.NONE;
            return WriteResult.DURABLE;
        } finally {
            busy = false;
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
