package dev.maintainer.connector.postgres.scenario;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Orders come, change with and without their large value, get other keys and go, in transactions of a few changes. */
final class Traffic implements AutoCloseable {
    private static final int ORDERS = 600;
    /** As fast as it can is faster than two cores can follow. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Replication replication;
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "traffic");
    private volatile boolean stops;

    Traffic(Replication replication) {
        this.replication = replication;
        thread.start();
    }

    private void run() {
        SplittableRandom random = new SplittableRandom(7);
        try (Connection connection = replication.sourceServer.connect(replication.source);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stops) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    statement.execute(change(random));
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    transactions.incrementAndGet();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    private static String change(SplittableRandom random) {
        int id = 1 + random.nextInt(ORDERS);
        String changed = "update shop.orders set version = nextval('shop.versions'), ";
        return switch (random.nextInt(6)) {
            case 0 ->
                "insert into shop.orders (id, total, note) values (" + id
                        + ", 'new', repeat('n', 3000)) on conflict do nothing";
            case 1 -> changed + "total = 'total " + random.nextInt(1000) + "' where id = " + id;
            case 2 -> changed + "note = repeat('" + (char) ('a' + random.nextInt(26)) + "', 3000) where id = " + id;
            case 3 -> changed + "total = left(total, 20) || 'y' where id between " + id + " and " + (id + 3);
            case 4 -> "delete from shop.orders where id = " + id;
            default -> {
                int other = id <= ORDERS / 2 ? id + ORDERS / 2 : id - ORDERS / 2;
                yield changed + "id = " + other + ", note = 'short' where id = " + id
                        + " and not exists (select from shop.orders where id = " + other + ")";
            }
        };
    }

    void awaitTransactions(int more) {
        int goal = transactions.get() + more;
        Replication.await(more + " more transactions", () -> transactions.get() >= goal || failure.get() != null);
    }

    /** Ends it, and says how many transactions it has committed. */
    int stop() throws SQLException {
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
