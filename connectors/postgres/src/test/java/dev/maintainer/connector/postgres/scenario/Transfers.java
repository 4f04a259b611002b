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

/** Two clients of a bank that move money, as TPC-B does. */
final class Transfers implements AutoCloseable {
    private static final int CLIENTS = 2;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Replication replication;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean stops;

    Transfers(Replication replication) {
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
                int account = 1 + random.nextInt(15_000);
                int teller = 1 + random.nextInt(20);
                int branch = 1 + random.nextInt(2);
                int delta = random.nextInt(-5000, 5000);
                // One message is one transaction.
                statement.execute("update shop.accounts set balance = balance + " + delta + " where aid = " + account
                        + "; update shop.tellers set balance = balance + " + delta + " where tid = " + teller
                        + "; update shop.branches set balance = balance + " + delta + " where bid = " + branch
                        + "; insert into shop.history (tid, bid, aid, delta) values (" + teller + ", " + branch + ", "
                        + account + ", " + delta + ")");
                done.incrementAndGet();
                // As fast as it can is faster than two cores can follow.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    void awaitMore(int transfers) {
        int goal = done.get() + transfers;
        Replication.await(transfers + " more transfers", () -> done.get() >= goal || failure.get() != null);
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
