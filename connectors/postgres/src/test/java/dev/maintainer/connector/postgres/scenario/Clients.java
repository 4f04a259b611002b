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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Clients of a source, each of which executes one transaction after the other until they are stopped. */
final class Clients implements AutoCloseable {
    /** As fast as they can is faster than two cores can follow. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Replication replication;
    private final Function<SplittableRandom, String> transaction;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean stops;

    private Clients(Replication replication, int clients, Function<SplittableRandom, String> transaction) {
        this.replication = replication;
        this.transaction = transaction;
        for (int client = 1; client <= clients; client++) {
            SplittableRandom random = new SplittableRandom(client);
            Thread thread = new Thread(() -> run(random), "client-" + client);
            thread.start();
            threads.add(thread);
        }
    }

    /** Two clients of a bank that move money, as TPC-B does. */
    static Clients ofBank(Replication replication) {
        return new Clients(replication, 2, random -> {
            int account = 1 + random.nextInt(15_000);
            int teller = 1 + random.nextInt(20);
            int branch = 1 + random.nextInt(2);
            int delta = random.nextInt(-5000, 5000);
            return "update shop.accounts set balance = balance + " + delta + " where aid = " + account
                    + "; update shop.tellers set balance = balance + " + delta + " where tid = " + teller
                    + "; update shop.branches set balance = balance + " + delta + " where bid = " + branch
                    + "; insert into shop.history (tid, bid, aid, delta) values (" + teller + ", " + branch + ", "
                    + account + ", " + delta + ")";
        });
    }

    /** Three clients that write equal rows of a table without a key, change some of them, and delete some. */
    static Clients ofEvents(Replication replication) {
        return new Clients(
                replication,
                3,
                random -> "insert into shop.events (what, price, note) select " + random.nextInt(7)
                        + ", 1.0, 'equal' from generate_series(1, " + random.nextInt(1, 20) + ");"
                        + " update shop.events set price = price + 0.50 where ctid = any (array(select ctid from shop.events"
                        + " where what = " + random.nextInt(7) + " limit " + random.nextInt(4)
                        + " for update skip locked));"
                        + " delete from shop.events where ctid = any (array(select ctid from shop.events where what = "
                        + random.nextInt(7) + " limit " + random.nextInt(12) + " for update skip locked))");
    }

    private void run(SplittableRandom random) {
        try (Connection connection = replication.sourceServer.connect(replication.source);
                Statement statement = connection.createStatement()) {
            while (!stops) {
                // One message is one transaction.
                statement.execute(transaction.apply(random));
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
