package dev.maintainer.connector.postgres.scenario;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Clients that write equal rows, change some of them, and delete some. */
final class KeylessTraffic implements AutoCloseable {
    private static final int CLIENTS = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Replication replication;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean stops;

    KeylessTraffic(Replication replication) {
        this.replication = replication;
        for (int client = 1; client <= CLIENTS; client++) {
            SplittableRandom random = new SplittableRandom(client);
            Thread thread = new Thread(() -> run(random), "client-" + client);
            thread.start();
            threads.add(thread);
        }
    }

    private void run(SplittableRandom random) {
        try (Connection connection = replication.sourceServer.connect(replication.source);
                Statement statement = connection.createStatement()) {
            while (!stops) {
                // One message is one transaction.
                statement.execute("insert into shop.events (what, price, note) select " + random.nextInt(7)
                        + ", 1.0, 'equal' from generate_series(1, " + random.nextInt(1, 20) + ");"
                        + " update shop.events set price = price + 0.50 where ctid = any (array(select ctid from shop.events"
                        + " where what = " + random.nextInt(7) + " limit " + random.nextInt(4)
                        + " for update skip locked));"
                        + " delete from shop.events where ctid = any (array(select ctid from shop.events where what = "
                        + random.nextInt(7) + " limit " + random.nextInt(12) + " for update skip locked))");
                done.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    void awaitMore(int transactions) {
        int goal = done.get() + transactions;
        Replication.await(transactions + " more transactions", () -> done.get() >= goal || failure.get() != null);
    }

    void stop() throws SQLException {
        close();
        SQLException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() {
        stops = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
