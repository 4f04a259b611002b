package com.example.memory;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.RowCursor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Keeps the tables of one changefeed in a {@link Place}. It is fenced: each write looks, together with what it changes, whether
 * the node has accepted the latest epoch and whether the dispatcher was opened again elsewhere.
 */
final class MemorySink implements ReadableSink {
    private final Place place;
    private final Path refuseWhile;
    private final AtomicLong rowsApplied = new AtomicLong();
    private final AtomicLong rowsAppliedAgain = new AtomicLong();

    /** @param refuseWhile DDLs are refused while this file exists; null: none is */
    MemorySink(Place place, String source, Path refuseWhile) {
        this.place = place;
        this.refuseWhile = refuseWhile;
        place.claim(source);
    }

    @Override
    public Fencing fencing() {
        return Fencing.FENCED;
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {
        place.fence(epoch.value());
    }

    @Override
    public SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
        return new Writer(dispatcher, place.open(dispatcher, accepted.get().value()), accepted);
    }

    @Override
    public long rowsApplied() {
        return rowsApplied.get();
    }

    @Override
    public long rowsAppliedAgain() {
        return rowsAppliedAgain.get();
    }

    @Override
    public SortedSet<TableName> tables() {
        return new TreeSet<>(place.tables().keySet());
    }

    @Override
    public RowCursor rows(TableName table) {
        TableInfo found = place.tables().get(table);
        return found == null
                ? RowCursor.empty()
                : RowCursor.over(place.rows(found.table()).iterator());
    }

    @Override
    public void close() {}

    private final class Writer implements SpanWriter {
        private final DispatcherId dispatcher;
        private final long opening;
        private final Supplier<MaintainerEpoch> accepted;

        Writer(DispatcherId dispatcher, long opening, Supplier<MaintainerEpoch> accepted) {
            this.dispatcher = dispatcher;
            this.opening = opening;
            this.accepted = accepted;
        }

        @Override
        public WriteResult write(List<RowEvent> rows) {
            return whileMine(() -> {
                for (RowEvent row : rows) {
                    (place.apply(row) ? rowsApplied : rowsAppliedAgain).incrementAndGet();
                }
            });
        }

        @Override
        public WriteResult writeDdls(List<DdlEvent> ddls) {
            if (refuseWhile != null && Files.exists(refuseWhile)) {
                throw new MaintainerException(
                        ErrorCode.DDL_REFUSED,
                        "'" + ddls.get(0).statement() + "' is refused while " + refuseWhile + " exists");
            }
            return whileMine(() -> ddls.forEach(place::apply));
        }

        private WriteResult whileMine(Runnable write) {
            synchronized (place) {
                if (!place.isOpen(dispatcher, opening)) {
                    return WriteResult.SEALED;
                }
                if (!place.isCurrent(accepted.get().value())) {
                    return WriteResult.HELD;
                }
                write.run();
                return WriteResult.DURABLE;
            }
        }

        @Override
        public void seal() {
            place.seal(dispatcher, opening);
        }
    }
}
