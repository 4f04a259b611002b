package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.CompletePart;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.function.Supplier;

/**
 * A sink that writes each batch by itself.
 *
 * @param sink that could do otherwise
 */
record ApartSink(Sink sink) implements Sink {
    @Override
    public Fencing fencing() {
        return sink.fencing();
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException {
        sink.fence(changefeed, epoch);
    }

    @Override
    public SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted)
            throws MaintainerException {
        return new Writer(sink.open(span, dispatcher, created, accepted));
    }

    @Override
    public boolean takesPartsOfRows() {
        return sink.takesPartsOfRows();
    }

    @Override
    public long rowsApplied() {
        return sink.rowsApplied();
    }

    @Override
    public long rowsAppliedAgain() {
        return sink.rowsAppliedAgain();
    }

    @Override
    public void close() {
        sink.close();
    }

    /** All but {@link SpanWriter#mayShare}. */
    private record Writer(SpanWriter writer) implements SpanWriter {
        @Override
        public WriteResult write(List<RowEvent> rows) throws MaintainerException {
            return writer.write(rows);
        }

        @Override
        public WriteResult writeDdls(List<DdlEvent> ddls) throws MaintainerException {
            return writer.writeDdls(ddls);
        }

        @Override
        public void complete(long ts) {
            writer.complete(ts);
        }

        @Override
        public void complete(CompletePart part) {
            writer.complete(part);
        }

        @Override
        public List<TableSpan> completeParts(long ts) {
            return writer.completeParts(ts);
        }

        @Override
        public void seal() {
            writer.seal();
        }
    }
}
