package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink of one changefeed in one database, as one process sees it. All that it has to remember is in the database, in the
 * schema {@code maintainer_sink}, and is changed in the same transactions as the rows. Thread-safe.
 */
public final class PostgresSink implements ReadableSink {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSink.class);

    private final ChangefeedId changefeed;
    private final Connections pool;
    private final Ownership ownership;
    private final SpanSessions sessions;
    private final Targets targets;
    private final Tombstones tombstones;
    private final DdlExecution ddls;
    private final SyncPointNotes syncPoints;
    private final LostCommits lostCommits;
    private final Transactions transactions;
    private final SharedTransaction shared;
    private final RowsWritten written = new RowsWritten();

    private PostgresSink(ChangefeedId changefeed, Connections pool, LongConsumer pause) {
        String name = changefeed.toString();
        this.changefeed = changefeed;
        this.pool = pool;
        this.ownership = new Ownership(changefeed);
        this.sessions = new SpanSessions(name);
        this.targets = new Targets(name);
        this.tombstones = new Tombstones(name);
        this.ddls = new DdlExecution(name, ownership.mark(), targets, sessions);
        this.syncPoints = new SyncPointNotes(name);
        this.lostCommits = new LostCommits(name);
        this.transactions = new Transactions(pool, "changefeed " + name, lostCommits::look, pause);
        this.shared = new SharedTransaction(ownership, sessions, transactions);
    }

    /**
     * Opens the sink, and makes the tables that it needs for itself unless they are there.
     *
     * @param pool where it gets connections; closed by the sink, or if this fails
     * @param changefeed whose rows it takes
     * @param source the identity of the source
     * @return the sink
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if the database cannot be used or has rows of another source,
     *     {@code NOT_ALLOWED_BY_DATABASE} if the role may not do what is needed
     */
    public static PostgresSink open(Connections pool, ChangefeedId changefeed, String source)
            throws MaintainerException {
        return open(pool, changefeed, source, LockSupport::parkNanos);
    }

    /**
     * Opens the sink.
     *
     * @param pause waits for so many nanoseconds before something is tried again
     */
    static PostgresSink open(Connections pool, ChangefeedId changefeed, String source, LongConsumer pause)
            throws MaintainerException {
        PostgresSink sink = new PostgresSink(changefeed, pool, pause);
        try (Connection connection = pool.dial()) {
            SinkTables.make(connection);
            sink.ownership.claim(connection, source);
            if (mayReplicate(connection)) {
                sink.ownership.writeAsReplica();
            }
            connection.commit();
            return sink;
        } catch (SQLException e) {
            pool.close();
            throw Failures.of("the database of the sink cannot be opened", e);
        } catch (MaintainerException e) {
            pool.close();
            throw e;
        }
    }

    /** Whether the role may write without triggers and foreign keys. */
    private static boolean mayReplicate(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select has_parameter_privilege('session_replication_role', 'set')");
                ResultSet result = select.executeQuery()) {
            return result.next() && result.getBoolean(1);
        }
    }

    /**
     * Looks whether {@link #open} would be possible, and leaves nothing behind.
     *
     * @param pool where it gets a connection; closed
     * @param changefeed whose rows it would take
     * @param source the identity of the source
     * @throws MaintainerException as {@link #open}
     */
    public static void check(Connections pool, ChangefeedId changefeed, String source) throws MaintainerException {
        try (pool;
                Connection connection = pool.dial()) {
            // DDL is part of a transaction here: this tells whether it is allowed, too.
            SinkTables.make(connection);
            new Ownership(changefeed).claim(connection, source);
            connection.rollback();
        } catch (SQLException e) {
            throw Failures.of("the database of the sink cannot be opened", e);
        }
    }

    @Override
    public Fencing fencing() {
        return Fencing.FENCED;
    }

    /** A sync point leaves a note of which moment that was; only a backup and the log of the server have the rows of that moment. */
    @Override
    public boolean keepsSnapshots() {
        return false;
    }

    @Override
    public boolean takesPartsOfRows() {
        return true;
    }

    @Override
    public boolean takesRowsWithoutKey() {
        return true;
    }

    @Override
    public void fence(ChangefeedId id, MaintainerEpoch epoch) throws MaintainerException {
        if (!id.equals(changefeed)) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED, "this sink belongs to changefeed " + changefeed + ", not to " + id);
        }
        ownership.fence(pool, epoch);
    }

    @Override
    public long epoch() throws MaintainerException {
        return transactions.repeat("cannot say its epoch", ownership::epoch);
    }

    @Override
    public SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted)
            throws MaintainerException {
        SpanSessions.Session session = transactions.repeat("cannot open " + span, connection -> {
            MaintainerEpoch mine = accepted.get();
            Ownership.Look look = ownership.enter(connection, mine, span.table(), 0);
            if (look == null || mine.value() < look.epoch()) {
                throw new MaintainerException(
                        ErrorCode.SINK_FENCED,
                        "dispatcher " + dispatcher + " was created under epoch " + created + ", the database is at "
                                + (look == null ? "none: the changefeed is gone" : look.epoch())
                                + "; the present owner creates it again");
            }
            if (look.wentBack() != null) {
                throw lostCommits.wentBack(look.wentBack());
            }
            lockOpenings(connection, span);
            SpanSessions.Session opened = sessions.open(connection, span, dispatcher);
            tombstones.forget(connection, span, opened.progress().lowest());
            connection.commit();
            return opened;
        });
        PostgresSpanWriter writer = new PostgresSpanWriter(this, span, accepted, session);
        lostCommits.opened(session.session(), writer);
        return writer;
    }

    @Override
    public boolean writeTogether(List<SpanBatch> batches) {
        return shared.write(batches.stream()
                .map(batch -> new SharedTransaction.Part((PostgresSpanWriter) batch.writer(), batch.rows()))
                .toList());
    }

    private void lockOpenings(Connection connection, TableSpan span) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            lock.setLong(1, ownership.openingLock(span.table()));
            lock.execute();
        }
    }

    @Override
    public long rowsApplied() {
        return written.applied();
    }

    @Override
    public long rowsAppliedAgain() {
        return written.again();
    }

    @Override
    public SortedSet<TableName> tables() throws MaintainerException {
        return transactions.repeat("cannot list its tables", connection -> {
            SortedSet<TableName> names = new TreeSet<>();
            targets.present(connection).forEach(target -> names.add(target.name()));
            return names;
        });
    }

    @Override
    public RowCursor rows(TableName table) throws MaintainerException {
        List<TargetTable> found = transactions.repeat(
                "cannot list its tables",
                connection -> targets.present(connection).stream()
                        .filter(target -> target.name().equals(table))
                        .toList());
        return found.isEmpty() ? RowCursor.empty() : TableCursor.open(pool, targets, found.get(0));
    }

    /** Forgets the changefeed. Its tables stay, with their rows. */
    @Override
    public void release(ChangefeedId id) {
        if (!id.equals(changefeed)) {
            return;
        }
        try {
            boolean unused = transactions.repeat("cannot be forgotten", connection -> {
                for (String table :
                        List.of("span", "tombstone", "ddl", "target", "made_schema", "sync_point", "owner")) {
                    try (PreparedStatement delete = connection.prepareStatement(
                            "delete from maintainer_sink." + table + " where changefeed = ?")) {
                        delete.setString(1, changefeed.toString());
                        delete.executeUpdate();
                    }
                }
                connection.commit();
                return true;
            });
        } catch (MaintainerException e) {
            LOG.warn(
                    "changefeed {} is gone, and what the sink has kept of it in maintainer_sink is not: {}",
                    changefeed,
                    e.getMessage());
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    Ownership ownership() {
        return ownership;
    }

    SpanSessions sessions() {
        return sessions;
    }

    Tombstones tombstones() {
        return tombstones;
    }

    DdlExecution ddls() {
        return ddls;
    }

    SyncPointNotes syncPoints() {
        return syncPoints;
    }

    LostCommits lostCommits() {
        return lostCommits;
    }

    Transactions transactions() {
        return transactions;
    }

    RowsWritten written() {
        return written;
    }

    String changefeed() {
        return changefeed.toString();
    }
}
