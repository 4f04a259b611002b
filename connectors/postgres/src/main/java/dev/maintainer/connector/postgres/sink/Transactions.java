package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.FailureKind;
import dev.maintainer.connector.postgres.sql.Failures;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Transactions that are tried again when others were in the way or the connection was lost, a few times within a second or
 * so: whoever wants more patience than that has it itself, and does not keep a thread waiting for it. Thread-safe.
 */
final class Transactions {
    private static final int ATTEMPTS = 4;
    private static final long FIRST_PAUSE_MILLIS = 50;

    private final Connections pool;
    private final String whose;
    private final Check first;
    private final LongConsumer pause;
    /** How many connections the pool had made when it was looked at last. */
    private volatile long looked;

    Transactions(Connections pool, String whose) {
        this(pool, whose, connection -> {}, LockSupport::parkNanos);
    }

    /**
     * Has done nothing yet.
     *
     * @param first done on a connection before anything else whenever others were made than before: it may be another server that
     *     answers
     * @param pause waits for so many nanoseconds before something is tried again
     */
    Transactions(Connections pool, String whose, Check first, LongConsumer pause) {
        this.pool = pool;
        this.whose = whose;
        this.first = first;
        this.pause = pause;
    }

    /** What is looked at on a connection. */
    interface Check {
        /** Throws what is wrong. */
        void on(Connection connection) throws SQLException;
    }

    /** What is done with a connection. It commits itself; what it has not committed is rolled back. */
    interface Work<R> {
        R on(Connection connection) throws SQLException;
    }

    /**
     * Does something that can be done again, also if it is not known whether it was committed.
     *
     * @param what it is, for people, if it fails: a predicate
     * @throws MaintainerException if it has failed for good, or too often
     */
    <R> R repeat(String what, Work<R> work) throws MaintainerException {
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(work);
            } catch (SQLException e) {
                // Whoever has got no connection has waited long enough.
                boolean isAway = e instanceof SQLTransientConnectionException;
                if (attempt == ATTEMPTS || isAway || !FailureKind.of(e).isTransient()) {
                    throw Failures.of(whose + " " + what, e);
                }
            }
            pause(what, pause);
            pause *= 3;
        }
    }

    /**
     * Does something once.
     *
     * @throws SQLException if it has failed, as it was thrown
     */
    <R> R attempt(Work<R> work) throws SQLException {
        try (Connection connection = pool.take()) {
            long made = pool.made();
            if (made != looked) {
                boolean unused = once(connection, fresh -> {
                    first.on(fresh);
                    return true;
                });
                looked = made;
            }
            return once(connection, work);
        }
    }

    /** The connection goes back to the pool without a transaction, whatever has happened. */
    private static <R> R once(Connection connection, Work<R> work) throws SQLException {
        boolean done = false;
        try {
            R result = work.on(connection);
            done = true;
            connection.rollback();
            return result;
        } finally {
            if (!done) {
                rollBack(connection);
            }
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // Whatever has failed before says more; a connection that is of no use the pool throws away.
        }
    }

    private void pause(String what, long millis) {
        pause.accept(TimeUnit.MILLISECONDS.toNanos(millis));
        if (Thread.currentThread().isInterrupted()) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, whose + " " + what + ": interrupted while it waited to try again");
        }
    }
}
