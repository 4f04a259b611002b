package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import java.util.function.Supplier;

/**
 * A sink that writes each batch by itself: dispatchers ask only a sink that takes parts of rows whether it can do otherwise, and this one
 * says that it does not take them.
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
        return sink.open(span, dispatcher, created, accepted);
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
}
