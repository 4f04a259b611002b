package dev.maintainer.connector.postgres.scenario;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client that commits transactions of a few random changes, one after the other, and rolls some back, until it is stopped. */
public final class RandomTransactions implements AutoCloseable {
    private final SplittableRandom random;
    private final Function<SplittableRandom, String> change;
    private final long pauseNanos;
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stops;

    /** How it connects. */
    public interface Connecting {
        Connection connect() throws SQLException;
    }

    /**
     * Begins at once.
     *
     * @param change the next change
     * @param pauseNanos after each transaction
     */
    public RandomTransactions(
            Connecting connecting, long seed, Function<SplittableRandom, String> change, long pauseNanos) {
        this.random = new SplittableRandom(seed);
        this.change = change;
        this.pauseNanos = pauseNanos;
        this.thread = new Thread(() -> run(connecting), "traffic");
        thread.start();
    }

    private void run(Connecting connecting) {
        try (Connection connection = connecting.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stops) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    statement.execute(change.apply(random));
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    transactions.incrementAndGet();
                }
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    /** How many it has committed. */
    public int transactions() {
        return transactions.get();
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    /** Ends it, and says how many transactions it has committed. */
    public int stop() throws SQLException {
        close();
        SQLException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return transactions.get();
    }

    @Override
    public void close() {
        stops = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
