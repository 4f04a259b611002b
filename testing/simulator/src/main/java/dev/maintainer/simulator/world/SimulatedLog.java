package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The log of a database as a process has opened it once. A thread reads it, and resolves at a time what it has read until a moment
 * before, sometimes seconds before; when it is closed, all that it has read, also while nobody could read it any more. When it
 * ends, some of its readers hear of it at once, and the others a while later.
 */
final class SimulatedLog implements Source {
    private static final int CATCHES_UP = 5;
    private static final long TOLD_LATE_MILLIS = 2_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int PACE_MILLIS = 20;
    private static final int LEISURELY_MILLIS = 200;
    private static final int LAGS_MILLIS = 3_000;

    private final String identity;
    private final RowHistory rows;
    private final Upstream upstream;
    private final DdlHistory ddls;
    private final Timeline timeline;
    private final Faults faults;
    private final BooleanSupplier isUp;
    private final Set<LogReader> readers = new LinkedHashSet<>();
    private final long openedAt;
    private final long openedTs;
    /** How far what is resolved is behind what is read. */
    private final long unpublished;

    private final Runnable onClosed;
    private long endedAt = NEVER;
    private long mendedAt = NEVER;
    private long readsUntil = NEVER;
    private long resolvedTs;
    private boolean closed;
    /** How far what it resolves is behind for a while, and until when. */
    private long lag;

    private long lagUntil;

    /**
     * Opens it.
     *
     * @param isUp whether the process that reads it lives
     * @param openedTs up to here it is read at once; what is behind that takes a while
     * @param unpublished from 0 to 59
     * @param onClosed called when it was closed, as another thread may ask just then
     */
    SimulatedLog(
            String identity,
            RowHistory rows,
            Upstream upstream,
            Timeline timeline,
            Faults faults,
            BooleanSupplier isUp,
            long openedTs,
            long unpublished,
            Runnable onClosed) {
        this.identity = identity;
        this.rows = rows;
        this.upstream = upstream;
        this.ddls = new DdlHistory(upstream);
        this.timeline = timeline;
        this.faults = faults;
        this.isUp = isUp;
        this.openedAt = timeline.now();
        this.openedTs = openedTs;
        this.unpublished = unpublished;
        this.onClosed = onClosed;
        this.resolvedTs = openedTs - unpublished;
        timeline.in(PACE_MILLIS, this::read);
    }

    /** Its thread reads on. */
    private void read() {
        if (closed || !isUp.getAsBoolean()) {
            return;
        }
        if (timeline.now() >= lagUntil) {
            lag = faults.lag();
            lagUntil = timeline.now() + timeline.below(LAGS_MILLIS);
        }
        resolve();
        int pace = faults.isCalm() ? LEISURELY_MILLIS : PACE_MILLIS;
        timeline.in(pace + timeline.below(pace), this::read);
    }

    /** What its thread has read is resolved. May happen at any moment, also between two questions of one reader. */
    void resolve() {
        long read = readTs(endedAt) - unpublished - lag;
        if (!closed && read > resolvedTs) {
            resolvedTs = read;
            List.copyOf(readers).forEach(LogReader::look);
        }
    }

    RowHistory rows() {
        return rows;
    }

    Upstream upstream() {
        return upstream;
    }

    /** When a table was dropped, if that is resolved; {@link RowReader#NONE} if not. */
    long droppedTs(TableId table) {
        long dropped = upstream.droppedTs(table);
        return dropped <= resolvedTs() ? dropped : RowReader.NONE;
    }

    /** Somebody reads it no more. */
    void left(LogReader reader) {
        readers.remove(reader);
    }

    /** From now on it cannot be read; its thread goes on for a moment, and it may be mended by itself. */
    void end(long readsOn, long mendedIn) {
        if (isEnded()) {
            return;
        }
        endedAt = timeline.now();
        readsUntil = endedAt + readsOn;
        mendedAt = mendedIn == NEVER ? NEVER : endedAt + mendedIn;
        wakeReaders(false);
        timeline.in(TOLD_LATE_MILLIS, () -> wakeReaders(true));
    }

    private void wakeReaders(boolean late) {
        List.copyOf(readers).stream()
                .filter(reader -> isToldLate(reader.table) == late)
                .forEach(LogReader::wake);
    }

    private static boolean isToldLate(TableId reading) {
        return reading.value() % 2 == 0;
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
    void refuseEnded(TableId reading) {
        if (!closed && isEnded() && timeline.now() >= endedAt + (isToldLate(reading) ? TOLD_LATE_MILLIS : 0)) {
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
        return resolvedTs;
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
        LogReader.Rows reader = new LogReader.Rows(this, span, startTs, available);
        readers.add(reader);
        return reader;
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        LogReader.Blocks reader = new LogReader.Blocks(this, span.table(), startTs, partial, available);
        readers.add(reader);
        return reader;
    }

    @Override
    public DdlReader ddls(long startTs) {
        return new DdlReader() {
            private int next = ddls.countTo(startTs);

            @Override
            public List<DdlEvent> poll(long upToTs) {
                refuseEnded(TableId.DDL);
                if (nextTs() > upToTs) {
                    return List.of();
                }
                List<DdlEvent> together = ddls.together(next);
                next = ddls.countTo(together.get(0).commitTs());
                return together;
            }

            @Override
            public long nextTs() {
                long ts = ddls.commitTs(next);
                return ts <= resolvedTs() ? ts : RowReader.NONE;
            }
        };
    }

    @Override
    public long wallMillis(long ts) {
        return ts;
    }

    @Override
    public void close() {
        if (!closed) {
            resolvedTs = Math.max(resolvedTs, readTs(readsUntil));
            closed = true;
            onClosed.run();
        }
    }
}
