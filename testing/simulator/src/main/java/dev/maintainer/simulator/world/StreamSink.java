package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.simulator.invariant.Violation;
import java.util.List;
import java.util.function.Supplier;

/** The sink of a pipeline, or its redo log, as the dispatchers of one node write to it. */
final class StreamSink implements Sink {
    private final Downstream downstream;
    private final Upstream upstream;
    private final SimulatedNode node;
    private final Supplier<StreamedDispatcher> opening;

    /** A sink; {@code opening} says who opens a writer just now. */
    StreamSink(Downstream downstream, Upstream upstream, SimulatedNode node, Supplier<StreamedDispatcher> opening) {
        this.downstream = downstream;
        this.upstream = upstream;
        this.node = node;
        this.opening = opening;
    }

    @Override
    public Fencing fencing() {
        return Fencing.FENCED;
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
        downstream.fence(node, epoch);
    }

    @Override
    public SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
        if (downstream.isFenced(accepted.get())) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED, "the node has accepted " + accepted.get() + ", and the sink a later one");
        }
        Writer writer = new Writer(opening.get(), accepted);
        downstream.opened(dispatcher, writer);
        return writer;
    }

    @Override
    public boolean takesPartsOfRows() {
        return true;
    }

    /** All of it, or nothing; or all of it, and nobody says so. */
    @Override
    public boolean writeTogether(List<SpanBatch> batches) {
        List<Writer> writers =
                batches.stream().map(batch -> (Writer) batch.writer()).toList();
        for (Writer writer : writers) {
            writer.dispatcher.askAmid();
            if (writer.sealed || downstream.holds(writer.accepted.get())) {
                return false;
            }
        }
        if (node.faults().refusesGroup()) {
            return false;
        }
        for (int i = 0; i < batches.size(); i++) {
            StreamedDispatcher dispatcher = writers.get(i).dispatcher;
            try {
                if (!downstream.write(dispatcher, batches.get(i).rows())) {
                    return false;
                }
                dispatcher.askAmid();
            } catch (Violation v) {
                throw dispatcher.violated(v);
            }
        }
        return !node.faults().losesAnswerToGroup();
    }

    @Override
    public long rowsApplied() {
        return 0;
    }

    @Override
    public long rowsAppliedAgain() {
        return 0;
    }

    @Override
    public void close() {}

    /** Of one dispatcher, from one opening on. */
    private final class Writer implements SpanWriter {
        private final StreamedDispatcher dispatcher;
        private final Supplier<MaintainerEpoch> accepted;
        private boolean sealed;

        Writer(StreamedDispatcher dispatcher, Supplier<MaintainerEpoch> accepted) {
            this.dispatcher = dispatcher;
            this.accepted = accepted;
        }

        @Override
        public WriteResult write(List<RowEvent> rows) {
            return taken(() -> {
                List<RowEvent> some = rows.subList(0, (rows.size() + 1) / 2);
                if (!downstream.write(dispatcher, some)) {
                    return WriteResult.HELD;
                }
                dispatcher.askAmid();
                // What of a failed write is durable nobody knows.
                mayFail();
                return some.size() == rows.size()
                                || downstream.write(dispatcher, rows.subList(some.size(), rows.size()))
                        ? WriteResult.DURABLE
                        : WriteResult.HELD;
            });
        }

        @Override
        public boolean mayShare() {
            return !sealed;
        }

        @Override
        public WriteResult writeDdls(List<DdlEvent> ddls) {
            return taken(() -> {
                long doneTs = 0;
                for (DdlEvent ddl : ddls) {
                    long ts = ddl.commitTs();
                    if (ts > doneTs) {
                        mayRefuse(ts);
                        if (!execute(ts)) {
                            return WriteResult.HELD;
                        }
                        dispatcher.askAmid();
                        doneTs = ts;
                    }
                }
                mayFail();
                return WriteResult.DURABLE;
            });
        }

        private boolean execute(long ts) {
            BlockEvent event = isRedo() ? null : upstream.blocks().ddlAt(ts);
            return event == null ? downstream.writeDdl(dispatcher, ts) : downstream.execute(dispatcher, event);
        }

        @Override
        public WriteResult writeSyncPoint(long ts) {
            return taken(() -> {
                mayRefuse(ts);
                return downstream.execute(dispatcher, BlockEvent.syncPoint(ts))
                        ? WriteResult.DURABLE
                        : WriteResult.HELD;
            });
        }

        private boolean isRedo() {
            return dispatcher.spec.changefeed().isRedo();
        }

        private void mayRefuse(long ts) {
            if (!isRedo() && node.faults().refusesDdl()) {
                throw new MaintainerException(
                        ErrorCode.DDL_REFUSED, "the sink is in a bad mood about what comes at " + ts);
            }
        }

        private void mayFail() {
            try {
                dispatcher.mayFail(ErrorCode.SINK_UNAVAILABLE);
            } catch (MaintainerException e) {
                seal();
                throw e;
            }
        }

        /** What is wrong is not for the dispatcher to judge. */
        private WriteResult taken(Supplier<WriteResult> write) {
            try {
                dispatcher.askAmid();
                WriteResult result =
                        sealed ? WriteResult.SEALED : downstream.holds(accepted.get()) ? WriteResult.HELD : write.get();
                dispatcher.askAmid();
                return result;
            } catch (Violation v) {
                throw dispatcher.violated(v);
            }
        }

        @Override
        public void complete(long ts) {
            try {
                downstream.checkDurable(dispatcher, ts, ts, "complete");
            } catch (Violation v) {
                throw dispatcher.violated(v);
            }
        }

        @Override
        public void seal() {
            sealed = true;
            downstream.sealed(dispatcher.id(), this);
        }
    }
}
