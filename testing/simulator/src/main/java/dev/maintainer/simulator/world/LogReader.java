package dev.maintainer.simulator.world;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody who reads a log as it grows: shows nothing before it is resolved, says when there is something, and nothing when closed. */
abstract class LogReader {
    final SimulatedLog log;
    final TableId table;
    private final Runnable available;
    private boolean told;
    private boolean closed;

    LogReader(SimulatedLog log, TableId table, Runnable available) {
        this.log = log;
        this.table = table;
        this.available = available;
    }

    /** When the first is committed that was not read, as far as that is resolved; {@link RowReader#NONE} if none is. */
    abstract long shownTs();

    long shown() {
        return closed ? RowReader.NONE : shownTs();
    }

    /** More is resolved. */
    void look() {
        if (!told && shown() != RowReader.NONE) {
            told = true;
            available.run();
        }
    }

    /** It has to look, because there is nothing more to come. */
    void wake() {
        available.run();
    }

    void taken() {
        told = false;
    }

    void closeReader() {
        closed = true;
        log.left(this);
    }

    /** The rows of a span. */
    static final class Rows extends LogReader implements RowReader {
        private final TableSpan span;
        private long nextTs;

        Rows(SimulatedLog log, TableSpan span, long startTs, Runnable available) {
            super(log, span.table(), available);
            this.span = span;
            this.nextTs = after(startTs);
        }

        private long after(long ts) {
            return log.rows().nextAfter(table, span.start(), span.end(), ts);
        }

        @Override
        public List<RowEvent> poll(int max, long upToTs) {
            log.refuseEnded(table);
            List<RowEvent> read = new ArrayList<>();
            // That a table was dropped may be known only now.
            nextTs = nextTs == NONE ? NONE : after(nextTs - 1);
            while (read.size() < max && nextTs <= Math.min(upToTs, log.resolvedTs())) {
                String key = log.rows().key(table, nextTs);
                read.add(new RowEvent(nextTs, table, RowEvent.Op.I, key, ""));
                nextTs = after(nextTs);
            }
            taken();
            return read;
        }

        @Override
        long shownTs() {
            return nextTs <= log.resolvedTs() && nextTs <= log.droppedTs(table) ? nextTs : NONE;
        }

        @Override
        public long nextTs() {
            return shown();
        }

        @Override
        public long endTs() {
            long dropped = log.droppedTs(table);
            return dropped <= log.resolvedTs() ? dropped : NONE;
        }

        @Override
        public void close() {
            closeReader();
        }
    }

    /** The events at which somebody stops: at those of a table, or at all. */
    static final class Blocks extends LogReader implements BlockReader {
        private final Upstream upstream;
        private long fromTs;
        private boolean afterDdl;
        private @Nullable BlockEvent next;

        Blocks(SimulatedLog log, TableId table, long startTs, PartialCommit partial, Runnable available) {
            super(log, table, available);
            this.upstream = log.upstream();
            this.fromTs = startTs + 1;
            this.afterDdl = partial == PartialCommit.ROWS_AND_DDL;
        }

        private @Nullable BlockEvent next() {
            long resolved = log.resolvedTs();
            if (next == null && resolved >= fromTs) {
                next = table.equals(TableId.DDL)
                        ? upstream.blocks().next(fromTs, afterDdl, resolved)
                        : upstream.blocks()
                                .next(table, fromTs, afterDdl, resolved, ts -> upstream.schemaBefore(table, ts));
                if (next == null) {
                    fromTs = resolved + 1;
                    afterDdl = false;
                }
            }
            return next;
        }

        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            log.refuseEnded(table);
            BlockEvent event = next();
            if (event == null || event.key().commitTs() > upToTs) {
                return null;
            }
            afterDdl = event.key().kind() == BlockKind.DDL;
            fromTs = event.key().commitTs() + (afterDdl ? 0 : 1);
            next = null;
            taken();
            return event;
        }

        @Override
        long shownTs() {
            BlockEvent event = next();
            return event == null ? RowReader.NONE : event.key().commitTs();
        }

        @Override
        public long nextTs() {
            return shown();
        }

        @Override
        public void close() {
            closeReader();
        }
    }
}
