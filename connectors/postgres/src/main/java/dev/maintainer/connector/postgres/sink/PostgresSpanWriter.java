package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes for one session: each batch in one transaction, with what is known of the span. */
final class PostgresSpanWriter implements SpanWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSpanWriter.class);

    /** So many deleted keys are forgotten in a transaction of their own, rather than with the next batch. */
    private static final int MANY_TOMBSTONES = 10_000;

    private final PostgresSink sink;
    private final TableSpan span;
    private final Supplier<MaintainerEpoch> accepted;
    private final long session;
    private final Lock lock = new ReentrantLock();
    private SpanProgress progress;
    private long writtenTs;
    /** How many transactions of the session are known to be committed. */
    private long batches;
    /** A commit was sent, and nothing was heard of it yet. */
    private @Nullable Sent unheard;
    /** Deleted keys that are remembered in the sink, and when the first of them was deleted. */
    private long tombstones;

    private long firstTombstoneTs = Long.MAX_VALUE;
    private boolean leftOutTold;
    private boolean sealed;
    private boolean broken;

    /** What a commit amounts to, and the last position in it. */
    private record Sent(LatestRows rows, long lastTs) {}

    PostgresSpanWriter(
            PostgresSink sink, TableSpan span, Supplier<MaintainerEpoch> accepted, SpanSessions.Session session) {
        this.sink = sink;
        this.span = span;
        this.accepted = accepted;
        this.session = session.session();
        this.progress = session.progress();
        this.writtenTs = session.writtenTs();
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
            sealed = result == WriteResult.SEALED;
            return result;
        } finally {
            lock.unlock();
        }
    }

    private WriteResult writeOnce(Connection connection, List<RowEvent> rows) throws SQLException {
        MaintainerEpoch mine = accepted.get();
        Ownership.Look look = sink.ownership().enter(connection, mine, span.table(), session);
        WriteResult settled = settle(connection);
        if (settled != null) {
            return settled;
        }
        if (look == null || mine.value() < look.epoch()) {
            return WriteResult.HELD;
        }
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
        JsonTable table = new JsonTable(target.name());
        LatestRows latest = rows.get(0).commitTs() > writtenTs
                ? LatestRows.ofNew(rows)
                : LatestRows.ofRepeated(rows, progress, last -> table.known(connection, sink.changefeed(), last));
        table.delete(connection, latest.deleted());
        table.upsert(connection, latest.written());
        sink.tombstones().add(connection, latest.deleted());
        if (firstTombstoneTs <= progress.lowest()) {
            sink.tombstones().forget(connection, span, progress.lowest());
        }
        long lastTs = rows.get(rows.size() - 1).commitTs();
        if (!sink.sessions().advance(connection, session, batches, lastTs, progress)) {
            return WriteResult.SEALED;
        }
        Sent sent = new Sent(latest, lastTs);
        unheard = sent;
        connection.commit();
        committed(sent);
        return WriteResult.DURABLE;
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
        Sent sent = unheard;
        if (sent == null) {
            return null;
        }
        Long committed = sink.sessions().batches(connection, session);
        unheard = null;
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

    private void committed(Sent sent) {
        unheard = null;
        batches++;
        writtenTs = Math.max(writtenTs, sent.lastTs());
        sink.written().add(sent.rows());
        if (firstTombstoneTs <= progress.lowest()) {
            tombstones = 0;
            firstTombstoneTs = Long.MAX_VALUE;
        }
        for (RowEvent deleted : sent.rows().deleted()) {
            tombstones++;
            firstTombstoneTs = Math.min(firstTombstoneTs, deleted.commitTs());
        }
    }

    private WriteResult executeOnce(Connection connection, List<DdlEvent> ddls) throws SQLException {
        MaintainerEpoch mine = accepted.get();
        Ownership.Look look = sink.ownership().enterAlone(connection, mine, span.table(), session);
        if (look == null || mine.value() < look.epoch()) {
            return WriteResult.HELD;
        }
        if (look.batches() == null) {
            return WriteResult.SEALED;
        }
        sink.ddls().execute(connection, ddls);
        // DDLs note by themselves that they were executed, so of a lost answer nothing has to be found out.
        if (!sink.sessions().advance(connection, session, look.batches(), 0, progress)) {
            return WriteResult.SEALED;
        }
        connection.commit();
        return WriteResult.DURABLE;
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

    /** Durable together with the progress: rows up to it must not come again without being known. */
    private void forgetTombstones() {
        try {
            WriteResult unused = sink.transactions().repeat("cannot forget deleted keys of " + span, connection -> {
                MaintainerEpoch mine = accepted.get();
                Ownership.Look look = sink.ownership().enter(connection, mine, span.table(), session);
                if (look == null || mine.value() < look.epoch() || look.batches() == null) {
                    return WriteResult.HELD;
                }
                sink.tombstones().forget(connection, span, progress.lowest());
                if (!sink.sessions().advance(connection, session, look.batches(), 0, progress)) {
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
            sealed = true;
        } finally {
            lock.unlock();
        }
    }
}
