package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.CompletePart;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes for one session: each batch in one transaction, with what is known of the span. */
final class PostgresSpanWriter implements SpanWriter, LostCommits.Writer {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSpanWriter.class);

    /** Each locks a few objects until the end of its transaction, and a server has room for some thousand locks. */
    private static final int DDLS_TOGETHER = 500;

    /** So many deleted keys are forgotten in a transaction of their own, rather than with the next batch. */
    private static final int MANY_TOMBSTONES = 10_000;

    /** Whoever was in the way of others in a transaction writes so many by itself. */
    private static final int ALONE_AFTER_FAILURE = 100;

    private final PostgresSink sink;
    private final TableSpan span;
    private final Supplier<MaintainerEpoch> accepted;
    private final long session;
    private final Lock lock = new ReentrantLock();
    private SpanProgress progress;
    /** Which rows of a table without a key are there. */
    private KeylessProgress keyless;
    /** No row that the span had when it was opened is later. */
    private final long inheritedTs;

    private long writtenTs;
    /** How many transactions of the session are known to be committed. */
    private volatile long batches;
    /** A commit was sent, and nothing was heard of it yet. */
    private SpanTable.@Nullable Effect unheard;
    /** What was committed last. Whoever was without a lease when it was gives it again, and it need not be such that this does no harm. */
    private WeakReference<List<RowEvent>> committed = new WeakReference<>(null);
    /** The last of these rows: a source may use its list again for others. */
    private WeakReference<RowEvent> lastCommitted = new WeakReference<>(null);
    /** Deleted keys that are remembered in the sink, and when the first of them was deleted. */
    private long tombstones;

    private long firstTombstoneTs = Long.MAX_VALUE;
    private final SpanTable table;
    /** So many batches are not written together with those of others. */
    private int aloneLeft;

    private boolean leftOutTold;
    private boolean sealed;
    private boolean broken;

    /** What is done in a transaction in which nobody else writes. */
    private interface Alone {
        void with(Connection connection) throws SQLException;
    }

    PostgresSpanWriter(
            PostgresSink sink, TableSpan span, Supplier<MaintainerEpoch> accepted, SpanSessions.Session session) {
        this.sink = sink;
        this.span = span;
        this.accepted = accepted;
        this.session = session.session();
        this.progress = session.progress();
        this.keyless = session.keyless();
        this.inheritedTs = session.writtenTs();
        this.writtenTs = session.writtenTs();
        this.table = new SpanTable(span);
    }

    @Override
    public WriteResult write(List<RowEvent> rows) throws MaintainerException {
        return exclusively("cannot write rows of " + span, connection -> writeOnce(connection, rows));
    }

    @Override
    public WriteResult writeDdls(List<DdlEvent> ddls) throws MaintainerException {
        try {
            return exclusively("cannot execute DDLs", connection -> executeOnce(connection, ddls));
        } catch (MaintainerException e) {
            if (e.code() == ErrorCode.DDL_REFUSED) {
                noteRefused(ddls);
            }
            throw e;
        }
    }

    @Override
    public WriteResult writeSyncPoint(long ts) throws MaintainerException {
        return writeSyncPoint(ts, System.currentTimeMillis());
    }

    @Override
    public WriteResult writeSyncPoint(long ts, long wallMillis) throws MaintainerException {
        return exclusively(
                "cannot note a sync point",
                connection -> alone(connection, entered -> sink.syncPoints().note(entered, ts, wallMillis)));
    }

    /** One write at a time; after one that has failed there is none. */
    private WriteResult exclusively(String what, Transactions.Work<WriteResult> work) {
        lock.lock();
        try {
            if (sealed) {
                return WriteResult.SEALED;
            }
            if (broken) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        sink.changefeed() + " " + what
                                + ": a write has failed before; the span has to be opened again");
            }
            broken = true;
            WriteResult result;
            try {
                result = sink.transactions().repeat(what, work);
            } catch (MaintainerException e) {
                // Nothing has changed: the same writer is asked again, or something else.
                broken = e.code() != ErrorCode.DDL_REFUSED;
                throw e;
            }
            broken = false;
            if (result == WriteResult.SEALED) {
                end();
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    private WriteResult writeOnce(Connection connection, List<RowEvent> rows) throws SQLException {
        WriteMode mode = table.mode();
        while (true) {
            try {
                return writeOnce(connection, rows, mode);
            } catch (SQLException e) {
                WriteMode next = table.modeAfter(mode, e);
                if (next == null) {
                    throw e;
                }
                mode = next;
            }
            connection.rollback();
        }
    }

    private WriteResult writeOnce(Connection connection, List<RowEvent> rows, WriteMode mode) throws SQLException {
        MaintainerEpoch mine = accepted.get();
        Ownership.Look look = sink.ownership().enter(connection, mine, span.table(), session);
        WriteResult settled = settle(connection);
        if (settled != null) {
            return settled;
        }
        if (look == null || mine.value() < look.epoch()) {
            return WriteResult.HELD;
        }
        refuseLess(connection, look);
        TargetTable target = look.target();
        if (target != null && target.state() != TargetTable.State.PRESENT) {
            tellLeftOut(target);
            return WriteResult.DURABLE;
        }
        if (look.batches() == null) {
            return WriteResult.SEALED;
        }
        if (target == null) {
            throw new MaintainerException(
                    ErrorCode.SINK_REJECTED,
                    "rows of table " + span.table() + " came, and no DDL has created it in this database; start the"
                            + " changefeed where its tables are created");
        }
        if (committed.refersTo(rows) && lastCommitted.refersTo(rows.get(rows.size() - 1))) {
            return WriteResult.DURABLE;
        }
        SpanTable.Effect effect;
        try {
            effect = writeRows(connection, target, rows, mode);
        } catch (MaintainerException e) {
            if (e.code() == ErrorCode.ROW_MISSING && sink.sessions().batches(connection, session) == null) {
                // Whoever has come in its place has changed them meanwhile.
                return WriteResult.SEALED;
            }
            throw e;
        }
        if (!sink.sessions().advance(connection, advance(effect))) {
            return WriteResult.SEALED;
        }
        sending(effect);
        connection.commit();
        committed(effect);
        aloneLeft = Math.max(0, aloneLeft - 1);
        return WriteResult.DURABLE;
    }

    private SpanTable.Effect writeRows(Connection connection, TargetTable target, List<RowEvent> rows, WriteMode mode)
            throws SQLException {
        TableForm.Batch batch = new TableForm.Batch(sink.changefeed(), rows, progress, inheritedTs, writtenTs);
        SpanTable.Effect effect = table.write(connection, target, batch, keyless, mode);
        if (firstTombstoneTs <= progress.lowest()) {
            sink.tombstones().forget(connection, span, progress.lowest());
        }
        return effect;
    }

    // ---- in a transaction that others share; under the lock

    Lock lock() {
        return lock;
    }

    long session() {
        return session;
    }

    MaintainerEpoch accepted() {
        return accepted.get();
    }

    @Override
    public boolean mayShare() {
        lock.lock();
        try {
            return !sealed && !broken && unheard == null && aloneLeft == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Until it has ended, it is not known what is there. */
    void beginShared() {
        broken = true;
    }

    void endShared() {
        broken = false;
    }

    /** Whether it may write, and there is nothing that has to be looked into. */
    boolean isAsUsual(Ownership.Look look, MaintainerEpoch epoch) {
        TargetTable target = look.target();
        Long there = look.batches();
        return epoch.value() >= look.epoch()
                && look.wentBack() == null
                && target != null
                && target.state() == TargetTable.State.PRESENT
                && there != null
                && there == batches;
    }

    SpanTable.Effect writeShared(Connection connection, Ownership.Look look, List<RowEvent> rows) throws SQLException {
        return writeRows(connection, Objects.requireNonNull(look.target()), rows, table.mode());
    }

    /** The others were rolled back because of it; they are not again, unless it will write in another way. */
    void keepApart(SQLException failure) {
        WriteMode mode = table.mode();
        boolean isOtherwise = table.modeAfter(mode, failure) != null && mode == WriteMode.INSERT;
        aloneLeft = isOtherwise ? 0 : ALONE_AFTER_FAILURE;
    }

    /** The others were kept from writing because of it. */
    void keepApart() {
        aloneLeft = ALONE_AFTER_FAILURE;
    }

    SpanSessions.Advance advance(SpanTable.Effect effect) {
        return new SpanSessions.Advance(session, batches, effect.lastTs(), effect.progress(), effect.keyless());
    }

    /** A commit is sent. */
    void sending(SpanTable.Effect effect) {
        unheard = effect;
    }

    void committed(SpanTable.Effect effect) {
        unheard = null;
        List<RowEvent> batch = effect.batch();
        committed = new WeakReference<>(batch);
        lastCommitted = new WeakReference<>(batch.get(batch.size() - 1));
        table.committed();
        long count = batches + 1;
        batches = count;
        writtenTs = Math.max(writtenTs, effect.lastTs());
        progress = effect.progress();
        keyless = effect.keyless();
        sink.written().add(effect.rows());
        if (firstTombstoneTs <= progress.lowest()) {
            tombstones = 0;
            firstTombstoneTs = Long.MAX_VALUE;
        }
        for (RowEvent deleted : effect.rows().tombstones()) {
            tombstones++;
            firstTombstoneTs = Math.min(firstTombstoneTs, deleted.commitTs());
        }
    }

    /** Rows of a table that is gone are of no use to anybody; those of one that was never made somebody may miss. */
    private void tellLeftOut(TargetTable target) {
        if (target.state() == TargetTable.State.REFUSED && !leftOutTold) {
            leftOutTold = true;
            LOG.warn(
                    "{}: rows of {} are left out of table {}, whose creation the database has refused and somebody has"
                            + " skipped",
                    sink.changefeed(),
                    span,
                    target.name());
        }
    }

    /**
     * Whether a commit of which nothing was heard has happened is read from the sink. Null if there was none, or it has not.
     */
    private @Nullable WriteResult settle(Connection connection) throws SQLException {
        SpanTable.Effect sent = unheard;
        if (sent == null) {
            return null;
        }
        Long committed = sink.sessions().batches(connection, session);
        unheard = null;
        sink.lostCommits().refuseLess(connection, session, span, batches, committed);
        if (committed == null) {
            return WriteResult.SEALED;
        }
        if (committed == batches) {
            return null;
        }
        LOG.info("{}: the answer to a commit for {} was lost, and it has happened", sink.changefeed(), span);
        committed(sent);
        return WriteResult.DURABLE;
    }

    /** What is executed is durable then, and skipped if all of it is executed again. */
    private WriteResult executeOnce(Connection connection, List<DdlEvent> ddls) throws SQLException {
        WriteResult result = WriteResult.DURABLE;
        for (int from = 0; from < ddls.size() && result == WriteResult.DURABLE; from += DDLS_TOGETHER) {
            List<DdlEvent> together = ddls.subList(from, Math.min(ddls.size(), from + DDLS_TOGETHER));
            result = alone(connection, entered -> sink.ddls().execute(entered, together));
        }
        return result;
    }

    /**
     * While nobody else writes for the changefeed. What is done notes by itself that it was, so of a lost answer nothing has to be
     * found out.
     */
    private WriteResult alone(Connection connection, Alone work) throws SQLException {
        MaintainerEpoch mine = accepted.get();
        Ownership.Look look = sink.ownership().enterAlone(connection, mine, span.table(), session);
        if (look == null || mine.value() < look.epoch()) {
            return WriteResult.HELD;
        }
        refuseLess(connection, look);
        Long there = look.batches();
        if (there == null) {
            return WriteResult.SEALED;
        }
        work.with(connection);
        if (!sink.sessions().advance(connection, new SpanSessions.Advance(session, there, 0, progress, keyless))) {
            return WriteResult.SEALED;
        }
        connection.commit();
        batches = there + 1;
        return WriteResult.DURABLE;
    }

    /** Before anything is written upon what is not there any more. */
    private void refuseLess(Connection connection, Ownership.Look look) throws SQLException {
        if (look.wentBack() != null) {
            throw sink.lostCommits().wentBack(look.wentBack());
        }
        sink.lostCommits().refuseLess(connection, session, span, batches, look.batches());
    }

    private void noteRefused(List<DdlEvent> ddls) {
        boolean unused = sink.transactions().repeat("cannot note what is refused", connection -> {
            MaintainerEpoch mine = accepted.get();
            Ownership.Look look = sink.ownership().enterAlone(connection, mine, span.table(), session);
            if (look == null || mine.value() < look.epoch() || look.batches() == null) {
                return false;
            }
            sink.ddls().noteRefused(connection, ddls);
            connection.commit();
            return true;
        });
    }

    @Override
    public void complete(long ts) {
        lock.lock();
        try {
            progress = progress.completeTo(ts);
            if (!sealed && !broken && tombstones >= MANY_TOMBSTONES && firstTombstoneTs <= progress.lowest()) {
                forgetTombstones();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void complete(CompletePart part) {
        lock.lock();
        try {
            // Durable with the next batch; until then these rows are copied again.
            progress = progress.completeTo(part.span(), part.ts());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<TableSpan> completeParts(long ts) {
        lock.lock();
        try {
            return progress.completeParts(ts);
        } finally {
            lock.unlock();
        }
    }

    /** Durable together with the progress: rows up to it must not come again without being known. */
    private void forgetTombstones() {
        try {
            WriteResult unused = sink.transactions().repeat("cannot forget deleted keys of " + span, connection -> {
                MaintainerEpoch mine = accepted.get();
                Ownership.Look look = sink.ownership().enter(connection, mine, span.table(), session);
                if (look == null || mine.value() < look.epoch() || look.batches() == null) {
                    return WriteResult.HELD;
                }
                refuseLess(connection, look);
                sink.tombstones().forget(connection, span, progress.lowest());
                if (!sink.sessions()
                        .advance(connection, new SpanSessions.Advance(session, look.batches(), 0, progress, keyless))) {
                    return WriteResult.SEALED;
                }
                connection.commit();
                batches = look.batches() + 1;
                tombstones = 0;
                firstTombstoneTs = Long.MAX_VALUE;
                return WriteResult.DURABLE;
            });
        } catch (MaintainerException e) {
            // They do no harm; the next batch tells whether something is wrong.
            LOG.debug("{}: {}", sink.changefeed(), e.getMessage());
        }
    }

    @Override
    public void seal() {
        lock.lock();
        try {
            end();
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void end() {
        sealed = true;
        sink.lostCommits().closed(session);
    }

    @Override
    public TableSpan span() {
        return span;
    }

    @Override
    public long batches() {
        return batches;
    }
}
