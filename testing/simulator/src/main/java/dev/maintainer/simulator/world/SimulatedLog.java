package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log of a database as a process has opened it once. What its thread has read is resolved a moment later, or when it is
 * closed; also what it reads while nobody can read it any more. When it ends, some of its readers hear of it at once, and the
 * others a while later.
 */
final class SimulatedLog implements Source {
    private static final int CATCHES_UP = 5;
    private static final long TOLD_LATE_MILLIS = 2_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final String identity;
    private final RowHistory rows;
    private final Upstream upstream;
    private final Timeline timeline;
    private final long openedAt;
    private final long openedTs;
    /** How far what is resolved is behind what is read. */
    private final long unpublished;

    private final Runnable onClosed;
    private long endedAt = NEVER;
    private long mendedAt = NEVER;
    private long readsUntil = NEVER;
    private long closedTs = -1;

    /**
     * Opens it.
     *
     * @param openedTs up to here it is read at once; what is behind that takes a while
     * @param unpublished from 0 to 59
     * @param onClosed called when it was closed, as another thread may ask just then
     */
    SimulatedLog(
            String identity,
            RowHistory rows,
            Upstream upstream,
            Timeline timeline,
            long openedTs,
            long unpublished,
            Runnable onClosed) {
        this.identity = identity;
        this.rows = rows;
        this.upstream = upstream;
        this.timeline = timeline;
        this.openedAt = timeline.now();
        this.openedTs = openedTs;
        this.unpublished = unpublished;
        this.onClosed = onClosed;
    }

    /** From now on it cannot be read; its thread goes on for a moment, and it may be mended by itself. */
    void end(long readsOn, long mendedIn) {
        if (isEnded()) {
            return;
        }
        endedAt = timeline.now();
        readsUntil = endedAt + readsOn;
        mendedAt = mendedIn == NEVER ? NEVER : endedAt + mendedIn;
    }

    private boolean isEnded() {
        return timeline.now() >= endedAt && timeline.now() < mendedAt;
    }

    /** What its thread has read; of a log that has ended not more than up to a moment. */
    private long readTs(long atMost) {
        long caughtUp = openedTs + CATCHES_UP * (timeline.now() - openedAt);
        long read = Math.max(openedTs, Math.min(upstream.frontier(), caughtUp));
        return isEnded() ? Math.min(read, Math.max(openedTs, atMost)) : read;
    }

    private MaintainerException unreadable() {
        return new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the log is damaged; mend it");
    }

    /** A reader of an odd table hears at once that it has ended; of one that is closed nobody hears anything. */
    private void tell(TableId reading) {
        boolean late = reading.value() % 2 == 0;
        if (closedTs < 0 && isEnded() && timeline.now() >= endedAt + (late ? TOLD_LATE_MILLIS : 0)) {
            throw unreadable();
        }
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public long startTs() {
        return 1;
    }

    @Override
    public long resolvedTs() {
        return closedTs >= 0 ? closedTs : readTs(endedAt) - unpublished;
    }

    @Override
    public void check() {
        if (isEnded()) {
            throw unreadable();
        }
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        if (ts > resolvedTs()) {
            throw new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the tables at " + ts + " are not known yet");
        }
        return upstream.tablesAt(ts);
    }

    @Override
    public List<TableInfo> tables() {
        return upstream.tablesAt(resolvedTs()).tables();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return tables().stream().filter(each -> each.table().equals(table)).findFirst();
    }

    @Override
    public RowReader rows(TableSpan span, long startTs, Runnable available) {
        return new Rows(span.table(), startTs);
    }

    @Override
    public DdlReader ddls(long startTs) {
        return new DdlReader() {
            @Override
            public List<DdlEvent> poll(long upToTs) {
                tell(TableId.DDL);
                return List.of();
            }

            @Override
            public long nextTs() {
                return RowReader.NONE;
            }
        };
    }

    @Override
    public long wallMillis(long ts) {
        return ts;
    }

    @Override
    public void close() {
        if (closedTs < 0) {
            closedTs = readTs(readsUntil);
            onClosed.run();
        }
    }

    private final class Rows implements RowReader {
        private final TableId table;
        private long nextTs;

        Rows(TableId table, long startTs) {
            this.table = table;
            this.nextTs = rows.nextAfter(table, startTs);
        }

        @Override
        public List<RowEvent> poll(int max, long upToTs) {
            tell(table);
            List<RowEvent> read = new ArrayList<>();
            while (read.size() < max && nextTs <= Math.min(upToTs, resolvedTs())) {
                read.add(new RowEvent(nextTs, table, RowEvent.Op.I, "row", ""));
                nextTs = rows.nextAfter(table, nextTs);
            }
            return read;
        }

        @Override
        public long nextTs() {
            return nextTs <= resolvedTs() ? nextTs : NONE;
        }
    }
}
